"""What mail says of meetings and demands, and to whom; what is reserved is never named in it.

Queued in the transaction of what happens, written when it leaves: the words are then those of the
record as it stands, for what the reader may know of it.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import TextChoices
from django.utils import timezone

from cgtdouanes.text.typography import french_date, french_time
from meetings.models import DemandFollower, DemandStep, Meeting, MeetingStatus
from members.mail import letters, news
from members.mail.letters import Kind, Notice
from members.models import OutgoingMail, Topic
from members.permissions import readers

VISITOR = AnonymousUser()
TO_COME = frozenset({MeetingStatus.PLANNED, MeetingStatus.RECONVENED})


class Happening(TextChoices):
    """What happens to a meeting that is to come."""

    ANNOUNCED = "announced", "Une réunion est annoncée"
    MOVED = "moved", "Une réunion change de date"
    CANCELLED = "cancelled", "Une réunion n’aura pas lieu"


def happening(meeting: Meeting, former: Meeting | None) -> Happening | None:
    """Tell what a change means for who might come; None when there is nothing to tell."""
    was_to_come = former is not None and former.status in TO_COME and not former.has_begun
    is_to_come = meeting.status in TO_COME and not meeting.has_begun
    if is_to_come and not was_to_come:
        return Happening.ANNOUNCED
    if is_to_come and former and former.starts_at != meeting.starts_at:
        return Happening.MOVED
    if was_to_come and meeting.status == MeetingStatus.CANCELLED and not meeting.has_begun:
        return Happening.CANCELLED
    return None


def tell_of_meeting(meeting: Meeting, former: Meeting | None) -> None:
    """Tell adherents what has just happened to a meeting; `former` is what it was before."""
    if what := happening(meeting, former):
        event = f"meeting/{meeting.pk}/{what}/{meeting.revision}"
        news.tell(MEETING, event, meeting.pk, readers())


def tell_of_step(step: DemandStep) -> None:
    """Tell those who follow the demand, but not the officer who has just recorded the step."""
    followers = DemandFollower.objects.filter(demand=step.demand_id).values("user")
    people = readers().filter(pk__in=followers).exclude(pk=step.recorded_by_id or 0)
    news.tell(STEP, f"step/{step.pk}", step.demand_id, people)


def _write_meeting(mail: OutgoingMail) -> Notice | None:
    meeting = Meeting.objects.filter(pk=mail.object_key).first()
    if not meeting or (meeting.has_begun and not mail.sent_at):
        return None
    what = Happening(mail.event.split("/")[2])
    if not mail.sent_at and (meeting.status in TO_COME) == (what == Happening.CANCELLED):
        return None
    if not meeting.is_public:
        return letters.reserved(meeting.get_absolute_url())
    starts_at = timezone.localtime(meeting.starts_at)
    kind = meeting.get_kind_display()
    when = f"le {french_date(starts_at.date())} à {french_time(starts_at)}"
    sentences = {
        Happening.ANNOUNCED: [f"{kind[:1].upper()}{kind[1:]}, {when}."],
        Happening.MOVED: [f"Nouvelle date : {when}."],
        Happening.CANCELLED: [f"Elle était prévue {when}."],
    }[what]
    if meeting.place and what != Happening.CANCELLED:
        sentences.append(f"Lieu : {meeting.place}.")
    return Notice(
        f"{what.label} : {meeting.title}", sentences, meeting.get_absolute_url(), "Voir la réunion"
    )


def _write_step(mail: OutgoingMail) -> Notice | None:
    steps = DemandStep.objects.select_related("demand").filter(pk=mail.event.split("/")[1])
    step = steps.first()
    if not step:
        return None
    demand = step.demand
    # A correction has a mail of its own.
    is_now = demand.followers.filter(user=mail.recipient_id).exists() and steps.effective().exists()
    if not is_now and not mail.sent_at:
        return None
    if not steps.visible_to(VISITOR).exists():
        return letters.reserved(demand.get_absolute_url())
    return Notice(
        f"{demand.reference} : {demand.title}",
        [f"La revendication que vous suivez est désormais {step.get_state_display()}."],
        demand.get_absolute_url(),
        "Voir la revendication",
    )


MEETING = Kind(
    "meeting",
    "Une date à noter",
    _write_meeting,
    topic=Topic.MEETINGS,
    label="une réunion",
)
STEP = Kind(
    "step",
    "Du nouveau sur ce que vous suivez",
    _write_step,
    topic=Topic.DEMANDS,
    label="une revendication suivie",
)


def register_kinds() -> None:
    letters.register(MEETING)
    letters.register(STEP)
