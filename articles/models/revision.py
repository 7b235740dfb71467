"""What an article was, each time that it was kept: revisions that never change, and who decided
what about which of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from articles.editor import body_field
from articles.models.article import Article
from articles.models.category import Category
from articles.models.publication import (
    ArticleVisibility,
    ReactionsPolicy,
    keywords_field,
    reactions_days_field,
    reactions_interval_field,
)
from meetings.models import Meeting


class RevisionQuerySet(models.QuerySet["Revision"]):
    def newest(self) -> "RevisionQuerySet":
        """Of each article, what was kept last."""
        later = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
        return self.filter(~Exists(later))

    def last_decided(self, decision: "Decision") -> "RevisionQuerySet":
        """Those whose last decision this is, with `decided_at` and `why`; the oldest first."""
        of_the_same = EditorialEvent.objects.filter(revision=OuterRef("revision"))
        later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        last = EditorialEvent.objects.filter(~Exists(of_the_same.filter(later)), decision=decision)
        found = self.filter(events__in=last)
        return found.annotate(decided_at=F("events__at"), why=F("events__reason")).order_by(
            "decided_at", "pk"
        )

    def update(self, **kwargs: Any) -> int:
        raise TypeError("A revision never changes: record another one.")


class Revision(models.Model):
    """An article as an officer kept it. The last one may be ahead of what readers see.

    `attachments` tells what was attached: for each its `id`, `title`, `kind` and `visibility`.
    """

    CONTENT = (
        *("kicker", "title", "lead", "body", "keywords"),
        *("category", "meeting", "visibility", "reactions_policy"),
        *("reactions_days", "reactions_interval"),
    )

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="revisions", verbose_name="article"
    )
    number = models.PositiveIntegerField("numéro")
    created_at = models.DateTimeField("enregistrée le", default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="enregistrée par",
    )
    restores = models.PositiveIntegerField("reprend la version", null=True)
    kicker = models.CharField("surtitre", max_length=120, blank=True)
    title = models.CharField("titre", max_length=200)
    lead = models.TextField("chapo", blank=True)
    body = body_field("texte")
    keywords = keywords_field()
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name="rubrique"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="réunion"
    )
    visibility = models.CharField("visible par", max_length=8, choices=ArticleVisibility.choices)
    reactions_policy = models.CharField("réactions", max_length=12, choices=ReactionsPolicy.choices)
    reactions_days = reactions_days_field()
    reactions_interval = reactions_interval_field()
    attachments = models.JSONField("pièces jointes", default=list)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versions"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_revision_per_number")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Record the revision. Raises TypeError for one that is already recorded."""
        if not self._state.adding:
            raise TypeError("A revision never changes: record another one.")
        super().save(*args, **kwargs)

    def content(self) -> dict[str, Any]:
        """The values of an article's fields in this revision; relations by their ids."""
        columns = {field.name: field.attname for field in Revision._meta.concrete_fields}
        return {columns[name]: getattr(self, columns[name]) for name in self.CONTENT}


class Decision(models.TextChoices):
    SUBMITTED = "submitted", "relecture demandée"
    RETURNED = "returned", "renvoyée à la rédaction"
    APPROVED = "approved", "approuvée"
    SCHEDULED = "scheduled", "programmée"
    UNSCHEDULED = "unscheduled", "déprogrammée"
    PUBLISHED = "published", "publiée"
    ARCHIVED = "archived", "archivée"


class EditorialEvent(models.Model):
    """A decision about one exact revision: who took it, when, and why. It is never rewritten."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="events")
    decision = models.CharField("décision", max_length=11, choices=Decision.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    at = models.DateTimeField("le", default=timezone.now)
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "décision éditoriale"
        verbose_name_plural = "décisions éditoriales"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["decision", "revision"], name="event_by_decision")]

    def __str__(self) -> str:
        return f"{self.revision} {self.get_decision_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Record the decision. Raises TypeError for one that is already recorded."""
        if not self._state.adding:
            raise TypeError("A decision is never rewritten.")
        super().save(*args, **kwargs)


class Autosave(models.Model):
    """What an officer was typing, kept every few seconds until they save or throw it away."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves"
    )
    # Empty: an article that was never saved.
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="autosaves"
    )
    typed = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "saisie en cours"
        verbose_name_plural = "saisies en cours"
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "article"], name="one_autosave_per_officer_and_article"
            ),
            models.UniqueConstraint(
                fields=["officer"], condition=Q(article=None), name="one_new_autosave_per_officer"
            ),
        ]

    def __str__(self) -> str:
        return f"saisie du {timezone.localtime(self.saved_at):%d/%m/%Y %H:%M}"
