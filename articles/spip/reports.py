"""The report of an import: kept for the desk, and told on the screen with a link for each line."""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from articles.models import SpipImport, SpipImportLine, SpipKind, SpipObject
from articles.spip.addresses import numbered
from articles.spip.findings import Findings, Line, Outcome

OUTCOMES = {
    Outcome.CREATED: "ajout",
    Outcome.UPDATED: "mise à jour",
    Outcome.UNCHANGED: "sans changement",
    Outcome.CONFLICT: "à départager",
    Outcome.SKIPPED: "non repris",
}


def other_site(site: str) -> str:
    """Return the address of the site taken over before; empty when it was this one, or none.

    The articles of two sites bear the same numbers: those of one would replace those of the other.
    """
    last = SpipImport.objects.exclude(site="").order_by("-started_at", "-pk").first()
    return last.site if last and site and _host(last.site) != _host(site) else ""


def _host(site: str) -> str:
    return (urlsplit(site).hostname or "").removeprefix("www.")


@transaction.atomic
def keep(
    findings: Findings, *, dump: str, site: str, started_at: datetime, since: date | None
) -> SpipImport | None:
    """Keep the report, unless nothing was done and the last one already says the same."""
    digest = findings.digest()
    last = SpipImport.objects.order_by("-started_at", "-pk").first()
    if last and last.digest == digest and not findings.changed_something:
        return None
    made = SpipImport.objects.create(
        started_at=started_at,
        dump=dump[:200],
        site=site[:200],
        since=since,
        counts=findings.rows(),
        digest=digest,
    )
    find_pages(findings)
    SpipImportLine.objects.bulk_create(
        (
            SpipImportLine(
                made_in=made,
                section=line.section,
                subject=line.subject,
                detail=line.detail,
                article_id=line.article_id,
                category_id=line.category_id,
            )
            for line in findings.lines
        ),
        batch_size=500,
    )
    return made


def find_pages(findings: Findings) -> None:
    """Note in each line the article or the rubrique here that it is about."""
    articles = _known(SpipKind.ARTICLE, "article_id")
    categories = _known(SpipKind.RUBRIQUE, "category_id")
    for line in findings.lines:
        line.article_id = articles.get(line.number)
        line.category_id = categories.get(line.rubrique)


def _known(kind: SpipKind, field: str) -> dict[int, int]:
    found = SpipObject.objects.filter(kind=kind, **{f"{field}__isnull": False})
    return dict(found.values_list("number", field))


def told(findings: Findings, old_site: str) -> Iterator[str]:
    """Give the report line by line, for a screen; `old_site` is the address of the old one."""
    yield ""
    for kind, found in findings.counts.items():
        parts = [f"{words} {found[each]}" for each, words in OUTCOMES.items() if found[each]]
        yield f"{kind} : {', '.join(parts) or '0'}"
    for section, lines in findings.by_section():
        yield ""
        yield f"{section.label} ({len(lines)})"
        for line in lines:
            yield f"  {line.subject} : {line.detail}"
            if link := _link(line, old_site):
                yield f"    {link}"


def _link(line: Line, old_site: str) -> str:
    """The page of the desk where it is; before it is here, its page on the old site."""
    if line.article_id:
        path = reverse("admin:articles_article_change", args=[line.article_id])
        return f"{settings.SITE_URL}{path}"
    if line.category_id:
        path = reverse("admin:articles_category_change", args=[line.category_id])
        return f"{settings.SITE_URL}{path}"
    if line.rubrique:
        return f"{old_site}{numbered('rubrique', line.rubrique)}"
    return f"{old_site}{numbered('article', line.number)}" if line.number else ""
