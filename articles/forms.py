"""What an adherent fills in: a reaction, a signal about another's, an appeal about one's own."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from articles import mentions
from articles.models import Appeal, Article, Flag, FlagReason, Reaction, ReactionStatus
from cgtdouanes.pages import known
from members.permissions import Reader


class ReactionText(forms.CharField):
    """The words of a reaction, counted as they are stored; a browser cuts nothing off a paste."""

    def to_python(self, value: Any) -> str:
        """Browsers send CRLF; one form of line ending makes two posts of the same words equal."""
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {name: value for name, value in attrs.items() if name != "maxlength"}


class ReactionForm(forms.Form):
    body = ReactionText(
        label="Votre réaction",
        max_length=Reaction.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Écrivez votre réaction avant de l’envoyer.",
            "max_length": "Votre réaction est trop longue : %(show_value)d caractères pour "
            "%(limit_value)d au plus.",
        },
    )
    parent = forms.ModelChoiceField(
        Reaction.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "La réaction à laquelle vous répondez n’existe plus."},
    )

    mentioned = forms.MultipleChoiceField(
        label="Mentionner quelqu’un",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Une personne cochée ne prend plus part à l’échange."},
    )

    def __init__(
        self,
        article: Article,
        user: Reader,
        *args: Any,
        present: Sequence[mentions.Participant] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.participants = mentions.participants(article, user) if present is None else present
        mentioned = self.fields["mentioned"]
        assert isinstance(mentioned, forms.MultipleChoiceField)  # noqa: S101  for the type checker
        mentioned.choices = [(each.key, each.label) for each in self.participants]
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101  for the type checker
        if self.is_bound:
            parent.queryset = article.reactions.filter(parent=None, status=ReactionStatus.PUBLISHED)

    @cached_property
    def ticked(self) -> list[str]:
        """The keys of the participants who are ticked."""
        return self["mentioned"].value() or []

    @property
    def drawn(self) -> SafeString:
        return render_to_string("articles/_reaction_fields.html", {"form": self})

    def clean(self) -> dict[str, Any]:
        """Put the names that were only ticked before the words; `called` holds who is mentioned."""
        cleaned = super().clean() or self.cleaned_data
        if "body" not in cleaned or "mentioned" not in cleaned:
            return cleaned
        try:
            body, people = mentions.called(cleaned["body"], self.participants, cleaned["mentioned"])
        except mentions.Ambiguous as error:
            self.add_error(
                "mentioned",
                f"Plusieurs personnes signent « {error.name} » : cochez celle que vous mentionnez.",
            )
            return cleaned
        if len(body) > Reaction.MAX_LENGTH:
            self.add_error("body", "Avec les noms mentionnés, votre réaction est trop longue.")
        return cleaned | {"body": body, "called": people}


def fields_to_react(
    article: Article, user: Reader, among: Iterable[Reaction] | None, parent: Reaction | None
) -> SafeString:
    """Return the fields of a new reaction: drawn once for all who may call the same people.

    `among`: the reactions to the article, where they are already read.
    """
    present = mentions.participants(article, user, among)

    def draw() -> SafeString:
        initial = {"parent": parent and parent.pk}
        return ReactionForm(article, user, initial=initial, present=present).drawn

    offered = tuple((each.key, each.name, each.label) for each in present)
    return draw() if parent else known(("fields to react", offered), draw)


class FlagForm(forms.Form):
    reason = forms.ChoiceField(
        label="Pourquoi la signaler ?",
        choices=FlagReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites pourquoi vous la signalez."},
    )
    words = forms.CharField(
        label="Précisions",
        max_length=Flag.WORDS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": "Vos précisions sont trop longues : %(show_value)d caractères pour "
            "%(limit_value)d au plus."
        },
    )

    def clean(self) -> dict[str, Any]:
        """Ask what is the matter when none of the reasons tells it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reason") == FlagReason.OTHER and cleaned.get("words") == "":
            self.add_error("words", "Dites en quelques mots ce qui vous gêne.")
        return cleaned


class AppealForm(forms.Form):
    words = forms.CharField(
        label="Pourquoi la décision devrait changer",
        max_length=Appeal.WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "Dites en quelques mots pourquoi vous contestez la décision.",
            "max_length": "Votre recours est trop long : %(show_value)d caractères pour "
            "%(limit_value)d au plus.",
        },
    )
