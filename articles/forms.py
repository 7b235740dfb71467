"""The form in which an adherent reacts, answers or corrects their own words."""

from typing import Any

from django import forms

from articles.models import Article, Reaction, ReactionStatus


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

    def __init__(self, article: Article, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101  for the type checker
        parent.queryset = article.reactions.filter(parent=None, status=ReactionStatus.PUBLISHED)
