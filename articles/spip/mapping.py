"""What an article of the old site says in our terms: its fields, its state, its dates, its text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from articles.editor import MAX_LENGTH
from articles.models import Article, ArticleVisibility, Decision, ReactionsPolicy, Section, Status
from articles.spip.findings import Findings
from articles.spip.places import Places
from articles.spip.problems import Problem, ProblemKind
from articles.spip.rows import SpipArticle
from articles.spip.shortcuts import convert, convert_line
from articles.spip.wording import in_words
from cgtdouanes import richtext

UNTITLED = "Sans titre"
# What the chapo may hold and still be the few plain sentences that a lead is.
_PLAIN = re.compile(r"(?:[^<]|</?(?:p|strong|em)>|<br>)*")
_FIRST_REDIRECTION = re.compile(r"\s*=\s*(\S+)\s*")
_SHORTCUT = re.compile(r"(art|article|rub|rubrique)?(\d+)")
_NUMBER = re.compile(r"\d+")

STATES = {
    "publie": (Status.PUBLISHED, None, "Publié sur l’ancien site"),
    "prop": (Status.IN_REVIEW, Decision.SUBMITTED, "Proposé sur l’ancien site"),
    "prepa": (Status.DRAFT, None, ""),
    "refuse": (Status.ARCHIVED, Decision.ARCHIVED, "Refusé sur l’ancien site"),
    "poubelle": (Status.ARCHIVED, Decision.ARCHIVED, "À la poubelle sur l’ancien site"),
}
POLICIES = {
    "non": ReactionsPolicy.CLOSED,
    "pri": ReactionsPolicy.PREMODERATED,
    "pos": ReactionsPolicy.OPEN,
    "abo": ReactionsPolicy.OPEN,
}


@dataclass
class Mapped:
    """An article in our terms: the values of its fields, without the rubrique.

    `subject` names it in the report. `decision` and its `reason` tell how it came to its state.
    `begins` are its first words.
    """

    subject: str

    values: dict[str, Any]
    decision: Decision | None
    reason: str
    created_at: datetime
    updated_at: datetime
    begins: str


def map_article(
    row: SpipArticle,
    places: Places,
    findings: Findings,
    *,
    forum: str,
    is_reserved: bool,
    elsewhere: Sequence[int],
) -> Mapped:
    """Return the article in our terms, and tell what a person should look at.

    `forum` is how the old site let people react where the article does not say; `elsewhere` are the
    numbers of its documents that are files of other sites.
    """
    telling = _Telling(row, places, findings, elsewhere)
    title, kicker, lead, body = telling.texts()
    status, decision, reason, published_at = telling.state()
    begins = " ".join(richtext.plain_text(f"<p>{lead}</p>{body}").split())[:300]
    created_at = row.written_on or row.on or row.changed_on or timezone.now()
    keywords = telling.list_of(row.keywords, "keywords")
    byline = telling.list_of(row.names, "byline")
    telling.tell_problems()
    return Mapped(
        subject=telling.subject,
        values={
            "kicker": kicker,
            "title": title,
            "lead": lead,
            "body": body,
            "keywords": keywords,
            "byline": byline,
            "status": status,
            "published_at": published_at,
            "visibility": ArticleVisibility.MEMBERS if is_reserved else ArticleVisibility.PUBLIC,
            "reactions_policy": POLICIES.get(row.forum or forum, ReactionsPolicy.OPEN),
        },
        decision=decision,
        reason=reason,
        created_at=created_at,
        updated_at=row.changed_on or row.on or created_at,
        begins=begins,
    )


class _Telling:
    """One article being read: its texts are turned, and what they leave to look at is told."""

    def __init__(
        self, row: SpipArticle, places: Places, findings: Findings, elsewhere: Sequence[int]
    ) -> None:
        self.row = row
        self.places = places
        self.findings = findings
        self.elsewhere = elsewhere
        self.problems: dict[Problem, None] = {}
        self.title = self.line(row.title) or UNTITLED
        self.subject = f"article {row.number}, « {self.title[:150]} »"

    def texts(self) -> tuple[str, str, str, str]:
        """Return the title, the kicker, the lead and the body."""
        row = self.row
        title, kicker = self.title, self.line(row.kicker)
        before: list[str] = []
        shown_title = self.short(title, "title")
        if shown_title != title:
            before.append(title)
        shown_kicker = kicker if len(kicker) <= _length("kicker") else ""
        if shown_kicker != kicker:
            before.append(kicker)
        chapo, opening = self.chapo()
        leads = [*before, self.line(row.subtitle), chapo, self.plain(row.summary)]
        *others, last = list(dict.fromkeys(filter(None, leads))) or [""]
        # Pages show the lead in one piece.
        lead = "\n\n".join([*map(_ended, others), last])
        body = self.body(opening)
        if len(body) > MAX_LENGTH:
            self.tell("le texte est trop long pour être modifié ici d’un bloc : coupez-le en deux")
        site_language = self.places.language
        if row.language and row.language != site_language:
            self.tell(f"l’article est dans une autre langue ({row.language})")
        return shown_title, shown_kicker, lead, body

    def chapo(self) -> tuple[str, str]:
        """Return the chapo as a plain lead, or as what opens the body when it is more than that."""
        source = self.row.lead
        if _FIRST_REDIRECTION.fullmatch(source):
            return "", ""
        html = convert(source, self.places).html if source.strip() else ""
        if _PLAIN.fullmatch(html):
            return self.plain(source), ""
        return "", source

    def body(self, opening: str) -> str:
        row = self.row
        parts = [opening, row.text]
        if row.postscript.strip():
            parts += ["{{{Post-scriptum}}}", row.postscript]
        if row.site_url:
            name = row.site_name.strip() or row.site_url
            parts.append(f"Voir en ligne : [{name}->{row.site_url}]")
        if elsewhere := leads_elsewhere(row):
            parts.insert(0, f"Cet article menait à une autre page : [{elsewhere}->{elsewhere}]")
            self.tell(f"sur l’ancien site cet article redirigeait vers {elsewhere}")
        elif row.leads_to:
            self.tell(f"il redirigeait vers « {row.leads_to} », qui n’existe plus")
        converted = convert("\n\n".join(filter(str.strip, parts)), self.places)
        self.note(converted.problems)
        return self.with_links_elsewhere(converted.html)

    def with_links_elsewhere(self, body: str) -> str:
        """Return a text followed by links to the documents that it does not name itself."""
        left = [f"<doc{n}>" for n in self.elsewhere if n not in self.places.asked_for]
        if not left:
            return body
        converted = convert("\n\n".join(left), self.places)
        self.note(converted.problems)
        return richtext.sanitise(body + converted.html)

    def state(self) -> tuple[Status, Decision | None, str, datetime | None]:
        """Return the state, the decision that led to it and its reason, and the publication."""
        row, now = self.row, timezone.now()
        if row.state not in STATES:
            self.tell(f"son état sur l’ancien site n’est pas connu ({row.state}) : brouillon")
        status, decision, reason = STATES.get(row.state, STATES["prepa"])
        published_at = row.on if status in (Status.PUBLISHED, Status.ARCHIVED) else None
        if status == Status.PUBLISHED:
            published_at = published_at or row.changed_on
            if published_at is None:
                self.tell("publié sur l’ancien site, sans aucune date : c’est ici un brouillon")
                return Status.DRAFT, None, "", None
            if published_at > now:
                if self.places.showed_what_is_to_come:
                    self.tell("l’ancien site le montrait avant sa date : ici il sortira à sa date")
                return Status.SCHEDULED, Decision.SCHEDULED, reason, published_at
            return status, Decision.PUBLISHED, reason, published_at
        return status, decision, reason, published_at

    def line(self, source: str) -> str:
        """Return a field of one line as plain text."""
        converted = convert_line(source, self.places)
        self.note(converted.problems)
        return converted.text

    def list_of(self, sources: Iterable[str], name: str) -> str:
        """Return these short texts parted by commas, within the bounds of this field."""
        texts = (" ".join(self.line(source).replace(",", " ").split()) for source in sources)
        return self.short(", ".join(dict.fromkeys(filter(None, texts))), name)

    def plain(self, source: str) -> str:
        """Return a text as plain words, a line for each paragraph."""
        if not source.strip():
            return ""
        converted = convert(source, self.places)
        self.note(converted.problems)
        if richtext.pictured(converted.html):
            self.tell("le descriptif montrait une image : mettez-la dans le texte")
        return in_words(converted.html)

    def short(self, text: str, name: str) -> str:
        """Return a text within the bounds of this field, and tell when it was cut."""
        limit = _length(name)
        if len(text) <= limit:
            return text
        self.tell(f"trop long, coupé à {limit} caractères : {text}")
        return f"{text[: limit - 1].rstrip(' ,')}…"

    def tell(self, detail: str) -> None:
        self.findings.tell(Section.TO_READ, self.subject, detail, self.row.number)

    def note(self, problems: tuple[Problem, ...]) -> None:
        self.problems |= dict.fromkeys(problems)

    def tell_problems(self) -> None:
        """Tell what the texts leave; a document that is missing is told once, with the reason."""
        told = {str(number) for number in (*self.places.asked_for, *self.places.unknown)}
        for problem in self.problems:
            is_document = problem.kind == ProblemKind.MISSING_DOCUMENT
            if not (is_document and told & set(_NUMBER.findall(problem.detail))):
                self.findings.tell_problem(self.subject, problem, self.row.number)


def leads_elsewhere(row: SpipArticle) -> str:
    """Return the address, on another site, that the old one redirected this article to."""
    target = row.leads_to
    if not target and (match := _FIRST_REDIRECTION.fullmatch(row.lead)):
        target = match[1]
    return "" if _SHORTCUT.fullmatch(target) else target


def leads_to(redirection: str) -> tuple[str, int] | None:
    """Return the kind and number of what the old site showed in place of an article."""
    match = _SHORTCUT.fullmatch(redirection)
    if not match:
        return None
    return ("rubrique" if (match[1] or "").startswith("rub") else "article"), int(match[2])


def _ended(text: str) -> str:
    """Return a text with the full stop that a title has not."""
    return f"{text}." if text[-1:].isalnum() else text


def _length(name: str) -> int:
    return getattr(Article._meta.get_field(name), "max_length", None) or 0
