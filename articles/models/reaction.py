"""A reaction: what an adherent says of an article, shown to adherents, one level of answers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from articles.models.article import Article
from members.models import Role
from members.models.user import GONE
from members.permissions import Reader, holds_role, is_adherent


class ReactionStatus(models.TextChoices):
    PENDING = "pending", "en attente de relecture"
    PUBLISHED = "published", "publiée"
    HIDDEN = "hidden", "masquée"
    DELETED = "deleted", "supprimée par son auteur·rice"


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def visible_to(self, user: Reader) -> "ReactionQuerySet":
        """For adherents and moderators: reactions reveal who is a member. A pending one waits.

        Hidden and deleted ones stay as places in their thread; their text is not for templates.
        """
        if holds_role(user, Role.MODERATOR):
            return self
        if not is_adherent(user):
            return self.none()
        return self.filter(~Q(status=ReactionStatus.PENDING) | Q(author_id=user.pk))

    def with_names(self) -> "ReactionQuerySet":
        """With their authors, of whom nothing is read but the name that is shown."""
        return self.select_related("author").only(
            *(field.name for field in self.model._meta.fields), "author__display_name"
        )

    def to_moderate(self) -> "ReactionQuerySet":
        """What waits for an officer: appeals, then what was signalled, what is held, what is new.

        In each, the oldest first. `waits_for` says which it is.
        """
        is_shown = Q(status=ReactionStatus.PUBLISHED)
        every = self.model.objects.order_by().values("pk")
        flagged = every.filter(flags__isnull=False, flags__decision=None)
        appealed = every.filter(decisions__appeal__isnull=False, decisions__appeal__answer=None)
        held = every.filter(status=ReactionStatus.PENDING)
        new = every.filter(to_read=True)
        waits_for = Case(
            When(Q(status=ReactionStatus.HIDDEN, pk__in=appealed), then=Value(1)),
            When(is_shown & Q(pk__in=flagged), then=Value(2)),
            When(status=ReactionStatus.PENDING, then=Value(3)),
            When(is_shown & Q(to_read=True), then=Value(4)),
        )
        # Each of the four is found by an index; asked for all at once, every reaction is read.
        among = self.filter(pk__in=appealed.union(flagged, held, new))
        waiting = among.annotate(waits_for=waits_for).filter(waits_for__isnull=False)
        return waiting.order_by("waits_for", "created_at", "pk")


class Reaction(models.Model):
    EDIT_WINDOW = timedelta(minutes=15)
    MAX_LENGTH = 5000
    READABLE = frozenset({ReactionStatus.PUBLISHED, ReactionStatus.PENDING})

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="reactions", verbose_name="article"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reactions",
        verbose_name="de",
    )
    # The name that stood beside it on the old site; whose it is, nobody has said.
    former_name = models.CharField("nom sur l’ancien site", max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name="répond à",
    )
    body = models.TextField("texte", max_length=MAX_LENGTH)
    status = models.CharField(
        "état", max_length=10, choices=ReactionStatus.choices, default=ReactionStatus.PUBLISHED
    )
    created_at = models.DateTimeField("écrite le", default=timezone.now)
    edited_at = models.DateTimeField("modifiée le", null=True, blank=True)
    # One of the first of its author, that no officer has read yet.
    to_read = models.BooleanField("première réaction, à lire", default=False, editable=False)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        verbose_name = "réaction"
        verbose_name_plural = "réactions"
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["article", "created_at"], name="reaction_by_article"),
            # The desk's list, whole or in one state; and what it has to read.
            models.Index(fields=["-created_at", "-id"], name="reaction_by_date"),
            models.Index(fields=["status", "-created_at", "-id"], name="reaction_by_status"),
            models.Index(fields=["created_at"], condition=Q(to_read=True), name="reaction_to_read"),
        ]

    def __str__(self) -> str:
        return f"réaction du {timezone.localtime(self.created_at):%d/%m/%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#reaction-{self.pk}"

    def clean(self) -> None:
        """Keep answers within the article, one level deep."""
        if not self.parent:
            return
        if self.parent.article_id != self.article_id or self.parent.parent_id:
            raise ValidationError(
                {"parent": "On répond à une réaction de cet article, pas plus bas."}
            )

    @property
    def author_name(self) -> str:
        """The name shown: chosen by its author, or that of nobody once the account is gone."""
        if self.author:
            return self.author.public_name
        return f"{self.former_name} (ancien site)" if self.former_name else GONE

    @property
    def is_readable(self) -> bool:
        """Whether its text may be shown at all."""
        return self.status in self.READABLE

    def is_editable_at(self, moment: datetime) -> bool:
        return self.is_readable and moment - self.created_at <= self.EDIT_WINDOW


class Wording(models.Model):
    """What a reaction said before its author corrected it: read by who reads the reaction."""

    reaction = models.ForeignKey(Reaction, on_delete=models.CASCADE, related_name="wordings")
    body = models.TextField("texte")
    replaced_at = models.DateTimeField("remplacé le", default=timezone.now)

    class Meta:
        verbose_name = "texte d’avant"
        verbose_name_plural = "textes d’avant"
        ordering = ["replaced_at", "pk"]

    def __str__(self) -> str:
        return f"texte remplacé le {timezone.localtime(self.replaced_at):%d/%m/%Y %H:%M}"
