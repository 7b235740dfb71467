"""An article, often the report of a meeting: what an officer writes, what each reader may see."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles import citations
from articles.editor import MAX_LENGTH, body_field
from articles.models.category import Category
from articles.models.publication import (
    OUT,
    PUNCTUAL,
    SETTLED,
    ArticleVisibility,
    ReactionsPolicy,
    Status,
    keywords_field,
    reactions_days_field,
    reactions_interval_field,
)
from articles.texts import Texts, shown, texts_of
from cgtdouanes import pages, richtext
from cgtdouanes.dates import validate_year
from cgtdouanes.search import index
from cgtdouanes.text.slugs import free_slug
from meetings.models import Meeting
from members.models import Role
from members.permissions import Reader, holds_role, reads_reserved

SLUG_LENGTH = 120
# Under this tag are kept the pages that list what is published.
ARTICLES = "articles"


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> "ArticleQuerySet":
        """The articles out today; `Article.is_published` is its twin for one object."""
        return self.filter(status=Status.PUBLISHED, published_at__lte=timezone.now())

    def late(self) -> "ArticleQuerySet":
        """Those whose hour went by; `Article.is_late` is its twin for one object."""
        return self.filter(status=Status.SCHEDULED, published_at__lt=timezone.now() - PUNCTUAL)

    def visible_to(self, user: Reader) -> "ArticleQuerySet":
        """The articles that this reader may open; how much of one is `Article.body_for`."""
        if holds_role(user, Role.EDITOR, Role.PUBLISHER):
            return self
        return self.published().open_to(user)

    def open_to(self, user: Reader) -> "ArticleQuerySet":
        """Those whose visibility lets this reader in, once they are published."""
        if reads_reserved(user):
            return self
        return self.exclude(visibility=ArticleVisibility.MEMBERS)

    def opened_by(self, user: Reader) -> "ArticleQuerySet":
        """What the page of one article needs, for the articles that this reader may open."""
        return self.visible_to(user).select_related("category", "meeting")

    def listed_for(self, user: Reader) -> "ArticleQuerySet":
        """What lists show: published articles only, the latest first, without their bodies."""
        return (
            self.published()
            .visible_to(user)
            .select_related("category", "meeting")
            .defer("body", "full_html", "teaser_html", "cited_states")
            .order_by("-published_at", "-pk")
        )

    def free_slug(self, title: str) -> str:
        """An address made from a title, numbered where these articles have it already."""
        return free_slug(
            title, lambda slug: self.filter(slug=slug).exists(), SLUG_LENGTH, "compte-rendu"
        )


class Article(models.Model):
    kicker = models.CharField(
        "surtitre", max_length=120, blank=True, help_text="Par exemple : Réunion technique"
    )
    title = models.CharField("titre", max_length=200)
    slug = models.SlugField(
        "adresse",
        max_length=SLUG_LENGTH,
        unique=True,
        help_text="La fin de l’adresse de la page, sans accent ni espace.",
    )
    lead = models.TextField(
        "chapo",
        blank=True,
        help_text="Deux ou trois phrases, visibles de tout le monde dès que l’article l’est.",
    )
    body = body_field("texte")
    keywords = keywords_field()
    full_html = models.TextField(editable=False, default="")
    teaser_html = models.TextField(editable=False, default="")
    cited_states = models.JSONField(editable=False, default=dict)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="articles", verbose_name="rubrique"
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name="réunion",
        help_text="La réunion dont cet article est le compte rendu.",
    )
    status = models.CharField("état", max_length=10, choices=Status.choices, default=Status.DRAFT)
    visibility = models.CharField(
        "visible par",
        max_length=8,
        choices=ArticleVisibility.choices,
        default=ArticleVisibility.PUBLIC,
    )
    published_at = models.DateTimeField(
        "publié le", null=True, blank=True, validators=[validate_year]
    )
    reactions_policy = models.CharField(
        "réactions",
        max_length=12,
        choices=ReactionsPolicy.choices,
        default=ReactionsPolicy.OPEN,
    )
    reactions_days = reactions_days_field()
    reactions_interval = reactions_interval_field()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name="rédigé par",
        help_text="Pour le bureau seulement : jamais montré sur le site.",
    )
    # The names under which the old site published it.
    byline = models.CharField("signé, sur l’ancien site", max_length=300, blank=True)
    # The revision that this row holds; a later one waits beside it.
    shown_number = models.PositiveIntegerField(editable=False, default=0)
    # What readers are told of the changes since it came out: for each, `on` and `reason`.
    modifications = models.JSONField(editable=False, default=list)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "article"
        verbose_name_plural = "articles"
        ordering = ["-published_at", "-pk"]
        indexes = [
            # All that a list asks for to count, and to skip over what is on other pages.
            models.Index(
                fields=["status", "-published_at", "-id", "visibility"],
                name="article_listed",
            ),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(status=Status.PUBLISHED) & ~Q(visibility=ArticleVisibility.MEMBERS),
                name="article_listed_to_visitors",
            ),
            models.Index(
                fields=["category", "status", "-published_at", "-id", "visibility"],
                name="article_of_category",
            ),
            models.Index(fields=["status", "updated_at"], name="article_changed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_at__isnull=False),
                name="published_article_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the cleaned body and, once for all readers, the two texts that pages show."""
        self.prepare()
        self._keep_cited_states()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {
                *kwargs["update_fields"],
                *("body", "full_html", "teaser_html", "cited_states", "published_at", "status"),
            }
        with transaction.atomic():
            pages.changed(*self.shown_under())
            super().save(*args, **kwargs)
            self.pdfs.all().discard()
            before, after = richtext.split_at_cut(self.body) or ("", self.body)
            self.places.record(self, richtext.pictured(before), richtext.pictured(after))
            index.changed(self)

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the article and, with their files, its attachments, its pictures and its PDFs."""
        with index.removing(self):
            pages.changed(*self.shown_under())
            for attachment in self.attachments.all():
                attachment.delete()
            self.pictures.all().let_go(self)
            self.pdfs.all().discard()
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        """Ask for the cut marker where a part is reserved, so that nothing is reserved by guess."""
        if len(self.body) > MAX_LENGTH:
            return
        self.prepare()
        if self.is_teaser and not richtext.split_at_cut(self.body):
            raise ValidationError(
                {
                    "body": "Placez la coupure dans le texte : sans elle, on ne sait pas où "
                    "s’arrête la lecture des visiteurs."
                }
            )

    def prepare(self, texts: Texts | None = None) -> None:
        """Clean the body, derive from it what readers are shown, and date a publication.

        `texts` are what `texts_of` made of this very body, where that was done elsewhere. What is
        published under a moment to come is scheduled: `publish_scheduled` puts it out.
        """
        self.body, self.teaser_html, self.full_html = texts or texts_of(self.body)
        if self.status == Status.PUBLISHED:
            self.published_at = self._moment or timezone.now()
            if self.published_at > timezone.now():
                self.status = Status.SCHEDULED

    @property
    def _moment(self) -> datetime | None:
        """`published_at`, which may still be as somebody wrote it."""
        moment: datetime | None = Article._meta.get_field("published_at").to_python(
            self.published_at
        )
        return moment

    @property
    def is_published(self) -> bool:
        return (
            self.status == Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_late(self) -> bool:
        """Whether its hour went by: nothing does what cron should."""
        moment = self._moment
        due = timezone.now() - PUNCTUAL
        return self.status == Status.SCHEDULED and moment is not None and moment < due

    @property
    def published_on(self) -> date | None:
        """The day on which it came out; None as long as it did not."""
        moment = self._moment
        if self.status not in OUT or moment is None or moment > timezone.now():
            return None
        return timezone.localtime(moment).date()

    @property
    def keyword_list(self) -> list[str]:
        """The words that it is filed under, one by one."""
        return [word for each in self.keywords.split(",") if (word := each.strip())]

    @property
    def reactions_close_on(self) -> date | None:
        """The last day on which reactions are taken; None where time does not close them."""
        days = self.reactions_days
        if days is None:
            days = settings.REACTIONS_DAYS
        if not days or self.published_at is None:
            return None
        return timezone.localdate(self.published_at) + timedelta(days=days)

    @property
    def takes_reactions(self) -> bool:
        """Whether reactions are open today, premoderated or not."""
        last = self.reactions_close_on
        is_over = last is not None and timezone.localdate() > last
        return self.reactions_policy != ReactionsPolicy.CLOSED and not is_over

    @property
    def is_settled(self) -> bool:
        """Whether what is written from now on waits beside what this row holds."""
        return self.status in SETTLED

    @property
    def is_teaser(self) -> bool:
        return self.visibility == ArticleVisibility.TEASER

    def is_truncated_for(self, user: Reader) -> bool:
        """Whether this reader sees the beginning only."""
        return self.is_teaser and not reads_reserved(user)

    def full_text_with_cut(self) -> SafeString:
        """The whole text with its cut marker, for the officers who look where readers will stop."""
        return mark_safe(shown(self.body))  # noqa: S308  sanitised by our allowlist in `prepare`

    def body_for(self, user: Reader) -> SafeString:
        """The text that this reader may see; safe because `prepare` sanitised it."""
        html = self.teaser_html if self.is_truncated_for(user) else self.full_html
        return mark_safe(html)  # noqa: S308  sanitised by our allowlist in `prepare`

    def written_for(self, user: Reader) -> str:
        """What is written in the text that this reader may see, as the sanitiser left it."""
        before, after = richtext.split_at_cut(self.body) or ("", self.body)
        return before if self.is_truncated_for(user) else before + after

    @property
    def page_tag(self) -> str:
        """Under which are kept the pages about this article alone."""
        return f"article:{self.pk}"

    def shown_under(self) -> list[str]:
        """The tags of the pages that show it: a draft is on no list, unless it was out before."""
        stored = Article.objects.filter(pk=self.pk).values_list("status", "meeting_id")
        status, meeting = stored.first() or ("", None)
        if Status.PUBLISHED not in {self.status, status}:
            return [self.page_tag]
        meetings = filter(None, {self.meeting_id, meeting})
        return [self.page_tag, ARTICLES, *map(Meeting.page_tag_of, meetings)]

    def _keep_cited_states(self) -> None:
        """Keep where what is cited stood on the day it came out, or was added to what was out."""
        published_on = self.published_on
        new = richtext.cited(self.body) - self.cited_states.keys()
        if not new or not published_on:
            return
        former = Article.objects.filter(pk=self.pk, status__in=OUT).values_list("body", flat=True)
        added = new - richtext.cited(former[0]) if former else set()
        self.cited_states |= citations.states_on(published_on, new - added)
        self.cited_states |= citations.states_on(timezone.localdate(), added)
