"""The import of adherents at the desk: a file, its columns, what it would do, then doing it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from import_export.admin import ImportMixin

from members.audit import record
from members.imports import services
from members.imports.columns import FIELDS, is_ours, problem
from members.imports.preview import Preview, Row
from members.imports.reading import MAX_BYTES, MAX_LINES, Table, read
from members.imports.undoing import plan
from members.models import Action, ImportDraft, MembershipImport, Subject
from members.permissions import signed_in

# Of each list in the preview: nobody reads more, and a page has to open on a telephone.
SHOWN = 200
_EXAMPLE_LENGTH = 40
PREVIEW = "admin/members/membership/import_preview.html"
UNDO = "admin/members/membership/import_undo.html"


class FileForm(forms.Form):
    import_file = forms.FileField(
        label="Fichier",
        help_text=f"Un classeur .xlsx ou un fichier CSV, {MAX_BYTES // 1024 // 1024} Mo et "
        f"{MAX_LINES // 1000} 000 lignes au plus.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def clean_import_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["import_file"]
        if (file.size or 0) > MAX_BYTES:
            limit = MAX_BYTES // 1024 // 1024
            raise ValidationError(
                f"Ce fichier dépasse {limit} Mo : c’est beaucoup pour une liste. Copiez-la dans un "
                "classeur neuf, sans images ni autres feuilles."
            )
        return file


class ColumnsForm(forms.Form):
    """What each column of the file holds; `columns` is then the choice, "" for not read."""

    def __init__(self, table: Table, columns: list[str], data: Any = None) -> None:
        super().__init__(data)
        choices = [("", "ne pas lire"), *FIELDS.items()]
        for index, heading in enumerate(table.headings):
            example = table.example(index)[:_EXAMPLE_LENGTH]
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=heading or f"Colonne {index + 1}, sans titre",
                choices=choices,
                initial=columns[index],
                required=False,
                help_text=f"par exemple : {example}" if example else "colonne vide",
            )

    def clean(self) -> None:
        self.columns = [self.cleaned_data.get(name, "") for name in self.fields]
        if words := problem(self.columns):
            raise ValidationError(words)


class ImportDesk(ImportMixin):
    """The pages of the import, under the addresses and the permission of django-import-export."""

    import_template_name = "admin/members/membership/import.html"
    import_export_change_list_template = "admin/members/membership/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        undo = path(
            "import/annuler/<int:key>/",
            self.admin_site.admin_view(self.undo_import),
            name="members_membership_undo_import",
        )
        return [undo, *super().get_urls()]

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take a file, or the choice of its columns, and show what importing it would do."""
        self._check(request)
        officer = signed_in(request)
        if request.method != "POST":
            return self._file_page(request, FileForm())
        if "abandon" in request.POST:
            ImportDraft.objects.filter(officer=officer).delete()
            messages.success(request, "Le fichier est effacé : rien n’a été importé.")
            return redirect("admin:members_membership_import")
        if "columns" in request.POST:
            draft = ImportDraft.objects.fresh().filter(officer=officer).first()
            if draft is None:
                return self._expired(request)
            return self._preview(request, draft, read(bytes(draft.content)), request.POST)
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                draft, table = services.keep(form.cleaned_data["import_file"].read(), officer)
            except ValidationError as error:
                form.add_error("import_file", error)
            else:
                return self._preview(request, draft, table)
        return self._file_page(request, form)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do what the officer was shown."""
        self._check(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        officer = signed_in(request)
        draft = ImportDraft.objects.fresh().filter(officer=officer).first()
        if draft is None:
            return self._expired(request)
        try:
            made = services.confirm(officer, request.POST.get("digest", ""))
        except ImportDraft.DoesNotExist:
            return self._expired(request)
        except services.HasChanged:
            messages.warning(
                request,
                "Rien n’a été importé : le fichier ou la liste ont changé depuis l’aperçu. Voici "
                "ce que l’import ferait maintenant.",
            )
            return self._preview(request, draft, read(bytes(draft.content)))
        except services.NotDone:
            messages.error(
                request,
                "Rien n’a été importé : la base de données a refusé l’ensemble. Vérifiez l’aperçu "
                "et recommencez.",
            )
            return self._preview(request, draft, read(bytes(draft.content)))
        messages.success(
            request,
            f"Import enregistré : {_counted(made.created, 'adhésion créée', 'adhésions créées')}, "
            f"{_counted(made.changed, 'modifiée', 'modifiées')}, "
            f"{_counted(made.unchanged, 'inchangée', 'inchangées')}. "
            "Si c’était une erreur, la page « Importer » permet de l’annuler.",
        )
        return redirect("admin:members_membership_changelist")

    def undo_import(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show what undoing the last import would do, and do it."""
        self._check(request)
        officer = signed_in(request)
        last = MembershipImport.objects.first()
        undoing = None
        if request.method == "POST":
            try:
                undoing = services.undo(officer, key)
            except MembershipImport.DoesNotExist:
                last = None
        elif last and last.pk == key and last.can_be_undone:
            undoing = plan(last, officer)
        if undoing is None:
            messages.error(
                request,
                "Cet import ne peut plus être annulé : il l’a déjà été, un autre l’a suivi, ou il "
                "est trop ancien.",
            )
            return redirect("admin:members_membership_import")
        kept = [each.membership.pk for each in undoing.kept]
        if kept:
            record(officer, Action.VIEW, Subject.MEMBERSHIPS, kept)
        context = {
            "made": last,
            "undoing": undoing,
            "is_done": request.method == "POST",
            "kept": undoing.kept[:SHOWN],
            "more": len(undoing.kept[SHOWN:]),
        }
        return self._page(request, "Annuler l’import", UNDO, context)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _file_page(self, request: HttpRequest, form: FileForm) -> HttpResponse:
        last = MembershipImport.objects.select_related("made_by", "undone_by").first()
        context = {
            "form": form,
            "last": last,
            "can_be_undone": bool(last and last.can_be_undone),
            "fields": FIELDS.values(),
        }
        return self._page(request, "Importer des adhésions", self.import_template_name, context)

    def _preview(
        self, request: HttpRequest, draft: ImportDraft, table: Table, chosen: Any = None
    ) -> HttpResponse:
        """Show what the file would do, once its columns are known."""
        form = ColumnsForm(table, draft.columns, chosen)
        if chosen is not None and form.is_valid():
            draft.columns = form.columns
            draft.save(update_fields=["columns"])
        words = problem(draft.columns)
        can_look = not words and not form.errors
        found = services.look(draft, table) if can_look else None
        not_read = [
            heading
            for heading, field in zip(table.headings, draft.columns, strict=True)
            if heading and not field and not is_ours(heading)
        ]
        context = {
            "form": form,
            "file_form": FileForm(),
            "lines": len(table.lines),
            "result": found,
            "problem": words if not form.errors else "",
            "not_read": not_read,
            "parts": _parts(found) if found else [],
            "refused": found.refused[:SHOWN] if found else [],
            "more_refused": len(found.refused[SHOWN:]) if found else 0,
            "unchanged": _counted(
                len(found.unchanged) if found else 0,
                "ligne sans changement",
                "lignes sans changement",
            ),
        }
        return self._page(request, "Aperçu de l’import", PREVIEW, context)

    def _expired(self, request: HttpRequest) -> HttpResponse:
        messages.error(
            request,
            "L’aperçu n’est plus là : il ne sert plus au bout d’une heure, ni une fois l’import "
            "fait. Choisissez de nouveau le fichier.",
        )
        return redirect(reverse("admin:members_membership_import"))

    def _page(
        self, request: HttpRequest, title: str, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        whole = self.admin_site.each_context(request) | {"title": title, "opts": self.opts}
        return TemplateResponse(request, template, whole | context)


@dataclass(frozen=True)
class Part:
    """One list of the preview: its words, with how many there are, and the first of its rows."""

    id: str
    words: str
    rows: list[Row]
    more: int
    help: str = ""


def _parts(found: Preview) -> list[Part]:
    """Return what a preview would do, list by list."""

    def part(id_: str, one: str, many: str, rows: list[Row], **options: Any) -> Part:
        words = _counted(len(rows), one, many)
        return Part(id_, words, rows[:SHOWN], len(rows[SHOWN:]), **options)

    parts = [
        part("creees", "adhésion à créer", "adhésions à créer", found.created),
        part("modifiees", "adhésion à modifier", "adhésions à modifier", found.changed),
    ]
    if found.left_alone:
        parts.append(
            part(
                "laissees",
                "ligne laissée de côté",
                "lignes laissées de côté",
                found.left_alone,
                help="Votre propre adhésion, ou votre adresse : l’import ne vous touche pas.",
            )
        )
    return parts


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {many if number > 1 else one}"
