"""How a visitor narrows the tracker down: the words, state, theme, meeting and year asked for."""

from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from cgtdouanes.pages import known
from cgtdouanes.text.words import folded
from meetings import tracker
from meetings.forms import Filters
from meetings.models import RECORD, Demand, DemandState, DemandStep, Kind
from meetings.models.demand import DemandQuerySet
from meetings.tracker import UNDER_WAY, Figures, Waits
from members.audiences import audience_of
from members.permissions import Reader

SETTLED = frozenset(DemandState) - UNDER_WAY.states
STATES = {state.value: frozenset({state}) for state in DemandState} | {
    UNDER_WAY.key: UNDER_WAY.states
}
STATE_CHOICES = [
    ("", "Tous"),
    *((state.value, state.label) for state in DemandState if state in SETTLED),
    (
        "En cours",
        [
            (UNDER_WAY.key, "toutes celles en cours"),
            *((state.value, state.label) for state in DemandState if state in UNDER_WAY.states),
        ],
    ),
]


class DemandFilter(Filters):
    """The filters in the address of a list or of an export. A wrong one is told, and left out."""

    q = forms.CharField(
        label="Mots",
        required=False,
        max_length=100,
        error_messages={
            "max_length": "Cherchez avec 100 caractères au plus.",
        },
        widget=forms.SearchInput,
    )
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=STATE_CHOICES,
        error_messages={"invalid_choice": "Cet état n’existe pas."},
    )
    theme = forms.ChoiceField(
        label="Thème", required=False, error_messages={"invalid_choice": "Ce thème n’existe pas."}
    )
    reunion = forms.ChoiceField(
        label="Type de réunion",
        required=False,
        choices=[("", "Tous"), *Kind.choices],
        error_messages={"invalid_choice": "Ce type de réunion n’existe pas."},
    )
    annee = forms.ChoiceField(
        label="Déposée en",
        required=False,
        error_messages={"invalid_choice": "Aucune revendication déposée cette année-là."},
    )

    def __init__(self, asked: QueryDict, user: Reader) -> None:
        super().__init__(asked, auto_id="filtre_%s")
        self.user = user
        self.visible = Demand.objects.visible_to(user)
        self.audience = audience_of(user)
        themes, years = known(("themes and years", self.audience), self._themes_and_years, RECORD)
        self._offer("theme", "Tous", themes)
        self._offer("annee", "Toutes", years)
        self.full_clean()

    def demands(self) -> DemandQuerySet:
        """Return what was asked for, as far as it was understood."""
        found = self.in_every_state()
        if state := self.chosen.get("etat"):
            found = found.filter(Q(shown_state__in=STATES[state]))
        return found

    def in_every_state(self) -> DemandQuerySet:
        """Return the same whatever the state: the figures compare the states."""
        found = self.visible
        if words := self.chosen.get("q"):
            found = found.matching(words)
        if theme := self.chosen.get("theme"):
            found = found.filter(theme=theme)
        if year := self.chosen.get("annee"):
            found = found.filter(raised_on__year=int(year))
        if kind := self.chosen.get("reunion"):
            steps = DemandStep.objects.visible_to(self.user).effective()
            found = found.filter(Exists(steps.filter(demand=OuterRef("pk"), meeting__kind=kind)))
        return found

    def standing(self) -> tuple[Figures, Waits]:
        """Return the figures and the waiting of the demands asked for, whatever their state."""
        asked = {name: value for name, value in self.chosen.items() if name != "etat"}
        name = ("standing", self.audience, *sorted(asked.items()))
        return known(name, lambda: tracker.standing(self.in_every_state()), RECORD)

    @property
    def states(self) -> frozenset[DemandState]:
        """The states asked for; all of them when none was."""
        return STATES[self.chosen["etat"]] if self.chosen.get("etat") else frozenset(DemandState)

    @property
    def query(self) -> str:
        """The filters that apply, as the end of an address."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    def _themes_and_years(self) -> tuple[list[str], list[str]]:
        themes = self.visible.order_by("theme").values_list("theme", flat=True).distinct()
        years = self.visible.dates("raised_on", "year", order="DESC")
        return sorted(themes, key=folded), [str(day.year) for day in years]

    def _offer(self, name: str, everything: str, values: list[str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [("", everything), *((value, value) for value in values)]
