"""The forms in which officers type the agenda of a meeting, and how its order is made of them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.forms.formsets import DELETION_FIELD_NAME
from django.urls import reverse
from django.utils.functional import cached_property

from meetings.admin.fields import describe
from meetings.models import AgendaItem, OutcomeKind
from meetings.wording import of, the_meeting

# How the place of an item was changed, and so on which side of the item that already has it.
UPWARDS, UNMOVED, DOWNWARDS = range(3)


class AgendaItemForm(forms.ModelForm):
    """One item. Where it stands is told by two fields, that the formset makes sense of."""

    PLACE = frozenset({"position", "sub"})
    TEXTS = ("presented", "discussion", "outcome_kind", "outcome")

    position = forms.IntegerField(
        label="Ordre",
        required=False,
        min_value=0,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "agenda-item__number"}),
    )
    sub = forms.BooleanField(label="sous-point du point qui précède", required=False)

    # Given by the formset.
    rank: int | None = None
    meeting_has_begun = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = (self.instance.position, self.instance.parent_id)
        self.initial["position"] = None
        self.initial["sub"] = bool(self.instance.parent_id)
        title = self.fields["title"]
        if self.takes_something_up:
            title.help_text = "Vide : le point garde l’intitulé de ce qu’il reprend."
            title.widget.attrs["placeholder"] = self.instance.heading
        else:
            title.help_text = ""

    def has_changed(self) -> bool:
        """An empty row stays empty wherever it was moved."""
        changed = set(self.changed_data)
        return bool(changed - self.PLACE if self.instance._state.adding else changed)

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("title") and "title" not in self.errors and not self.takes_something_up:
            self.add_error("title", "Donnez un intitulé à ce point.")
        return cleaned

    @property
    def takes_something_up(self) -> bool:
        item = self.instance
        return bool(item.demand_id or item.commitment_id or item.takes_up_id)

    @property
    def origin(self) -> dict[str, Any] | None:
        """What the item takes up, for the line that leads to it."""
        item = self.instance
        if item.demand:
            words, reserved = str(item.demand), not item.demand.public_state
            return _origin("la revendication", "demand", item.demand_id, words, reserved)
        if item.commitment:
            reserved = not item.commitment.agenda_item.meeting.is_public
            words = str(item.commitment)
            return _origin("l’engagement", "commitment", item.commitment_id, words, reserved)
        if item.takes_up:
            meeting = item.takes_up.meeting
            words = describe(item.takes_up)
            return _origin("le point reporté", "meeting", meeting.pk, words, not meeting.is_public)
        return None

    @property
    def name(self) -> str:
        """What the item is called while it is moved."""
        return self["title"].value() or (self.instance.heading if self.instance.pk else "")

    @property
    def is_unfolded(self) -> bool:
        """Before the meeting nothing was said yet: what is empty is folded away."""
        return self.meeting_has_begun or any(
            self[name].errors or self[name].value() not in {None, "", OutcomeKind.NONE}
            for name in self.TEXTS
        )


class AgendaFormSet(BaseInlineFormSet):
    """The items in the order of their numbers, the sub-items under what precedes them.

    The script that moves items says so (`exact`): then every number counts. Otherwise one number
    was typed among others left as they were: the sub-items of a moved item follow it, and a
    number already taken is taken over.
    """

    @cached_property
    def ranks(self) -> dict[int, int]:
        """The number shown for each stored item: its place in reading order."""
        return {item.pk: rank for rank, item in enumerate(self.get_queryset(), start=1)}

    @property
    def meeting_has_begun(self) -> bool:
        return bool(self.instance.pk) and self.instance.has_begun

    @property
    def is_exact(self) -> bool:
        return f"{self.prefix}-exact" in self.data

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.rank = self.ranks.get(form.instance.pk)
        form.initial["position"] = form.rank
        form.meeting_has_begun = self.meeting_has_begun
        form.fields["id"].error_messages["invalid_choice"] = (
            "Ce point a été supprimé entre-temps par quelqu’un d’autre. Recopiez ses textes dans "
            "un nouveau point, puis cochez « Supprimer ce point » ici."
        )

    def clean(self) -> None:
        """Refuse to delete what the record hangs on."""
        super().clean()
        errors = [
            ValidationError(message)
            for form in self.initial_forms
            if form.instance.pk
            and form.cleaned_data.get(DELETION_FIELD_NAME)
            and (message := _why_it_stays(form.instance))
        ]
        if errors:
            raise ValidationError(errors)

    def outline(self) -> list[tuple[AgendaItemForm, AgendaItemForm | None]]:
        """The items to keep in reading order, each with the one above it.

        The sub-items of a deleted item come up to its level.
        """
        found: list[tuple[AgendaItemForm, AgendaItemForm | None]] = []
        above = None
        deleted = self.deleted_forms
        for form in self._in_order():
            is_sub = form.cleaned_data.get("sub")
            if not is_sub:
                above = None if form in deleted else form
            if form not in deleted:
                found.append((form, above if is_sub else None))
        return found

    def save(self, commit: bool = True) -> list[AgendaItem]:
        """Save the items from the first to the last, then delete those that are not kept."""
        self.new_objects: list[Any] = []
        self.changed_objects: list[Any] = []
        self.deleted_objects: list[Any] = []
        outline = self.outline()
        for (form, parent), position in zip(outline, _numbers(outline), strict=True):
            item = form.instance
            is_new = item._state.adding
            item.position = position
            item.parent = parent.instance if parent else None
            if is_new:
                item.meeting = self.instance
                self.new_objects.append(item)
            elif form.has_changed() or form.stored != (item.position, item.parent_id):
                self.changed_objects.append((item, form.changed_data))
            else:
                continue
            item.save()
        deleted: list[Any] = [form for form in self.deleted_forms if form.instance.pk]
        for form in sorted(deleted, key=lambda form: form.stored[1] is None):
            self._delete(form.instance)
        return [*self.new_objects, *(item for item, _ in self.changed_objects)]

    def _delete(self, item: AgendaItem) -> None:
        """Delete one item; a sub-item that someone else has just typed under it stays."""
        for sub_item in item.sub_items.all():
            sub_item.parent = None
            sub_item.save()
        item.delete()
        self.deleted_objects.append(item)

    def _in_order(self) -> list[AgendaItemForm]:
        filled = list(self._filled())
        if self.is_exact:
            return sorted(filled, key=_number)
        places = {form.instance.pk: self._place(form) for form in filled if form.instance.pk}

        def place(form: AgendaItemForm) -> tuple[int, ...]:
            above = places.get(form.stored[1])
            if above and above[1] != UNMOVED and not form.PLACE & set(form.changed_data):
                return (*above, 1, *self._place(form))
            return (*self._place(form), 0)

        return self._kept_together(sorted(filled, key=place))

    def _kept_together(self, forms: list[AgendaItemForm]) -> list[AgendaItemForm]:
        """An item that moved does not part another one from sub-items that were left in place."""
        found = list(forms)
        for form in forms:
            if form.cleaned_data.get("sub") or not form.PLACE & set(form.changed_data):
                continue
            at = found.index(form)
            while at + 1 < len(found) and _is_left_under_another(found[at + 1], form):
                found[at : at + 2] = [found[at + 1], form]
                at += 1
        return found

    def _place(self, form: AgendaItemForm) -> tuple[int, int]:
        number = _number(form)
        if form.rank is None or number < form.rank:
            return number, UPWARDS
        return number, DOWNWARDS if number > form.rank else UNMOVED

    def _filled(self) -> Iterator[AgendaItemForm]:
        """The stored items, and the new ones that hold something."""
        form: Any
        for form in self.forms:
            is_lost = form in self.initial_forms and not form.instance.pk
            if not is_lost and (form.instance.pk or form.has_changed()):
                yield form


def _is_left_under_another(other: AgendaItemForm, form: AgendaItemForm) -> bool:
    """Whether the first is a sub-item, of something else than the second, that nobody moved."""
    is_sub = other.stored[1] not in {None, form.instance.pk}
    return is_sub and not other.PLACE & set(other.changed_data)


def _number(form: AgendaItemForm) -> int:
    """The number that was typed; without one an item comes last."""
    return form.cleaned_data.get("position") or 1000


def _numbers(outline: list[tuple[AgendaItemForm, AgendaItemForm | None]]) -> list[int]:
    """The positions to store: those that are stored, when they tell the order already."""
    stored: list[int] = []
    for form, _ in outline:
        is_new = form.instance._state.adding
        stored.append((stored[-1] if stored else 0) + 1 if is_new else form.stored[0])
    if stored and stored[0] > 0 and all(one < other for one, other in pairwise(stored)):
        return stored
    return list(range(1, len(outline) + 1))


def _why_it_stays(item: AgendaItem) -> str:
    """Say what of the record hangs on this item; nothing when it may go."""
    words = []
    for commitment in item.commitments.all():
        words.append(f"l’engagement « {commitment} »")
    for step in item.demand_steps.select_related("demand"):
        words.append(f"une étape de la revendication {step.demand.reference}")
    for later in item.taken_up_by.select_related("meeting"):
        words.append(f"sa reprise à l’ordre du jour {of(the_meeting(later.meeting))}")
    if not words:
        return ""
    return (
        f"Le point « {item} » ne peut pas être supprimé, car il porte {', '.join(words)}. "
        "Laissez-le à l’ordre du jour, et corrigez ses textes s’il le faut."
    )


def _origin(kind: str, page: str, pk: int | None, words: str, reserved: bool) -> dict[str, Any]:
    url = reverse(f"admin:meetings_{page}_change", args=[pk])
    return {"kind": kind, "url": url, "words": words, "is_reserved": reserved}
