"""The officers' desk for demands: what is demanded, and the steps that are only ever added."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cgtdouanes.text.typography import french_date
from meetings import services
from meetings.admin.fields import AgendaItemChoice, PlainLists, ThemeInput, themes
from meetings.admin.journal import JournalledAdmin
from meetings.models import AgendaItem, Demand, DemandStep, Meeting
from meetings.models.demand import DemandQuerySet
from meetings.timeline import corrected, moments, steps_for, with_agenda
from members.permissions import signed_in


class StepChoice(ModelChoiceField):
    """The steps of one demand."""

    def label_from_instance(self, obj: Any) -> str:
        where = f", {obj.meeting}" if obj.meeting else ""
        return f"{french_date(obj.on)} : {obj.get_state_display()}{where}"


class NewStepInline(PlainLists, admin.StackedInline):
    """« Nouvelle étape », one empty form: what a request says of the stored steps is not read."""

    model = DemandStep
    template = "admin/meetings/steps_inline.html"
    verbose_name = "étape"
    verbose_name_plural = "étapes"
    fields = ["state", "meeting", "agenda_item", "answer", "quote", "on", "corrects"]
    autocomplete_fields = ["meeting", "agenda_item"]
    can_delete = False
    extra = max_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[DemandStep]:
        return DemandStep.objects.none()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name a point with its meeting; correct only what stands uncorrected in this demand."""
        if db_field.name == "agenda_item":
            items = AgendaItem.objects.visible_to(request.user).with_origin()
            kwargs |= {
                "queryset": items.select_related("meeting"),
                "form_class": AgendaItemChoice,
                "help_text": "Cherchez-le par ses mots ; il dit aussi de quelle réunion il est.",
            }
        if db_field.name == "corrects" and request.resolver_match:
            demand = request.resolver_match.kwargs.get("object_id")
            steps = DemandStep.objects.visible_to(request.user).filter(demand=demand)
            kwargs |= {
                "queryset": steps.effective().select_related("meeting"),
                "form_class": StepChoice,
                "empty_label": "aucune : c’est une étape de plus",
                "error_messages": {
                    "invalid_choice": "Cette étape est déjà corrigée, ou n’est pas d’ici."
                },
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Demand)
class DemandAdmin(PlainLists, JournalledAdmin):
    """A demand recorded by mistake is withdrawn by a step that says so: none is deleted."""

    add_title = "Nouvelle revendication"
    list_display = ["reference", "title", "theme", "state", "state_on", "waiting"]
    list_display_links = ["reference", "title"]
    list_filter = ["state", "theme", "visibility"]
    date_hierarchy = "raised_on"
    search_fields = ["searchable"]
    readonly_fields = ["reference", "state_and_day"]

    @admin.display(description="attente")
    def waiting(self, demand: Demand) -> str:
        days = demand.waiting_days(demand.state, demand.state_on)
        return "1 jour" if days == 1 else f"{days} jours"

    @admin.display(description="où elle en est")
    def state_and_day(self, demand: Demand) -> str:
        return f"{demand.get_state_display()}, depuis le {french_date(demand.state_on)}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Demand]:
        return Demand.objects.visible_to(request.user).order_by("-raised_on", "-pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Demand], search_term: str
    ) -> tuple[QuerySet[Demand], bool]:
        """Find words whatever their accents, as on the public page."""
        assert isinstance(queryset, DemandQuerySet)  # noqa: S101  for the type checker
        return queryset.matching(search_term), False

    def get_fieldsets(self, request: HttpRequest, obj: Demand | None = None) -> Any:
        if not obj:
            return [(None, {"fields": ["title", "theme", "text", "raised_on", "visibility"]})]
        fields = ["reference", "state_and_day", "title", "theme", "text", "raised_on", "visibility"]
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Demand | None = None) -> list[str]:
        """The reference holds the year of the day: the day no longer changes."""
        return [*self.readonly_fields, "raised_on"] if obj else list(self.readonly_fields)

    def get_inlines(self, request: HttpRequest, obj: Demand | None) -> list[Any]:
        return [NewStepInline] if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "theme":
            kwargs["widget"] = ThemeInput(attrs={"class": "vTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Demand | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        meeting, _ = _where_raised(request)
        return {"raised_on": meeting.day} if meeting and meeting.has_begun else {}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Demand | None = None,
    ) -> HttpResponse:
        meeting, item = _where_raised(request) if add else (None, None)
        context |= {"themes": themes(), "raised_at": meeting, "raised_under": item}
        if obj:
            steps = steps_for(request.user).filter(demand=obj)
            shown = with_agenda(steps.select_related("meeting", "recorded_by"), request.user)
            items = AgendaItem.objects.visible_to(request.user).filter(demand=obj)
            context |= {
                "moments": moments(shown, corrected(steps)),
                "agenda_items": items.select_related("meeting").order_by(
                    "meeting__starts_at", "pk"
                ),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Demand, form: Any, change: bool) -> None:
        """Save; a demand raised at a meeting has its first step, or its point, there."""
        meeting, item = (None, None) if change else _where_raised(request)
        if not meeting:
            super().save_model(request, obj, form, change)
            return
        first = services.raise_demand(obj, signed_in(request), meeting, item)
        if first is not obj:
            obj.pk = first.pk
            obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Record the new step."""
        for step in formset.save(commit=False):
            services.record_step(step, signed_in(request))


def _where_raised(request: HttpRequest) -> tuple[Meeting | None, AgendaItem | None]:
    """The meeting at which a new demand is raised, and under which point, as the address says."""
    meeting, item = request.GET.get("meeting", ""), request.GET.get("agenda_item", "")
    if not meeting.isdecimal():
        return None, None
    found = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting)
    if not item.isdecimal():
        return found, None
    items = AgendaItem.objects.visible_to(request.user).filter(meeting=found).with_origin()
    return found, get_object_or_404(items, pk=item)
