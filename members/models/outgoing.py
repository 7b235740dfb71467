"""The outbox: one row for each mail that a person is to receive about an event, never two."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# As long as a letter is in these hands, no other sender takes it.
LEASE = timedelta(minutes=15)
# How long after each attempt the next one comes; the last delay is repeated.
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "OutgoingMailQuerySet":
        """Those not sent yet, and not given up."""
        return self.filter(next_try_at__isnull=False)

    def due(self) -> "OutgoingMailQuerySet":
        """Those to send now: what is urgent first, then the oldest."""
        return (
            self.filter(next_try_at__lte=timezone.now())
            .order_by("-is_urgent", "next_try_at", "pk")
            .select_related("recipient")
        )

    def settled_before(self, moment: datetime) -> "OutgoingMailQuerySet":
        """Those sent before that moment; of those that never will be, the ones queued before it."""
        return self.filter(
            Q(sent_at__lt=moment) | Q(sent_at=None, created_at__lt=moment), next_try_at=None
        )

    def claim(self) -> UUID | None:
        """Take these rows, if they are still due, so that no other sender takes them too."""
        now = timezone.now()
        claim = uuid4()
        taken = self.filter(next_try_at__lte=now).update(
            claim=claim, next_try_at=now + LEASE, attempts=F("attempts") + 1
        )
        return claim if taken else None


class OutgoingMail(models.Model):
    """A mail to send. It keeps no words: they are written when it is sent, for who then may read.

    Only a letter that is written beforehand (a code, a secret link) is kept, sealed, until it is
    sent. `next_try_at` is empty for what is sent, given up (`failure` says why) or without object.
    """

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
    claim = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    failure = models.CharField("échec", max_length=60, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "message à envoyer"
        verbose_name_plural = "messages à envoyer"
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event}"

    @property
    def to(self) -> str:
        """The address to write to: that of the account today."""
        return self.recipient.email if self.recipient else self.address

    def next_try_after_failure(self, now: datetime) -> datetime:
        """When to try again, later and later."""
        return now + DELAYS[min(max(self.attempts, 1), len(DELAYS)) - 1]
