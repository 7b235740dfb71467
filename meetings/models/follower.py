"""Following a demand: an adherent asks to be told what becomes of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from meetings.models.demand import Demand
from members.models import User


class DemandFollowerQuerySet(models.QuerySet["DemandFollower"]):
    def of(self, user: User) -> "DemandFollowerQuerySet":
        """What this person follows."""
        return self.filter(user=user)


class DemandFollower(models.Model):
    demand = models.ForeignKey(
        Demand, on_delete=models.CASCADE, related_name="followers", verbose_name="revendication"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="followed_demands",
        verbose_name="compte",
    )
    since = models.DateTimeField("depuis le", default=timezone.now)

    objects = DemandFollowerQuerySet.as_manager()

    class Meta:
        verbose_name = "suivi d’une revendication"
        verbose_name_plural = "suivis de revendications"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["demand", "user"], name="followed_once_by_a_person"),
        ]

    def __str__(self) -> str:
        return f"suivi de {self.demand_id} par le compte {self.user_id}"
