"""What is said of a reaction that troubles somebody: signals, decisions of officers, appeals."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.models.reaction import Reaction


class Verdict(models.TextChoices):
    SHOW = "restore", "montrée"
    HIDE = "hide", "masquée"
    KEEP = "keep", "laissée en place"


# Decisions that change something for the author, who is told of them.
TOLD = (Verdict.SHOW, Verdict.HIDE)


class ModerationDecision(models.Model):
    """What an officer decided about a reaction, when and why. The next one does not erase it."""

    REASON_LENGTH = 300

    reaction = models.ForeignKey(Reaction, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField("décision", max_length=7, choices=Verdict.choices)
    # Empty once the person it is about, or who is named in it, has left.
    reason = models.CharField("motif", max_length=REASON_LENGTH, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "décision de modération"
        verbose_name_plural = "décisions de modération"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} le {timezone.localtime(self.at):%d/%m/%Y %H:%M}"

    @property
    def is_final(self) -> bool:
        """Whether it answers an appeal."""
        return hasattr(self, "answers_appeal")

    @property
    def contested_by(self) -> "Appeal | None":
        """The appeal about it, answered or not."""
        return getattr(self, "appeal", None)


class FlagReason(models.TextChoices):
    INSULT = "insult", "elle attaque ou insulte quelqu’un"
    HATE = "hate", "elle est haineuse ou discriminatoire"
    PRIVACY = "privacy", "elle dévoile qui est une personne, ou sa vie privée"
    OFF_TOPIC = "off_topic", "elle n’a rien à faire ici : hors sujet, publicité"
    OTHER = "other", "autre chose, dit ci-dessous"


class Flag(models.Model):
    """A signal: somebody asks the officers to look at a reaction. Its author never knows who did.

    It is settled by a decision. Without `by`: of somebody who left since.
    """

    WORDS_LENGTH = 500

    reaction = models.ForeignKey(Reaction, on_delete=models.CASCADE, related_name="flags")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="flags"
    )
    reason = models.CharField("motif", max_length=9, choices=FlagReason.choices)
    words = models.CharField("précisions", max_length=WORDS_LENGTH, blank=True)
    at = models.DateTimeField("le", default=timezone.now)
    decision = models.ForeignKey(
        ModerationDecision,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="flags",
    )

    class Meta:
        verbose_name = "signalement"
        verbose_name_plural = "signalements"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reaction", "by"], name="one_flag_per_person_and_reaction"
            )
        ]

    def __str__(self) -> str:
        return f"signalement du {timezone.localtime(self.at):%d/%m/%Y %H:%M}"


class Appeal(models.Model):
    """The author of a hidden reaction asks another officer to decide again, once, for good."""

    WORDS_LENGTH = 1000

    decision = models.OneToOneField(
        ModerationDecision, on_delete=models.CASCADE, related_name="appeal"
    )
    # Empty once its author has left.
    words = models.CharField("ce que dit son auteur·rice", max_length=WORDS_LENGTH, blank=True)
    at = models.DateTimeField("le", default=timezone.now)
    answer = models.OneToOneField(
        ModerationDecision, on_delete=models.SET_NULL, null=True, related_name="answers_appeal"
    )

    class Meta:
        verbose_name = "recours"
        verbose_name_plural = "recours"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"recours du {timezone.localtime(self.at):%d/%m/%Y %H:%M}"
