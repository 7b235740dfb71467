"""What visitors choose in the record of the meetings, and how the answer is told."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.choices import flatten_choices

from cgtdouanes.pages import known
from meetings.models import RECORD, Kind, Meeting
from meetings.models.meeting import MeetingQuerySet
from members.audiences import audience_of
from members.permissions import Reader


class Filters(forms.Form):
    """Filters in the address of a list; `chosen` are those that apply, by their names there."""

    chosen: dict[str, str]

    def full_clean(self) -> None:
        super().full_clean()
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> str:
        """Name the filters that apply, on paper: “état « obtenue », thème « Effectifs »”."""
        told = []
        for name, value in self.chosen.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                value = dict(flatten_choices(choices))[value]
            told.append(f"{str(field.label).lower()} « {value} »")
        return ", ".join(told)


class MeetingFilter(Filters):
    """The filters in the address of the list; one that was not understood is left out."""

    reunion = forms.ChoiceField(
        label="Type de réunion",
        required=False,
        choices=[("", "Tous"), *Kind.choices],
        error_messages={"invalid_choice": "Ce type de réunion n’existe pas."},
    )
    annee = forms.ChoiceField(
        label="Année",
        required=False,
        error_messages={"invalid_choice": "Aucune réunion cette année-là."},
    )

    def __init__(self, asked: QueryDict, user: Reader) -> None:
        super().__init__(asked, auto_id="filtre_%s")
        self.visible = Meeting.objects.visible_to(user)
        self.audience = audience_of(user)
        years = known(("years of meetings", self.audience), self._years, RECORD)
        field = self.fields["annee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [("", "Toutes"), *((year, year) for year in years)]
        self.full_clean()

    def meetings(self) -> MeetingQuerySet:
        """Return the meetings asked for, as far as it was understood."""
        found = self.visible
        if kind := self.chosen.get("reunion"):
            found = found.filter(kind=kind)
        if year := self.chosen.get("annee"):
            found = found.filter(starts_at__year=int(year))
        return found

    def count_past(self) -> int:
        """How many of these took place."""
        name = ("past meetings", self.audience, *sorted(self.chosen.items()))
        return known(name, self.meetings().past().order_by().count, RECORD)

    def _years(self) -> list[str]:
        return [str(day.year) for day in self.visible.datetimes("starts_at", "year", order="DESC")]
