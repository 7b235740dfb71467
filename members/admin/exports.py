"""The list of the adherents as a file, for those who manage it: neutral cells, and recorded."""

from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from import_export.admin import ExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm

from members.audit import record
from members.imports.resource import MembershipResource
from members.models import Action, Membership, Subject
from members.permissions import signed_in


class FrenchCsv(base_formats.CSV):
    """A CSV that a French spreadsheet opens right: semicolons, and a mark that says UTF-8."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        return dataset.export("csv", delimiter=";", lineterminator="\r\n").encode("utf-8-sig")


class Workbook(base_formats.XLSX):
    """A workbook with real dates. The resource has made its texts neutral."""

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        dataset.title = "Adhésions"
        content: bytes = dataset.export("xlsx")
        return content


class FormatForm(ExportForm):
    """Which kind of file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"] = forms.ChoiceField(
            label="Sorte de fichier",
            choices=[("0", "Classeur (.xlsx), pour un tableur"), ("1", "CSV, pour un logiciel")],
            widget=forms.RadioSelect,
            initial="0",
        )


class ExportDesk(ExportMixin):
    """The page that exports what the list shows, with its filters and its search."""

    resource_classes = [MembershipResource]
    export_formats = [Workbook, FrenchCsv]
    export_form_class = FormatForm
    export_template_name = "admin/members/membership/export.html"

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        try:
            rows: QuerySet[Membership] = super().get_export_queryset(request)
        except IncorrectLookupParameters as error:
            raise BadRequest("unknown filter") from error
        return rows

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {}

    def init_request_context_data(self, request: HttpRequest, form: Any) -> dict[str, Any]:
        context = super().init_request_context_data(request, form)
        count = self.get_export_queryset(request).count()
        return context | {"title": "Exporter les adhésions", "count": count}

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet[Membership], **kwargs: Any
    ) -> Any:
        """Record who takes the list out, and which rows, before it is handed over."""
        keys = queryset.order_by("pk").values_list("pk", flat=True)
        record(signed_in(request), Action.EXPORT, Subject.MEMBERSHIPS, keys)
        # Of its own formats alone does the library know that they hold dates as such.
        dataset = self.get_data_for_export(
            request, queryset, force_native_type=file_format.is_binary(), **kwargs
        )
        return file_format.export_data(dataset)

    def get_export_filename(
        self, request: HttpRequest, queryset: QuerySet[Membership], file_format: Any
    ) -> str:
        return f"adhesions-{timezone.localdate():%Y-%m-%d}.{file_format.get_extension()}"
