"""An invitation: the secret link by which a person of the list opens their own account, once."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from members.models.membership import Membership, Status
from members.models.user import User

# A membership that has ended opens nothing: no account is offered for it.
WELCOME = frozenset({Status.PENDING, Status.ACTIVE, Status.GRACE})


class InvitationState(models.TextChoices):
    WAITING = "waiting", "en cours"
    EXPIRED = "expired", "expirée"
    ACCEPTED = "accepted", "acceptée"
    REVOKED = "revoked", "annulée"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def in_state(self, state: InvitationState) -> "InvitationQuerySet":
        """Those whose `state` is this one now."""
        match state:
            case InvitationState.ACCEPTED:
                return self.filter(accepted_at__isnull=False)
            case InvitationState.REVOKED:
                return self.filter(accepted_at=None, revoked_at__isnull=False)
        undecided = self.filter(accepted_at=None, revoked_at=None)
        if state == InvitationState.WAITING:
            return undecided.filter(expires_at__gt=timezone.now())
        return undecided.filter(expires_at__lte=timezone.now())

    def of_token(self, token: str) -> "Invitation | None":
        """The invitation whose link this is, be it still open or not."""
        return self.filter(token_hash=_hash(token)).select_related("membership__user").first()


class Invitation(models.Model):
    """At most one per membership: inviting again replaces the link, and the earlier one is dead.

    The secret of the link is stored nowhere. It is derived from SECRET_KEY and `nonce` when the
    letter is written, and recognised by `token_hash`. A sealed letter would be simpler still, but
    such letters are given up after a day and are written beforehand: five thousand invitations
    must survive a mail server that is down for longer, and one that was revoked in the meantime
    must not leave. Whoever reads the database alone can compute no link.
    """

    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="invitation", verbose_name="adhésion"
    )
    address = models.EmailField("envoyée à")
    nonce = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="invité·e par",
    )
    invited_at = models.DateTimeField("invité·e le")
    expires_at = models.DateTimeField("expire le")
    accepted_at = models.DateTimeField("acceptée le", null=True)
    revoked_at = models.DateTimeField("annulée le", null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        ordering = ["-invited_at", "pk"]

    def __str__(self) -> str:
        return f"invitation du {timezone.localtime(self.invited_at):%d/%m/%Y}"

    @classmethod
    def prepare(cls, membership: Membership, officer: User, now: datetime) -> "Invitation":
        """Return a new invitation, not saved yet, to the address of today, with its own link."""
        nonce = secrets.token_hex(16)
        return cls(
            membership=membership,
            address=User.objects.normalize_email(membership.email),
            nonce=nonce,
            token_hash=_hash(_derive(settings.SECRET_KEY, membership.pk, nonce)),
            invited_by=officer,
            invited_at=now,
            expires_at=now + timedelta(days=settings.INVITATION_DAYS),
        )

    @property
    def token(self) -> str | None:
        """The secret of the link; None once SECRET_KEY and its fallbacks no longer give it."""
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            token = _derive(secret, self.membership_id, self.nonce)
            if _hash(token) == self.token_hash:
                return token
        return None

    @property
    def event(self) -> str:
        """The name of this sending in the outbox: a new link is another event."""
        return f"invitation/{self.nonce}"

    @property
    def state(self) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        if self.expires_at <= timezone.now():
            return InvitationState.EXPIRED
        return InvitationState.WAITING

    @property
    def is_open(self) -> bool:
        """Whether the link still opens an account for the person that it was sent to.

        It does not once the membership has an account or has ended, nor once its address is
        another one: a link that went to a mistyped address dies when the address is corrected.
        """
        return (
            self.state == InvitationState.WAITING
            and self.membership.user_id is None
            and self.membership.status in WELCOME
            and User.objects.normalize_email(self.membership.email) == self.address
        )


def _derive(secret: str, membership: int, nonce: str) -> str:
    digest = salted_hmac(
        "members.invitation", f"{membership}/{nonce}", secret=secret, algorithm="sha256"
    ).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
