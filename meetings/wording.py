"""How a kind of meeting is named within a French sentence: its article, its gender, its day."""

from cgtdouanes.text.typography import french_date
from meetings.models import Kind, Meeting

_NAMES = {
    Kind.TECHNICAL: "la réunion technique",
    Kind.WORKING_GROUP: "le groupe de travail",
    Kind.SOCIAL_COMMITTEE: "le CSA",
    Kind.HEALTH_PANEL: "la formation spécialisée",
    Kind.JOINT_COMMITTEE: "la CAP",
    Kind.AUDIENCE: "l’audience",
    Kind.GENERAL_ASSEMBLY: "l’assemblée générale",
}
_MASCULINE = {Kind.WORKING_GROUP, Kind.SOCIAL_COMMITTEE}
_NUMBERS = (
    *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"),
    *("neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"),
)


def the_kind(kind: str) -> str:
    """Name the kind with its article: “la réunion technique”, “le CSA”, “l’audience”."""
    return _NAMES[Kind(kind)]


def the_meeting(meeting: Meeting) -> str:
    """Name a meeting by its kind and its day: “le CSA du 3 décembre 2024”."""
    return f"{the_kind(meeting.kind)} du {french_date(meeting.day)}"


def of(name: str) -> str:
    """Put “de” before a name that has its article: “du CSA”, “de l’audience”."""
    return f"du {name[3:]}" if name.startswith("le ") else f"de {name}"


def to(name: str) -> str:
    """Put “à” before a name that has its article: “au CSA”, “à l’audience”."""
    return f"au {name[3:]}" if name.startswith("le ") else f"à {name}"


def is_feminine(kind: str) -> bool:
    return kind not in _MASCULINE


def in_words(number: int, *, feminine: bool = False) -> str:
    """Write a number as a sentence does: in letters up to sixteen, in figures beyond."""
    if number == 1 and feminine:
        return "une"
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def days(number: int) -> str:
    """Write a number of days: “un jour”, “quinze jours”, “45 jours”."""
    return f"{in_words(number)} {'jours' if number > 1 else 'jour'}"
