"""The secret address of an adherent's own calendar of meetings, reserved ones included."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from members.models import User


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def owner_of(self, token: str) -> User | None:
        """Whose calendar this token opens; what the person may read is asked at each reading."""
        feed = self.filter(token_hash=_hash(token)).select_related("user").first()
        return feed.user if feed else None


class CalendarFeed(models.Model):
    """One per person; only the hash of its token is kept, so the address is shown once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "calendrier personnel"
        verbose_name_plural = "calendriers personnels"

    def __str__(self) -> str:
        return f"calendrier créé le {timezone.localtime(self.created_at):%d/%m/%Y}"

    @classmethod
    def issue(cls, user: User) -> str:
        """Return a new token for this person; the former address stops working at once."""
        token = secrets.token_urlsafe(32)
        cls.objects.update_or_create(
            user=user, defaults={"token_hash": _hash(token), "created_at": timezone.now()}
        )
        return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
