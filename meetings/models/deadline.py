"""The deadlines that the section holds the administration to, for each kind of meeting."""

from django.core.validators import MaxValueValidator
from django.db import models

from meetings.models.meeting import Kind


def _days(
    verbose_name: str, help_text: str
) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(
        verbose_name,
        null=True,
        blank=True,
        validators=[MaxValueValidator(730)],
        help_text=f"{help_text} Vide : pas de délai suivi.",
    )


class DeadlineRule(models.Model):
    """How many calendar days before or after a meeting of this kind things are due.

    No value comes from us: the section enters those of the texts and agreements that bind it.
    """

    kind = models.CharField("type de réunion", max_length=20, choices=Kind.choices, unique=True)
    convening_notice_days = _days("convocation", "Jours avant la réunion.")
    documents_days = _days("documents préparatoires", "Jours avant la réunion.")
    minutes_days = _days("procès-verbal", "Jours après la réunion.")
    answers_days = _days("réponses aux revendications", "Jours après la réunion.")
    source = models.CharField(
        "d’où viennent ces délais",
        max_length=200,
        blank=True,
        help_text="Le texte ou l’accord, cité tel quel dans les phrases proposées.",
    )

    class Meta:
        verbose_name = "délais d’un type de réunion"
        verbose_name_plural = "délais par type de réunion"
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()
