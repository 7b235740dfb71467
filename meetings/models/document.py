"""A document of a meeting: convening notice, preparatory document, statement, minutes."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from cgtdouanes.dates import validate_year
from cgtdouanes.files.stored_file import StoredFile
from cgtdouanes.officers.journal import Journal
from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting
from meetings.models.recorded import Recorded
from members.permissions import Reader, reads_reserved


class DocumentKind(models.TextChoices):
    CONVENING_NOTICE = "convening_notice", "convocation"
    PREPARATORY_DOCUMENT = "preparatory_document", "document préparatoire"
    OPENING_STATEMENT = "opening_statement", "déclaration liminaire"
    MINUTES = "minutes", "procès-verbal (PV)"
    OTHER = "other", "autre document"


class DocumentVisibility(models.TextChoices):
    PUBLIC = "public", "toute personne qui voit la page de la réunion"
    MEMBERS = "members", "adhérent·es"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Reader) -> "DocumentQuerySet":
        """What this reader may download: the meeting's rule first, then the file's own."""
        if reads_reserved(user):
            return self
        return self.filter(
            meeting__in=Meeting.objects.visible_to(user), visibility=DocumentVisibility.PUBLIC
        )

    def same_file_as(self, document: "Document") -> "DocumentQuerySet":
        """The other documents whose file is the same to the byte, the earliest meeting first."""
        same = self.filter(sha256=document.sha256).exclude(pk=document.pk).exclude(sha256="")
        return same.select_related("meeting").order_by("meeting__starts_at", "pk")


class Document(Recorded, StoredFile):
    """A file of the meeting, or of one point of its agenda."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="documents", verbose_name="réunion"
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="point concerné",
        help_text="Vide : le document concerne toute la réunion.",
    )
    kind = models.CharField("nature", max_length=20, choices=DocumentKind.choices)
    received_on = models.DateField(
        "reçu le",
        null=True,
        blank=True,
        validators=[validate_year],
        help_text="Le jour où la section l’a reçu : les délais sont comptés à partir de lui.",
    )
    visibility = models.CharField("visible par", max_length=8, choices=DocumentVisibility.choices)

    objects = DocumentQuerySet.as_manager()
    history = Journal()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ["received_on", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("meetings:document", args=[self.meeting.slug, self.pk])

    def clean(self) -> None:
        """Keep a document and its agenda item in one meeting."""
        if self.agenda_item and self.agenda_item.meeting_id != self.meeting_id:
            raise ValidationError({"agenda_item": "Ce point appartient à une autre réunion."})
