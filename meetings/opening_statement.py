"""What the section says of a lateness of the administration, ready to be read out at a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass

from cgtdouanes.text.typography import french, french_date
from meetings.deadlines import Deadline, Standing, Subject
from meetings.models import Demand
from meetings.wording import days, in_words, of, the_meeting, to


@dataclass(frozen=True)
class _Paper:
    """How French speaks of a document: “la convocation à”, “est due”, “est parvenue”."""

    name: str
    due: str
    are: str
    come: str


_NOTICE = _Paper("La convocation", "due", "est", "parvenue")
_DOCUMENT = _Paper("Le document préparatoire", "dû", "est", "parvenu")
_DOCUMENTS = _Paper("Les documents préparatoires", "dus", "sont", "parvenus")
_MINUTES = _Paper("Le procès-verbal", "dû", "est", "parvenu")


def sentence(deadline: Deadline) -> str:
    """Say one lateness in a sentence; nothing when there is none."""
    if not deadline.is_late:
        return ""
    said = _of_answers(deadline) if deadline.subject == Subject.ANSWERS else _of_papers(deadline)
    source = f" ({deadline.source})" if deadline.source else ""
    return french(f"{said}{source}.")


def statement(deadlines: Sequence[Deadline]) -> str:
    """Say several latenesses as the beginning of an opening statement."""
    late = [deadline for deadline in deadlines if deadline.is_late]
    if not late:
        return ""
    many = f"que {in_words(len(late))} délais n’ont pas été tenus"
    said = many if len(late) > 1 else "qu’un délai n’a pas été tenu"
    return "\n".join(
        [
            f"Avant d’ouvrir l’ordre du jour, nous constatons {said}.",
            *(sentence(deadline) for deadline in late),
        ]
    )


def title(deadline: Deadline) -> str:
    """Name what is due in a few words: “Procès-verbal du CSA du 3 décembre 2024”."""
    meeting = the_meeting(deadline.meeting)
    match deadline.subject:
        case Subject.ANSWERS:
            plural = "s" if len(deadline.demands) > 1 else ""
            number = in_words(len(deadline.demands), feminine=True)
            return f"Réponse à {number} revendication{plural} portée{plural} {to(meeting)}"
        case Subject.CONVENING_NOTICE:
            return f"Convocation {to(meeting)}"
    return f"{deadline.subject.label.capitalize()} {of(meeting)}"


def _delay(deadline: Deadline) -> str:
    """Say how late it is: “45 jours de retard”."""
    return f"{days(deadline.days_late)} de retard"


def _of_papers(deadline: Deadline) -> str:
    paper = _paper(deadline)
    meeting = the_meeting(deadline.meeting)
    subject = f"{paper.name} {to(meeting) if paper is _NOTICE else of(meeting)}"
    due = f"{paper.due} le {french_date(deadline.due_on)}"
    late = _delay(deadline)
    is_minutes = deadline.subject == Subject.MINUTES
    if deadline.received_on is None:
        if is_minutes or deadline.is_owed:
            return f"{subject}, {due}, ne nous {paper.are} toujours pas {paper.come} : {late}"
        return f"{subject}, {due}, ne nous {paper.are} jamais {paper.come}"
    came = french_date(deadline.received_on)
    if is_minutes:
        return f"{subject}, {due}, ne nous {paper.are} {paper.come} que le {came} : {late}"
    verb = f"nous {paper.are} {paper.come} le {came}"
    if paper is _DOCUMENTS:
        verb = f"ne nous {paper.are} {paper.come} au complet que le {came}"
    return f"{subject} {verb}, {_notice_given(deadline)}, {_notice_due(deadline.allowed)}"


def _paper(deadline: Deadline) -> _Paper:
    match deadline.subject:
        case Subject.CONVENING_NOTICE:
            return _NOTICE
        case Subject.MINUTES:
            return _MINUTES
        case _:
            return _DOCUMENT if deadline.received == 1 else _DOCUMENTS


def _notice_given(deadline: Deadline) -> str:
    """How long before the meeting a paper came."""
    assert deadline.received_on  # noqa: S101  for the type checker
    before = (deadline.meeting.day - deadline.received_on).days
    match before:
        case 0:
            return "le jour même de la séance"
        case 1:
            return "la veille de la séance"
    when = "avant" if before > 0 else "après"
    return f"{days(abs(before))} {when} la séance"


def _notice_due(allowed: int) -> str:
    match allowed:
        case 0:
            return "quand le délai expirait le jour de la séance"
        case 1:
            return "quand le délai est d’un jour"
    return f"quand le délai est de {days(allowed)}"


def _of_answers(deadline: Deadline) -> str:
    where = to(the_meeting(deadline.meeting))
    due = french_date(deadline.due_on)
    many = f"{in_words(len(deadline.demands), feminine=True)} revendications portées {where}"
    demands = _listed(deadline.demands)
    one = len(deadline.demands) == 1
    if deadline.standing == Standing.MISSING:
        if one:
            return (
                f"La revendication {demands}, portée {where}, attend toujours la réponse "
                f"due le {due} : {_delay(deadline)}"
            )
        return (
            f"{many[0].upper()}{many[1:]}, {demands}, attendent toujours la réponse "
            f"due le {due} : {_delay(deadline)}"
        )
    assert deadline.received_on  # noqa: S101  for the type checker
    came = french_date(deadline.received_on)
    if one:
        return (
            f"La réponse due le {due} à la revendication {demands}, portée {where}, "
            f"n’a été donnée que le {came} : {_delay(deadline)}"
        )
    return (
        f"Les réponses dues le {due} à {many}, {demands}, "
        f"n’ont été complètes que le {came} : {_delay(deadline)}"
    )


def _listed(demands: Sequence[Demand]) -> str:
    """Name demands in a row: “REV-2025-003 (un titre) et REV-2025-004 (un autre)”."""
    *first, last = [f"{demand.reference} ({demand.title})" for demand in demands]
    return f"{', '.join(first)} et {last}" if first else last
