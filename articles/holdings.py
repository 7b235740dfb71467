"""What this app keeps about a person: reactions, and what an officer wrote or moderated."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q

from articles.models import (
    Article,
    Autosave,
    DraftLink,
    EditorialEvent,
    Reaction,
    ReactionStatus,
    Revision,
)
from articles.own_reactions import own_reactions, presented
from members.holdings import addresses_of
from members.models import Membership, User
from members.personal_data import Holding, Row

REMOVED = "[nom retiré]"
# Shorter names are found in too many words.
SHORTEST_NAME = 3


def _reactions(user: User) -> Iterator[Row]:
    for each in presented(own_reactions(user), user):
        reaction = each.reaction
        yield {
            "article": each.article.title if each.article else "",
            "address": f"{settings.SITE_URL}{each.url}" if each.url else "",
            "body": reaction.body,
            "state": reaction.get_status_display(),
            "is_answer": reaction.parent_id is not None,
            "created_at": reaction.created_at,
            "edited_at": reaction.edited_at,
            "moderated_at": reaction.moderated_at,
            "moderation_reason": reaction.moderation_reason,
        }


def _forget_reactions(user: User, erase_words: bool) -> None:
    """Leave the words without a name, or the places without words; no reason names anybody."""
    own = Reaction.objects.filter(author=user)
    if erase_words:
        own.update(body="", status=ReactionStatus.DELETED, edited_at=None)
    own.update(author=None, moderation_reason="")
    _remove_name_from_reasons(user)
    _remove_name_of_the_old_site(user)


def _remove_name_from_reasons(user: User) -> None:
    """The reason of a decision on somebody else's words may name this person."""
    names, addresses = _names_of(user), addresses_of(user)
    # A name alone may be an ordinary word; it has its capital, or several.
    spellings = {spelling for name in names for spelling in (name, name.upper())}
    called = re.compile(rf"(?<!\w)(?:{_any_of(spellings)}|(?i:{_any_of(addresses)}))(?!\w)")
    mentioned = Q()
    for word in names | addresses:
        mentioned |= Q(moderation_reason__icontains=word)
    limit = Reaction._meta.get_field("moderation_reason").max_length
    for reaction in Reaction.objects.filter(mentioned):
        reason = called.sub(REMOVED, reaction.moderation_reason)[:limit]
        Reaction.objects.filter(pk=reaction.pk).update(moderation_reason=reason)


def _remove_name_of_the_old_site(user: User) -> None:
    """What came from the old site bears names that nobody has linked to an account."""
    for name in _names_of(user):
        Reaction.objects.filter(former_name__iexact=name).update(former_name="")
        for article in Article.objects.filter(byline__icontains=name).only("byline"):
            signed = [each.strip() for each in article.byline.split(",")]
            left = ", ".join(each for each in signed if each.casefold() != name.casefold())
            Article.objects.filter(pk=article.pk).update(byline=left)


def _names_of(user: User) -> set[str]:
    names = {user.display_name}
    if membership := Membership.objects.filter(user=user).first():
        names |= {membership.last_name, membership.number}
        names.add(f"{membership.first_name} {membership.last_name}")
        names.add(f"{membership.last_name} {membership.first_name}")
    return {name for name in names if len(name) >= SHORTEST_NAME}


def _any_of(words: set[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _articles(user: User) -> Iterator[Row]:
    own = Article.objects.visible_to(user).filter(author=user)
    readable = set(own.values_list("pk", flat=True))
    for article in Article.objects.filter(author=user).order_by("created_at", "pk"):
        yield {
            "title": article.title if article.pk in readable else "",
            "state": article.get_status_display(),
            "created_at": article.created_at,
            "published_at": article.published_at,
        }


def _moderated(user: User) -> Iterator[Row]:
    for reaction in Reaction.objects.filter(moderated_by=user).order_by("moderated_at", "pk"):
        yield {"at": reaction.moderated_at, "state": reaction.get_status_display()}


def _editorial(user: User) -> Iterator[Row]:
    """Tell when and what, without the titles: some are reserved, or not out yet."""
    for at in Revision.objects.filter(author=user).values_list("created_at", flat=True):
        yield {"at": at, "action": "version enregistrée"}
    for event in EditorialEvent.objects.filter(by=user):
        yield {"at": event.at, "action": str(event.get_decision_display())}
    for at in DraftLink.objects.filter(created_by=user).values_list("created_at", flat=True):
        yield {"at": at, "action": "lien de relecture"}
    for at in Autosave.objects.filter(officer=user).values_list("saved_at", flat=True):
        yield {"at": at, "action": "saisie en cours"}


HOLDINGS = [
    Holding(
        name="reactions",
        title="Vos réactions",
        purpose="Montrer aux adhérent·es ce que vous avez à leur dire, sous votre nom affiché.",
        kept="Tant que l’article existe. Vous pouvez supprimer une réaction et, en quittant le "
        "site, choisir qu’elles soient toutes effacées, ou qu’elles restent sans votre nom.",
        fields={
            "article": "Article",
            "address": "Adresse",
            "body": "Votre texte",
            "state": "État",
            "is_answer": "Répond à une autre réaction",
            "created_at": "Écrite",
            "edited_at": "Modifiée",
            "moderated_at": "Décision de la modération",
            "moderation_reason": "Motif de la décision",
        },
        export=_reactions,
        answers_for=frozenset({"articles.Reaction.author"}),
        forget=_forget_reactions,
        rank=1,
    ),
    Holding(
        name="articles",
        title="Les articles que vous avez rédigés pour la section",
        purpose="Que le bureau sache qui a préparé un article ; le site ne le montre pas.",
        kept="Tant que votre compte existe : les articles restent ensuite, sans votre nom.",
        fields={
            "title": "Titre",
            "state": "État",
            "created_at": "Créé",
            "published_at": "Publié",
        },
        export=_articles,
        answers_for=frozenset({"articles.Article.author"}),
        rank=3,
    ),
    Holding(
        name="editorial",
        title="Ce que vous avez fait pour les publications",
        purpose="Que le bureau sache qui a écrit, relu et publié chaque version d’un article.",
        kept="Tant que votre compte existe : les versions restent ensuite, sans votre nom.",
        fields={"at": "Quand", "action": "Action"},
        export=_editorial,
        answers_for=frozenset(
            {
                "articles.Revision.author",
                "articles.EditorialEvent.by",
                "articles.DraftLink.created_by",
                "articles.Autosave.officer",
            }
        ),
        rank=3,
    ),
    Holding(
        name="moderated",
        title="Vos décisions de modération",
        purpose="Que le bureau sache qui a masqué ou remontré une réaction.",
        kept="Tant que votre compte existe : les décisions restent ensuite, sans votre nom.",
        fields={"at": "Quand", "state": "État de la réaction"},
        export=_moderated,
        answers_for=frozenset({"articles.Reaction.moderated_by"}),
        rank=3,
    ),
]
