"""The search page: what is asked and how it is narrowed down, the answers, and the ways on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, cast

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.models import Category
from cgtdouanes.search import index
from cgtdouanes.search.models import ENTRIES, Audience, EntryQuerySet
from cgtdouanes.search.question import Question, read
from cgtdouanes.search.results import Results
from cgtdouanes.search.suggestions import suggestion
from members.audiences import audience_of

PER_PAGE = 20


class Kind(NamedTuple):
    """What readers take for one kind of things, and the sources that it is found in."""

    label: str
    sources: tuple[str, ...]


KINDS = {
    "articles": Kind("Comptes rendus et articles", ("article",)),
    "reunions": Kind("Réunions", ("meeting",)),
    "revendications": Kind("Revendications", ("demand",)),
    "engagements": Kind("Engagements", ("commitment",)),
    "documents": Kind("Documents", ("document", "attachment")),
}


@dataclass(frozen=True)
class Shelf:
    """A kind of answers, and how many there are; all of them, without a key."""

    key: str
    label: str
    count: int


class SearchForm(forms.Form):
    """What is asked, from the address of the page. A wrong filter is told, and left out."""

    q = forms.CharField(
        label="Rechercher",
        required=False,
        max_length=200,
        error_messages={"max_length": "Cherchez avec 200 caractères au plus."},
        widget=forms.SearchInput,
    )
    rubrique = forms.ModelChoiceField(
        label="Rubrique",
        required=False,
        queryset=Category.objects.all(),
        to_field_name="slug",
        empty_label="Toutes",
        error_messages={"invalid_choice": "Cette rubrique n’existe pas."},
    )
    annee = forms.ChoiceField(
        label="Année",
        required=False,
        error_messages={"invalid_choice": "Rien ne date de cette année-là."},
    )
    type = forms.ChoiceField(
        required=False,
        choices=[("", "Tout"), *((key, kind.label) for key, kind in KINDS.items())],
        widget=forms.HiddenInput,
    )

    def __init__(self, asked: QueryDict, audience: Audience) -> None:
        super().__init__(asked, auto_id="recherche_%s")
        self.audience = audience
        year = cast(forms.ChoiceField, self.fields["annee"])
        year.choices = [("", "Toutes"), *((str(each), str(each)) for each in self._years())]
        self.full_clean()

    @property
    def question(self) -> Question:
        return read(self.cleaned_data.get("q", ""))

    @property
    def sources(self) -> tuple[str, ...]:
        key = self.cleaned_data.get("type")
        return KINDS[key].sources if key else ()

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("rubrique", "annee", "type"))

    def everything(self) -> EntryQuerySet:
        """All that this audience may find."""
        return ENTRIES[self.audience].objects.all()

    def entries(self) -> EntryQuerySet:
        """The same in the rubrique and in the year asked for, of any kind."""
        found = self.everything()
        if category := self.cleaned_data.get("rubrique"):
            found = found.filter(category_id=category.pk)
        if year := self.cleaned_data.get("annee"):
            found = found.filter(on__year=int(year))
        return found

    def _years(self) -> Iterable[int]:
        dates = self.everything().latest_first().values_list("on", flat=True)
        latest, earliest = dates.first(), dates.last()
        if latest is None or earliest is None:
            return []
        return range(latest.year, earliest.year - 1, -1)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what this reader may find, and when nothing is found, what else to try."""
    index.catch_up()
    asked = SearchForm(request.GET, audience_of(request.user))
    context = {
        "asked": asked,
        "question": asked.question,
        "results": None,
        "reads_reserved": asked.audience == Audience.MEMBERS,
    }
    if asked.question:
        results = Results(asked.entries(), asked.question, request.user, asked.sources)
        context |= {
            "results": results,
            "page_obj": Paginator(cast(list, results), PER_PAGE).get_page(request.GET.get("page")),
            "shelves": _shelves(results),
        }
        if not results:
            context |= _ways_on(asked)
    return render(request, "search.html", context)


def _shelves(results: Results) -> list[Shelf]:
    """The kinds with answers; none when there are too many answers to count each."""
    if not results.counts_each:
        return []
    shelves = [
        Shelf(key, kind.label, sum(results.by_source[name] for name in kind.sources))
        for key, kind in KINDS.items()
    ]
    everything = Shelf("", "Tout", sum(shelf.count for shelf in shelves))
    return [everything, *(shelf for shelf in shelves if shelf.count)]


def _ways_on(asked: SearchForm) -> dict[str, object]:
    """What the question finds without the filters, else the question that was perhaps meant."""
    everywhere = 0
    if asked.is_narrowed:
        everywhere = len(Results(asked.everything(), asked.question, None))
    return {
        "everywhere": everywhere,
        "suggestion": None if everywhere else suggestion(asked.question, asked.audience),
    }
