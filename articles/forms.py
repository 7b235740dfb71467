"""The form in which an adherent reacts, answers or corrects their own words."""

from typing import Any

from django import forms

from articles.models import Article, Reaction, ReactionStatus


class ReactionForm(forms.Form):
    body = forms.CharField(
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

    def clean_body(self) -> str:
        """Browsers send CRLF; one form of line ending makes two posts of the same words equal."""
        return self.cleaned_data["body"].replace("\r\n", "\n")
