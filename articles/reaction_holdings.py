"""What this app keeps of who reacts: their words, those of before, and the words of one tap."""

from collections.abc import Iterator

from django.conf import settings

from articles import mentions, named_people, reacting
from articles.models import (
    Appeal,
    Article,
    Mention,
    ModerationDecision,
    QuickReaction,
    Reaction,
    Wording,
)
from articles.own_reactions import own_reactions, presented
from members.models import User
from members.personal_data import Holding, Row, in_words


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
        }


def _forget_reactions(user: User, erase_words: bool) -> None:
    """Leave the words without a name, or the places without words; no text names anybody.

    The words of before a correction, the reasons of decisions and what an appeal said of them go
    in any case: nobody stays to answer for them.
    """
    own = Reaction.objects.filter(author=user)
    Wording.objects.filter(reaction__in=own).delete()
    Mention.objects.filter(reaction__in=own).delete()
    appeals = Appeal.objects.filter(decision__reaction__in=own)
    appeals.filter(answer=None).delete()
    appeals.update(words="")
    ModerationDecision.objects.filter(reaction__in=own).update(reason="")
    if erase_words:
        reacting.erase_words(own)
    own.update(author=None)
    named_people.remove(user)


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


def _mentions(user: User) -> Iterator[Row]:
    """Tell where, without the words: they are somebody else's."""
    calling = Reaction.objects.visible_to(user).filter(mentions__user=user)
    readable = Article.objects.visible_to(user)
    for reaction in calling.filter(article__in=readable).select_related("article"):
        yield {
            "article": reaction.article.title,
            "address": f"{settings.SITE_URL}{reaction.get_absolute_url()}",
            "at": reaction.created_at,
        }


def _forget_mentions(user: User, erase_words: bool) -> None:
    mentions.forget(user)


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
        name="mentions",
        title="Les réactions qui vous mentionnent",
        purpose="Vous prévenir quand quelqu’un s’adresse à vous dans un échange.",
        kept="Tant que la réaction existe ; votre nom y est remplacé quand votre compte est fermé.",
        fields={"article": "Article", "address": "Adresse", "at": "Écrite"},
        export=_mentions,
        answers_for=frozenset({"articles.Mention.user"}),
        forget=_forget_mentions,
        rank=1,
    ),
]
