"""What mail says of articles and of answers to reactions; what is reserved is never named in it.

Queued in the transaction of what happens, written when it leaves, for what the reader may know.
"""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ModerationDecision, Reaction, ReactionStatus
from articles.permissions import can_read_reactions
from members.mail import letters, news
from members.mail.letters import Kind, Notice
from members.mail.outbox import queue_to
from members.models import OutgoingMail, Topic
from members.permissions import readers

VISITOR = AnonymousUser()
# What is older than this is no news, whenever it is put on line.
NEWS_FOR = timedelta(days=30)


@transaction.atomic
def tell_of_article(article: Article) -> None:
    """Tell adherents of an article that is out, once, as long as it is news."""
    moment = article.published_at
    if article.is_published and moment and moment > _news_since():
        news.tell(ARTICLE, f"article/{article.pk}", article.pk, readers())


def tell_of_reaction(reaction: Reaction) -> None:
    """Tell whom it answers and whom it mentions, each of them once, and never its own author."""
    if reaction.status != ReactionStatus.PUBLISHED or reaction.created_at <= _news_since():
        return
    others = readers().exclude(pk=reaction.author_id or 0)
    answered = reaction.parent.author_id if reaction.parent else None
    if answered:
        people = others.filter(pk=answered)
        news.tell(ANSWER, f"reaction/{reaction.pk}", reaction.pk, people)
    if mentioned := set(reaction.mentions.values_list("user_id", flat=True)) - {answered}:
        people = others.filter(pk__in=mentioned)
        news.tell(MENTION, f"mention/{reaction.pk}", reaction.pk, people)


def tell_of_decision(decision: ModerationDecision) -> None:
    """Tell the author of a reaction that something was decided about it; nobody refuses that."""
    if author := decision.reaction.author_id:
        queue_to([author], DECISION.name, f"decision/{decision.pk}", decision.pk)


def _news_since() -> datetime:
    return timezone.now() - NEWS_FOR


def _write_article(mail: OutgoingMail) -> Notice | None:
    articles = Article.objects.published().filter(pk=mail.object_key)
    article = articles.first()
    if not article:
        return None
    if not articles.visible_to(VISITOR).exists():
        return letters.reserved(article.get_absolute_url())
    lead = [article.lead] if article.lead else []
    return Notice(article.title, lead, article.get_absolute_url(), "Lire la suite")


def _write_answer(mail: OutgoingMail) -> Notice | None:
    """Say that an answer awaits; who wrote it, and what, is for those who sign in."""
    answer = (
        Reaction.objects.filter(pk=mail.object_key, status=ReactionStatus.PUBLISHED)
        .exclude(author=mail.recipient_id)
        .filter(parent__author=mail.recipient_id, parent__status=ReactionStatus.PUBLISHED)
        .filter(article__in=Article.objects.published())
        .select_related("article")
        .first()
    )
    if not answer or not mail.recipient or not can_read_reactions(mail.recipient):
        return None
    return letters.reserved(answer.get_absolute_url())


def _write_mention(mail: OutgoingMail) -> Notice | None:
    """Say that somebody calls the reader; who, and what for, is for those who sign in."""
    mentioning = (
        Reaction.objects.filter(pk=mail.object_key, status=ReactionStatus.PUBLISHED)
        .filter(mentions__user=mail.recipient_id, article__in=Article.objects.published())
        .select_related("article")
        .first()
    )
    if not mentioning or not mail.recipient or not can_read_reactions(mail.recipient):
        return None
    return letters.reserved(mentioning.get_absolute_url())


def _write_decision(mail: OutgoingMail) -> Notice | None:
    """Say that there is a decision; what, why and about which words is for who signs in."""
    decisions = ModerationDecision.objects.filter(pk=mail.object_key)
    if not decisions.filter(reaction__author=mail.recipient_id).exists():
        return None
    return Notice(
        "Une décision concerne votre réaction",
        ["Connectez-vous pour la lire, avec son motif."],
        path=reverse("articles:my_reactions"),
        link="Lire la décision",
    )


ARTICLE = Kind(
    "article",
    "Une nouvelle publication",
    _write_article,
    topic=Topic.REPORTS,
    label="un article",
)
ANSWER = Kind(
    "answer",
    "Une réponse vous attend",
    _write_answer,
    topic=Topic.ANSWERS,
    label="une réponse à une réaction",
)
MENTION = Kind(
    "mention",
    "Quelqu’un vous attend",
    _write_mention,
    topic=Topic.ANSWERS,
    label="une réaction où vous êtes mentionné·e",
)
DECISION = Kind(
    "decision",
    "Une décision concerne votre réaction",
    _write_decision,
    label="une décision de modération",
)


def register_kinds() -> None:
    letters.register(ARTICLE)
    letters.register(ANSWER)
    letters.register(MENTION)
    letters.register(DECISION)
