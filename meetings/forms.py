"""What visitors choose in the record of the meetings, and how the answer is told."""

from django import forms
from django.http import QueryDict

from meetings.models import Kind
from meetings.models.meeting import MeetingQuerySet


class MeetingFilter(forms.Form):
    """The filters in the address of the list; one that was not understood is left out."""

    reunion = forms.ChoiceField(
        label="Type de réunion",
        required=False,
        choices=[("", "Tous les types"), *Kind.choices],
        error_messages={"invalid_choice": "Ce type de réunion n’existe pas."},
    )
    annee = forms.ChoiceField(
        label="Année",
        required=False,
        error_messages={"invalid_choice": "Aucune réunion cette année-là."},
    )

    def __init__(self, asked: QueryDict, visible: MeetingQuerySet) -> None:
        super().__init__(asked, auto_id="filtre_%s")
        self.visible = visible
        years = [str(day.year) for day in visible.datetimes("starts_at", "year", order="DESC")]
        field = self.fields["annee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [("", "Toutes les années"), *((year, year) for year in years)]
        self.full_clean()
        # The filters that apply, by their names in the address.
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}

    def meetings(self) -> MeetingQuerySet:
        """Return the meetings asked for, as far as it was understood."""
        found = self.visible
        if kind := self.chosen.get("reunion"):
            found = found.filter(kind=kind)
        if year := self.chosen.get("annee"):
            found = found.filter(starts_at__year=int(year))
        return found
