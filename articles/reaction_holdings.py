"""What this app keeps of who reacts: their words, the words of one tap, what moderation decided."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q

from articles import reacting
from articles.models import Article, QuickReaction, Reaction, Wording
from articles.own_reactions import own_reactions, presented
from cgtdouanes.words import folded
from members.holdings import addresses_of
from members.models import Membership, User
from members.personal_data import Holding, Row, in_words

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
    """Leave the words without a name, or the places without words; no reason names anybody.

    The words of before a correction go in any case: nobody stays to answer for them.
    """
    own = Reaction.objects.filter(author=user)
    Wording.objects.filter(reaction__in=own).delete()
    if erase_words:
        reacting.erase_words(own)
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
    # Not every database knows that « É » is the capital of « é ».
    for word in spellings | addresses:
        mentioned |= Q(moderation_reason__icontains=word)
    limit = Reaction._meta.get_field("moderation_reason").max_length
    for reaction in Reaction.objects.filter(mentioned):
        reason = called.sub(REMOVED, reaction.moderation_reason)[:limit]
        Reaction.objects.filter(pk=reaction.pk).update(moderation_reason=reason)


def _remove_name_of_the_old_site(user: User) -> None:
    """What came from the old site bears names that nobody has linked to an account."""
    own = {folded(name) for name in _names_of(user)}
    signing = Reaction.objects.exclude(former_name="").values_list("former_name", flat=True)
    former = [name for name in signing.order_by().distinct() if folded(name) in own]
    Reaction.objects.filter(former_name__in=former).update(former_name="")
    for key, byline in Article.objects.exclude(byline="").values_list("pk", "byline"):
        signed = [each.strip() for each in byline.split(",")]
        left = [each for each in signed if folded(each) not in own]
        if left != signed:
            Article.objects.filter(pk=key).update(byline=", ".join(left))


def _names_of(user: User) -> set[str]:
    names = {user.display_name}
    if membership := Membership.objects.filter(user=user).first():
        names |= {membership.last_name, membership.number}
        names.add(f"{membership.first_name} {membership.last_name}")
        names.add(f"{membership.last_name} {membership.first_name}")
    return {name for name in names if len(name) >= SHORTEST_NAME}


def _any_of(words: set[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _wordings(user: User) -> Iterator[Row]:
    for wording in Wording.objects.filter(reaction__author=user):
        yield {"body": wording.body, "replaced_at": wording.replaced_at}


def _quick_reactions(user: User) -> Iterator[Row]:
    own = QuickReaction.objects.filter(author=user).select_related("article").order_by("pk")
    readable = Article.objects.visible_to(user).filter(quick_reactions__author=user)
    titles = dict(readable.values_list("pk", "title"))
    for quick in own:
        yield {
            "article": titles.get(quick.article_id, ""),
            "is_of_reaction": quick.reaction_id is not None,
            "word": str(quick.get_word_display()),
        }


def _forget_quick_reactions(user: User, erase_words: bool) -> None:
    """Take the words back, or leave them to be counted: they never had a name."""
    if erase_words:
        QuickReaction.objects.filter(author=user).delete()


def _moderated(user: User) -> Iterator[Row]:
    for reaction in Reaction.objects.filter(moderated_by=user).order_by("moderated_at", "pk"):
        yield {"at": reaction.moderated_at, "state": reaction.get_status_display()}


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
        name="wordings",
        title="Vos textes d’avant correction",
        purpose="Que l’on puisse lire ce à quoi les autres ont répondu, quand vous modifiez une "
        "réaction.",
        kept=f"{in_words(settings.RETENTION_WORDING_DAYS).capitalize()}, et pas plus longtemps "
        "que la réaction ni que votre compte.",
        fields={"body": "Votre texte", "replaced_at": "Remplacé"},
        export=_wordings,
        rank=1,
    ),
    Holding(
        name="quick_reactions",
        title="Vos avis d’un mot",
        purpose="Compter les avis. Personne ne voit qui a donné le sien, ni quand.",
        kept="Tant que l’article existe. Vous pouvez le reprendre d’un geste et, en quittant le "
        "site, choisir qu’ils soient effacés, ou qu’ils restent comptés sans votre nom.",
        fields={
            "article": "Article",
            "is_of_reaction": "À propos d’une réaction",
            "word": "Avis",
        },
        export=_quick_reactions,
        answers_for=frozenset({"articles.QuickReaction.author"}),
        forget=_forget_quick_reactions,
        rank=1,
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
