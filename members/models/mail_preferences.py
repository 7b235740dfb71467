"""What mail a person wants: for each theme at once, once a week, or not at all."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, QuerySet

from members.models.user import User


class Topic(models.TextChoices):
    """The themes. Each has a field of that name in `MailPreferences`."""

    REPORTS = "reports", "Comptes rendus et articles"
    MEETINGS = "meetings", "Réunions"
    DEMANDS = "demands", "Revendications que je suis"
    ANSWERS = "answers", "Réponses à mes réactions"


class Frequency(models.TextChoices):
    IMMEDIATE = "immediate", "aussitôt"
    WEEKLY = "weekly", "dans le courrier de la semaine"
    NEVER = "never", "rien"


# Who has chosen nothing. A report can be read on Monday, and a week without one brings no mail. A
# date that changed is of use at once; a demand is followed by a click, and an answer is awaited.
DEFAULTS = {
    Topic.REPORTS: Frequency.WEEKLY,
    Topic.MEETINGS: Frequency.IMMEDIATE,
    Topic.DEMANDS: Frequency.IMMEDIATE,
    Topic.ANSWERS: Frequency.IMMEDIATE,
}


def _choice(topic: Topic) -> models.CharField:
    return models.CharField(
        topic.label, max_length=9, choices=Frequency.choices, default=DEFAULTS[topic]
    )


class MailPreferences(models.Model):
    """The choices of one person; whoever has no row has the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="mail_preferences",
        verbose_name="compte",
    )
    reports = _choice(Topic.REPORTS)
    meetings = _choice(Topic.MEETINGS)
    demands = _choice(Topic.DEMANDS)
    answers = _choice(Topic.ANSWERS)

    class Meta:
        verbose_name = "choix du courrier"
        verbose_name_plural = "choix du courrier"

    def __str__(self) -> str:
        return f"choix du courrier du compte {self.pk}"

    @classmethod
    def of(cls, user: User) -> "MailPreferences":
        """The person's choices, not stored yet when there are none."""
        return getattr(user, "mail_preferences", None) or cls(user=user)

    def choice(self, topic: str) -> Frequency:
        return Frequency(getattr(self, Topic(topic).value))

    @classmethod
    @transaction.atomic
    def refuse(cls, user: User, topic: str = "") -> None:
        """Let this topic bring nothing more; without one, all that comes once a week."""
        own = cls.of(User.objects.select_for_update(of=("self",)).get(pk=user.pk))
        for each in Topic:
            if each == topic or (not topic and own.choice(each) == Frequency.WEEKLY):
                setattr(own, each.value, Frequency.NEVER)
        own.save()


def wanting(people: QuerySet[User], topic: Topic, frequency: Frequency) -> QuerySet[User]:
    """Those of these people who chose that for the topic, or have it by default."""
    chosen = Q(**{f"mail_preferences__{topic.value}": frequency})
    if DEFAULTS[topic] == frequency:
        chosen |= Q(mail_preferences=None)
    return people.filter(chosen)
