"""What an article's page shows to one reader: the text, the threads, the form or the notice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles import citations, linked_data
from articles.forms import ReactionForm, fields_to_react
from articles.models import CATEGORIES, Article, Attachment, Reaction
from articles.permissions import can_answer, can_react, can_read_reactions, reaction_notice
from articles.threads import conversation
from cgtdouanes import richtext
from cgtdouanes.pages import known
from cgtdouanes.richtext import append_inline
from cgtdouanes.text.typography import french_html
from meetings.models import RECORD, Meeting
from members.audiences import audience_of
from members.permissions import Reader


@dataclass(frozen=True)
class Drawn:
    """What all who may read as much are shown of an article: its `head`, for machines, and itself.

    `is_shared`: everybody may be sent its address.
    """

    head: SafeString
    article: SafeString
    is_shared: bool


def article_context(
    article: Article,
    user: Reader,
    *,
    form: ReactionForm | None = None,
    answering: str = "",
) -> dict[str, Any]:
    """Return the context of the article's page; `answering` is the id of the reaction answered."""
    answered = _answered(article, user, answering)
    said = conversation(article, user) if can_read_reactions(user) else None
    fields = form.drawn if form else None
    if form is None and can_react(user, article):
        fields = fields_to_react(article, user, said.reactions if said else None, answered)
    return {
        "article": article,
        "drawn": _drawn_for(article, user),
        "is_preview": False,
        "conversation": said,
        "fields_to_react": fields,
        "answering": answered,
        "notice": reaction_notice(user, article),
        "today": timezone.localdate(),
    }


def preview_context(
    article: Article,
    user: Reader,
    attachments: Iterable[Attachment] = (),
    pictures_at: str = "",
) -> dict[str, Any]:
    """Return the context of an unsaved article's page: the text as adherents read it, cut shown.

    `pictures_at`: where its pictures are, for who holds a link and cannot open their own address.
    """
    body = citations.live(article.full_text_with_cut(), user)
    if pictures_at:
        moved = richtext.with_pictures_at(pictures_at, body)
        body = mark_safe(moved)  # noqa: S308  it was, and only addresses change
    drawn = _drawn(article, user, body, attachments, is_preview=True)
    return {"article": article, "drawn": drawn, "is_preview": True}


def _drawn_for(article: Article, user: Reader) -> Drawn:
    """Draw a published article once for all who are told the same; for officers, each time."""
    notice = reaction_notice(user, article)

    def draw() -> Drawn:
        attachments = article.attachments.visible_to(user).shown()
        return _drawn(article, user, shown_body(article, user), attachments, notice)

    # Visitors' pages are kept whole.
    if not (article.is_published and user.is_authenticated) or user.is_officer:
        return draw()
    name = ("article", article.pk, audience_of(user), notice)
    return known(name, draw, *page_tags(article))


def _drawn(
    article: Article,
    user: Reader,
    body: SafeString,
    attachments: Iterable[Attachment],
    notice: str | None = None,
    *,
    is_preview: bool = False,
) -> Drawn:
    """Draw it without the request: nothing of the person who asks can slip into it."""
    data = None if is_preview else linked_data.of_article(article)
    context = {
        "article": article,
        "body": body,
        "is_truncated": not is_preview and article.is_truncated_for(user),
        "is_preview": is_preview,
        "meeting": _visible_meeting(article, user),
        "attachments": attachments,
        "modifications": modifications(article),
        "notice": notice,
        "linked_data": data,
        "share_by_mail": share_by_mail(article) if data else "",
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
    }
    return Drawn(
        head=render_to_string("articles/_article_head.html", context),
        article=render_to_string("articles/_article.html", context),
        is_shared=data is not None,
    )


@dataclass(frozen=True)
class Modification:
    """A change made to the article since it came out, as readers are told of it."""

    on: date
    reason: str


def modifications(article: Article) -> list[Modification]:
    """Return the changes since the publication, the latest first."""
    return [
        Modification(date.fromisoformat(each["on"]), each["reason"])
        for each in reversed(article.modifications)
    ]


def page_tags(article: Article) -> list[str]:
    """Return what may change the pages of this article: what it is about, and what it cites."""
    tags = [article.page_tag, CATEGORIES]
    if article.meeting:
        tags.append(article.meeting.page_tag)
    if richtext.cited(article.body):
        tags.append(RECORD)
    return tags


def share_by_mail(article: Article) -> str:
    """Return the address that opens a mail to a colleague, with the article's own address."""
    words = {"subject": article.title, "body": f"{settings.SITE_URL}{article.get_absolute_url()}"}
    return f"mailto:?{urlencode(words, quote_via=quote)}"


def shown_body(article: Article, user: Reader) -> SafeString:
    """Return the text for this reader, with today's state of what it cites."""
    return _with_way_on(article, user, citations.live(article.body_for(user), user))


def printed_body(article: Article, user: Reader) -> SafeString:
    """Return the text for this reader, with the state of what it cites when it was published."""
    return _as_published(article, user, richtext.with_whole_pictures(article.body_for(user)))


def paged_body(article: Article, user: Reader) -> SafeString:
    """Return the same for the PDF, each note where it is called, for the foot of the page."""
    body = _as_published(article, user, french_html(article.written_for(user)))
    return mark_safe(richtext.with_plain_links(body))  # noqa: S308  it was, and tags only go


def _as_published(article: Article, user: Reader, html: str) -> SafeString:
    safe = mark_safe(html)  # noqa: S308  sanitised by our allowlist in `prepare`
    html = citations.printed(safe, user, article.published_on, article.cited_states)
    return _with_way_on(article, user, html)


def fed_body(article: Article, user: Reader) -> str:
    """Return the text for a feed reader, whose copy grows old: citations are named, no more."""
    url = f"{settings.SITE_URL}{article.get_absolute_url()}"
    body = richtext.elsewhere(article.body_for(user), site=settings.SITE_URL, page=url)
    if not article.is_truncated_for(user):
        return body
    return append_inline(body, format_html('<a href="{}">(Lire la suite…)</a>', url))


def _with_way_on(article: Article, user: Reader, body: SafeString) -> SafeString:
    """End a truncated text with the way to read on."""
    if not article.is_truncated_for(user):
        return body
    url = f"{article.get_absolute_url()}#suite"
    if not user.is_authenticated:
        url = f"{reverse('account_login')}?next={article.get_absolute_url()}"
    link = format_html('<a class="read-more" href="{}">(Lire la suite…)</a>', url)
    return mark_safe(append_inline(body, link))  # noqa: S308  sanitised body, escaped link


def _answered(article: Article, user: Reader, pk: str) -> Reaction | None:
    if not (pk.isdecimal() and len(pk) < 19):
        return None
    reaction = article.reactions.visible_to(user).select_related("author").filter(pk=pk).first()
    if reaction is None:
        return None
    reaction.article = article
    return reaction if can_answer(user, reaction) else None


def _visible_meeting(article: Article, user: Reader) -> Meeting | None:
    """The meeting that the article is about, unless this reader may not know of it."""
    meeting = article.meeting
    return meeting if meeting and meeting.is_visible_to(user) else None
