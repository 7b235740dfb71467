"""A request for access: somebody says that they belong to the section, an officer decides."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from members.models.membership import Membership


class RequestState(models.TextChoices):
    PENDING = "pending", "à traiter"
    ACCEPTED = "accepted", "acceptée"
    REFUSED = "refused", "refusée"


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def pending(self) -> "AccessRequestQuerySet":
        return self.filter(state=RequestState.PENDING)

    def from_address(self, address: str) -> "AccessRequestQuerySet":
        """Those that one address made, however it was typed."""
        return self.alias(lower=Lower("email")).filter(lower=address.lower())

    def settled_before(self, moment: datetime) -> "AccessRequestQuerySet":
        """Those to erase: decided before that moment, or left without an answer since before it."""
        return self.filter(Q(decided_at__lt=moment) | Q(decided_at=None, created_at__lt=moment))


class AccessRequest(models.Model):
    """What a visitor typed, unverified: it opens nothing by itself.

    The same person may ask again, with a better number: every request is kept until it is decided,
    and the decision is taken for all those of one address.
    """

    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    email = models.EmailField("adresse e-mail")
    number = models.CharField("numéro d’adhérent·e", max_length=30, blank=True)
    message = models.TextField("message", max_length=1000, blank=True)
    created_at = models.DateTimeField("demandée le", default=timezone.now)
    state = models.CharField(
        "état", max_length=10, choices=RequestState.choices, default=RequestState.PENDING
    )
    membership = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="access_requests",
        verbose_name="adhésion",
    )
    reason = models.TextField("motif envoyé à la personne", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décision de",
    )
    decided_at = models.DateTimeField("décision le", null=True, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.PENDING, decided_at=None)
                | (~Q(state=RequestState.PENDING) & Q(decided_at__isnull=False)),
                name="access_request_is_decided_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(reason=""),
                name="access_request_is_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        """Without a name: this goes into the desk's own history, which outlives the request."""
        return f"demande du {timezone.localtime(self.created_at):%d/%m/%Y à %H:%M}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_pending(self) -> bool:
        return self.state == RequestState.PENDING
