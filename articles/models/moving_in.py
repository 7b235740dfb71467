"""What the import of the old site remembers: what became of each object, and what a run found."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.article import Article
from articles.models.attachment import Attachment
from articles.models.category import Category
from articles.models.picture import Picture
from articles.models.reaction import Reaction
from cgtdouanes.dates import validate_year
from meetings.models import Kind, Meeting


class SpipKind(models.TextChoices):
    RUBRIQUE = "rubrique", "rubriques"
    ARTICLE = "article", "articles"
    DOCUMENT = "document", "documents et images"
    MESSAGE = "forum", "messages de forum"


class SpipObject(models.Model):
    """What an object of the old site became here, so that a second import finds it again.

    A document is here once for each article that it is attached to, `within` being the number of
    that article; a picture that texts show once for all.
    `made` is a fingerprint of what the old site said, `kept` of what was stored here: when `kept`
    is no longer that of the object, an officer has touched it. Nothing to point at: deleted here.
    """

    kind = models.CharField(max_length=10, choices=SpipKind.choices)
    number = models.PositiveBigIntegerField()
    within = models.PositiveBigIntegerField(default=0)
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    article = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attachment = models.ForeignKey(
        Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    picture = models.ForeignKey(
        Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reaction = models.ForeignKey(
        Reaction, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made = models.CharField(max_length=64)
    kept = models.CharField(max_length=64)

    class Meta:
        verbose_name = "objet de l’ancien site"
        verbose_name_plural = "objets de l’ancien site"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number", "within"], name="spip_object_imported_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class SpipImport(models.Model):
    """A run of the import that changed something, or found something new to tell.

    `counts` holds, for each kind of things, how many were created, updated and so on. `digest`
    tells its lines from those of another run.
    """

    started_at = models.DateTimeField("fait le", default=timezone.now)
    dump = models.CharField("fichier", max_length=200)
    site = models.CharField("adresse de l’ancien site", max_length=200, blank=True)
    since = models.DateField("articles depuis le", null=True)
    counts = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "reprise de l’ancien site"
        verbose_name_plural = "reprises de l’ancien site"
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"reprise du {timezone.localtime(self.started_at):%d/%m/%Y %H:%M}"


class Section(models.TextChoices):
    """What a line of the report asks of its reader, in the order of the report."""

    CONFLICT = "conflict", "Modifié ici et sur l’ancien site : à départager"
    BROKEN_LINK = "broken_link", "Liens morts ou refusés"
    MISSING_DOCUMENT = "missing_document", "Documents manquants ou refusés"
    TO_READ = "to_read", "Textes à relire"
    SKIPPED = "skipped", "Ce qui n’est pas repris, et pourquoi"


class SpipImportLine(models.Model):
    """Something that a run found and that somebody should know or look at."""

    made_in = models.ForeignKey(SpipImport, on_delete=models.CASCADE, related_name="lines")
    section = models.CharField(max_length=16, choices=Section.choices)
    subject = models.CharField(max_length=300)
    detail = models.TextField()
    article = models.ForeignKey(
        Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "ligne du rapport"
        verbose_name_plural = "lignes du rapport"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.subject} : {self.detail}"


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", "à décider"
    CONFIRMED = "confirmed", "confirmée"
    REFUSED = "refused", "refusée"


class MeetingProposal(models.Model):
    """A meeting that the title of an imported article seems to be about, until somebody decides."""

    article = models.OneToOneField(
        Article,
        on_delete=models.CASCADE,
        related_name="meeting_proposal",
        verbose_name="article",
    )
    kind = models.CharField("type de réunion", max_length=20, choices=Kind.choices)
    title = models.CharField("titre", max_length=200)
    on = models.DateField(
        "jour",
        null=True,
        blank=True,
        validators=[validate_year],
        help_text="Le jour de la réunion, qui n’est pas toujours celui de l’article.",
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="réunion déjà connue",
        help_text="Vide : la réunion du même type et du même jour si elle existe, sinon une "
        "nouvelle.",
    )
    state = models.CharField(
        "décision", max_length=10, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )

    class Meta:
        verbose_name = "réunion à confirmer"
        verbose_name_plural = "réunions à confirmer"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(on__isnull=False),
                name="confirmed_meeting_has_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.title}"
