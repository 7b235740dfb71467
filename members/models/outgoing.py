"""The outbox: one row for each mail that a person is to receive about an event, never two."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from members.models.user import User

# As long as a letter is in these hands, no other sender takes it: longer than the slowest of
# sendings, in which the server makes its last answer wait for ten minutes.
LEASE = timedelta(minutes=20)
# How long after each attempt the next one comes; the last delay is repeated.
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
# The same when the server was not even reached: it says nothing of the mail.
UNREACHED = timedelta(seconds=20)
# How long a server that does not take a mail is asked again, as RFC 5321, 4.5.4.1 advises.
PATIENCE = timedelta(days=5)
# A mail that is due for so long is not late by chance.
STUCK_AFTER = timedelta(hours=1)
# Why a mail was not sent that nobody need worry about.
WITHOUT_OBJECT = "sans objet"


def patience_ends() -> datetime:
    """When a mail that is queued now is given up."""
    return timezone.now() + PATIENCE


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "OutgoingMailQuerySet":
        """Those not sent yet, and not given up."""
        return self.filter(next_try_at__isnull=False)

    def due(self) -> "OutgoingMailQuerySet":
        """Those to send now: what is urgent first, then the oldest."""
        return self.filter(next_try_at__lte=timezone.now()).order_by(
            "-is_urgent", "next_try_at", "pk"
        )

    def stuck(self) -> "OutgoingMailQuerySet":
        """Those that nobody even tries: no sender runs, or the server takes nothing."""
        return self.filter(next_try_at__lt=timezone.now() - STUCK_AFTER)

    def failed(self) -> "OutgoingMailQuerySet":
        """Those that were given up, or that failed and are to be tried again."""
        return self.exclude(failure__in=["", WITHOUT_OBJECT])

    def settled_before(self, moment: datetime) -> "OutgoingMailQuerySet":
        """Those sent before that moment; of those that never will be, the ones queued before it."""
        return self.filter(
            Q(sent_at__lt=moment) | Q(sent_at=None, created_at__lt=moment), next_try_at=None
        )

    def told_to(self, user: User) -> "OutgoingMailQuerySet":
        """What this person's mail told them of, the latest first."""
        return self.filter(recipient=user, sent_at__isnull=False).order_by("-sent_at", "-pk")

    def written_to(self, user: User) -> "OutgoingMailQuerySet":
        """All that is addressed to this person: to their account, or to an address of theirs."""
        addresses = {address.lower() for address in user.addresses()}
        rows = self.alias(lower=Lower("address"))
        return rows.filter(Q(recipient=user) | Q(recipient=None, lower__in=addresses))

    def go_with(self, mail: "OutgoingMail") -> "OutgoingMailQuerySet":
        """This mail, and those to the same person that leave in one message with it.

        A digest holds all that is due for it; elsewhere, what is due of one kind leaves together,
        for ten demands that came up at one meeting are not ten mails.
        """
        same = Q(pk=mail.pk)
        if mail.recipient_id and mail.in_digest:
            same |= Q(recipient=mail.recipient_id, in_digest=True)
        elif mail.recipient_id:
            same |= Q(recipient=mail.recipient_id, in_digest=False, kind=mail.kind)
        return self.filter(same)

    def claim(self) -> list["OutgoingMail"]:
        """Take those of these rows that are still due, so that no other sender takes them too.

        The rows are locked in one order, lest two senders wait for each other. Raises RuntimeError
        inside of a transaction, which could undo what is then sent.
        """
        now = timezone.now()
        claim = uuid4()
        with transaction.atomic(durable=True):
            held = self.filter(next_try_at__lte=now).select_for_update(of=("self",))
            keys = list(held.order_by("pk").values_list("pk", flat=True))
            if not keys:
                return []
            OutgoingMail.objects.filter(pk__in=keys).update(
                claim=claim, next_try_at=now + LEASE, attempts=F("attempts") + 1
            )
        mails = OutgoingMail.objects.filter(pk__in=keys).order_by("pk")
        return list(mails.select_related("recipient__mail_preferences"))


class OutgoingMail(models.Model):
    """A mail to send. It keeps no words: they are written when it is sent, for who then may read.

    Only a letter that is written beforehand (a code, a secret link) is kept, sealed, until it is
    sent. `next_try_at` is empty for what is sent, given up (`failure` says why) or without object.
    `reference` names the mail in the mail itself: it tells nothing, not even how many there are.
    """

    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField("sorte", max_length=30)
    event = models.CharField("évènement", max_length=100)
    object_id = models.BigIntegerField("objet", null=True, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="outgoing_mail",
        verbose_name="destinataire",
    )
    address = models.EmailField("adresse", blank=True)
    sealed = models.TextField(blank=True)
    in_digest = models.BooleanField("dans le courrier de la semaine", default=False)
    is_urgent = models.BooleanField("urgent", default=False)
    created_at = models.DateTimeField("mis en file le", auto_now_add=True)
    next_try_at = models.DateTimeField("prochain essai", null=True, default=timezone.now)
    gives_up_at = models.DateTimeField("abandon", default=patience_ends)
    claim = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    failure = models.CharField("échec", max_length=60, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "message non envoyé"
        verbose_name_plural = "messages non envoyés"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient"],
                condition=Q(recipient__isnull=False),
                name="one_mail_per_event_and_person",
            ),
            models.UniqueConstraint(
                fields=["event", "address"],
                condition=Q(recipient=None),
                name="one_mail_per_event_and_address",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""),
                name="mail_has_a_recipient",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="mail_by_next_try",
            ),
            models.Index(fields=["sent_at"], name="mail_by_sending"),
        ]

    def __str__(self) -> str:
        return f"message du {timezone.localtime(self.created_at):%d/%m/%Y}"

    @property
    def object_key(self) -> int:
        """The key of what the mail is about; 0, which is nobody's, when it is about nothing."""
        return self.object_id or 0

    @property
    def to(self) -> str:
        """The address to write to: that of the account today."""
        return self.recipient.email if self.recipient else self.address

    def next_try_after_failure(self, now: datetime, was_reached: bool = True) -> datetime | None:
        """When to try again, later and later; None when it has been tried for long enough."""
        delay = DELAYS[min(max(self.attempts, 1), len(DELAYS)) - 1]
        later = now + (delay if was_reached else UNREACHED)
        return later if later <= self.gives_up_at else None
