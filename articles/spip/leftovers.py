"""What an import leaves on the old site, and why: told, so that nothing goes in silence."""

from collections.abc import Collection

from articles.models import SpipKind, SpipObject
from articles.spip.files import name_of
from articles.spip.findings import Findings, Outcome, Section
from articles.spip.messages import Messages
from articles.spip.shortcuts import convert_line
from articles.spip.site import Nowhere
from articles.spip.source import BATCH, Dump

# By table: what one of its rows is, what several are, and why none is taken over.
_NEVER = {
    "auteurs": (
        "compte",
        "comptes",
        "ni compte, ni mot de passe, ni adresse n’est repris : seuls les noms qui signent le sont, "
        "pour le bureau",
    ),
    "versions": ("ancienne version", "anciennes versions", "seul le texte actuel est repris"),
    "breves": (
        "brève",
        "brèves",
        "elles ne sont pas reprises : les titres de celles qui étaient publiées suivent",
    ),
    "syndic": ("site référencé", "sites référencés", "les sites référencés ne sont pas repris"),
    "petitions": ("pétition", "pétitions", "les pétitions ne sont pas reprises"),
    "signatures": ("signature", "signatures", "des données personnelles : jamais reprises"),
    "messages": ("message privé", "messages privés", "des données personnelles : jamais repris"),
    "evenements": (
        "événement de l’agenda",
        "événements de l’agenda",
        "créez les réunions à venir dans le bureau",
    ),
    "mailsubscribers": (
        "abonnement à la lettre",
        "abonnements à la lettre",
        "des données personnelles : jamais repris",
    ),
    "newsletters": (
        "lettre d’information",
        "lettres d’information",
        "les lettres ne sont pas reprises",
    ),
}

_LOGOS = ("logo", "logos")
_THUMBNAILS = ("vignette de document", "vignettes de documents")
_MESSAGES = ("message de forum", "messages de forum")


def tell_what_is_left(
    dump: Dump,
    findings: Findings,
    *,
    logos: int,
    documents: Collection[int],
    messages: Messages,
    is_whole: bool,
) -> None:
    """Tell what is not taken over.

    `logos` are files that no table knows, as SPIP kept them before its version 4. `documents` are
    those that an article has, `messages` those that were read with an article.
    What no article has, or the old site no longer, is only known when it was read whole.
    """
    for table, (one, several, why) in _NEVER.items():
        if number := dump.count(table):
            findings.tell(Section.SKIPPED, _counted(number, one, several), why)
    old_site = dump.meta("adresse_site").rstrip("/")
    for number, title in dump.briefs():
        subject = f"brève {number}, « {convert_line(title, Nowhere()).text[:150]} »"
        page = f"{old_site}/spip.php?page=breve&id_breve={number}"
        why = f"à reprendre en article si elle compte encore : {page}"
        findings.tell(Section.SKIPPED, subject, why)
    if number := dump.count("urls", "type = 'auteur'"):
        why = "ces pages diraient qui a écrit pour la section : elles n’ont pas de suite ici"
        said = _counted(number, "adresse de page d’auteur·rice", "adresses de pages d’auteur·rice")
        findings.tell(Section.SKIPPED, said, why)
    for reason, number in sorted(messages.left_out.items()):
        _leave_messages(findings, number, reason)
    elsewhere = dump.messages_elsewhere()
    _leave_messages(findings, elsewhere, "au sujet d’aucun article")
    if is_whole:
        left = dump.count("forum") - elsewhere - messages.read
        why = "l’article dont ils parlaient n’est pas repris, ou n’existe plus"
        _leave_messages(findings, left, why)
        _tell_documents(dump, findings, documents, logos)
        _tell_vanished(dump, findings)


def _leave_messages(findings: Findings, number: int, why: str) -> None:
    if number > 0:
        findings.count(SpipKind.MESSAGE.label, Outcome.SKIPPED, number)
        findings.tell(Section.SKIPPED, _counted(number, *_MESSAGES), why)


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {several if number > 1 else one}"


def _tell_documents(dump: Dump, findings: Findings, seen: Collection[int], logos: int) -> None:
    others = [number for number in dump.file_numbers() if number not in seen]
    of_rubriques = _of_rubriques(dump)
    thumbnails = 0
    for start in range(0, len(others), BATCH):
        for file in dump.files(others[start : start + BATCH]):
            if file.is_logo or file.is_thumbnail:
                findings.count(SpipKind.DOCUMENT.label, Outcome.SKIPPED)
                thumbnails += file.is_thumbnail
                continue
            why = "il n’est dans aucun article repris"
            if rubrique := of_rubriques.get(file.number, 0):
                why = f"il est joint à la rubrique {rubrique}, qui n’a pas ici de pièces jointes"
            subject = f"document {file.number} ({name_of(file)})"
            findings.skip(SpipKind.DOCUMENT, subject, why, rubrique=rubrique)
    if number := logos + dump.count("documents", "mode IN ('logoon', 'logooff')"):
        why = "ils ne sont pas repris : mettez dans le texte ceux qui apprennent quelque chose"
        findings.tell(Section.SKIPPED, _counted(number, *_LOGOS), why)
    if thumbnails:
        why = "elles ne servaient qu’à montrer un document dans une liste"
        findings.tell(Section.SKIPPED, _counted(thumbnails, *_THUMBNAILS), why)


def _of_rubriques(dump: Dump) -> dict[int, int]:
    """Return the rubriques by the numbers of the documents that are linked to them."""
    numbers = [rubrique.number for rubrique in dump.rubriques()]
    found: dict[int, int] = {}
    for start in range(0, len(numbers), BATCH):
        linked = dump.files_of("rubrique", numbers[start : start + BATCH])
        found |= {file: rubrique for rubrique, files in linked.items() for file in files}
    return found


def _tell_vanished(dump: Dump, findings: Findings) -> None:
    here = SpipObject.objects.filter(kind=SpipKind.ARTICLE, article__isnull=False)
    there = set(dump.article_numbers(None))
    for number in here.order_by("number").values_list("number", flat=True):
        if number not in there:
            why = "il n’est plus sur l’ancien site ; il reste ici"
            findings.tell(Section.SKIPPED, f"article {number}", why, number)
