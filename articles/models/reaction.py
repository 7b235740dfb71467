"""A reaction: what an adherent says of an article, shown to adherents, one level of answers."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.article import Article, ReactionsPolicy
from members.models import Role
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
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="modérée par",
    )
    moderated_at = models.DateTimeField("modérée le", null=True, blank=True)
    moderation_reason = models.CharField("motif", max_length=300, blank=True)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        verbose_name = "réaction"
        verbose_name_plural = "réactions"
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["article", "created_at"], name="reaction_by_article"),
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
        return f"{self.former_name} (ancien site)" if self.former_name else "Ancien·ne adhérent·e"

    @property
    def is_readable(self) -> bool:
        """Whether its text may be shown at all."""
        return self.status in self.READABLE

    @staticmethod
    def first_status(article: Article, otherwise: str = ReactionStatus.PUBLISHED) -> str:
        """The state of words that nobody has read yet: they wait where the article asks for it."""
        premoderated = article.reactions_policy == ReactionsPolicy.PREMODERATED
        return ReactionStatus.PENDING if premoderated else otherwise

    def edit(self, body: str) -> None:
        """Replace the words; the page says that they were modified, and a reading comes again.

        Raises PermissionDenied when the reaction was hidden or deleted meanwhile.
        """
        if body == self.body:
            return
        self._change(
            body=body, edited_at=timezone.now(), status=self.first_status(self.article, self.status)
        )

    def withdraw(self) -> None:
        """Erase the words; the place stays so that answers keep their thread.

        Raises PermissionDenied when the reaction was hidden or deleted meanwhile.
        """
        self._change(body="", status=ReactionStatus.DELETED)

    def _change(self, **values: Any) -> None:
        """Change a row that is still readable, in one statement: moderation may come between."""
        readable = Reaction.objects.filter(pk=self.pk, status__in=self.READABLE)
        if not readable.update(**values):
            raise PermissionDenied
        self.refresh_from_db()

    def is_editable_at(self, moment: Any) -> bool:
        return self.is_readable and moment - self.created_at <= self.EDIT_WINDOW
