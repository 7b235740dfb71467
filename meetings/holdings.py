"""What this app keeps about a person: their calendar, and what an officer changed in the record."""

from collections.abc import Iterator
from typing import Any

from cgtdouanes.officers.journal import ChangeKind
from meetings.changes import MODELS, Subject
from meetings.models import CalendarFeed, DemandFollower, DemandStep
from members.models import User
from members.personal_data import Holding, Row

HISTORIES: dict[Subject, Any] = {
    subject: model.history.model for subject, model in MODELS.items() if hasattr(model, "history")
}


def _calendar(user: User) -> Iterator[Row]:
    for feed in CalendarFeed.objects.filter(user=user):
        yield {"created_at": feed.created_at}


def _record(user: User) -> Iterator[Row]:
    """Tell when something was changed and of which kind: the record itself is the section's."""
    for subject, history in HISTORIES.items():
        changes = history.objects.filter(history_user=user).order_by("history_id")
        for at, action in changes.values_list("history_date", "history_type"):
            yield {
                "at": at,
                "about": str(subject.label),
                "action": str(ChangeKind(action).label),
            }
    steps = DemandStep.objects.filter(recorded_by=user).order_by("pk")
    for at in steps.values_list("recorded_at", flat=True):
        yield {
            "at": at,
            "about": str(Subject.STEP.label),
            "action": str(ChangeKind.CREATION.label),
        }


def _followed(user: User) -> Iterator[Row]:
    """Tell the references: a title may have become reserved since."""
    followed = DemandFollower.objects.filter(user=user).order_by("since", "pk")
    for reference, since in followed.values_list("demand__reference", "since"):
        yield {"reference": reference, "since": since}


HOLDINGS = [
    Holding(
        name="followed_demands",
        title="Les revendications que vous suivez",
        purpose="Vous prévenir quand l’une d’elles avance.",
        kept="Jusqu’à ce que vous cessiez de la suivre, ou tant que votre compte existe.",
        fields={"reference": "Référence", "since": "Suivie depuis"},
        export=_followed,
        answers_for=frozenset({"meetings.DemandFollower.user"}),
        rank=2,
    ),
    Holding(
        name="calendar",
        title="Votre calendrier personnel",
        purpose="Donner à votre agenda les réunions que vous pouvez connaître. L’adresse secrète "
        "n’est pas gardée : il n’en reste qu’une empreinte, dont on ne peut rien tirer.",
        kept="Jusqu’à ce que vous le supprimiez, ou tant que votre compte existe.",
        fields={"created_at": "Adresse créée"},
        export=_calendar,
        answers_for=frozenset({"meetings.CalendarFeed.user"}),
        rank=2,
    ),
    Holding(
        name="record",
        title="Ce que vous avez enregistré dans le suivi des réunions",
        purpose="Savoir qui a changé quoi, et quand, dans ce que la section garde des réunions.",
        kept="Tant que votre compte existe : le journal garde ensuite le changement, sans votre "
        "nom (« compte supprimé »).",
        fields={"at": "Quand", "about": "Sur", "action": "Action"},
        export=_record,
        answers_for=frozenset(
            {
                "meetings.DemandStep.recorded_by",
                *(f"{history._meta.label}.history_user" for history in HISTORIES.values()),
            }
        ),
        rank=3,
    ),
]
