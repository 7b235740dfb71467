"""An article as officers type it at the desk: its address, and never over another's version."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import slugify

from articles import editorial
from articles.admin.illustrations import IllustratedForm
from articles.models import Article, Revision

NEWER = (
    "Une autre version de cet article a été enregistrée pendant que vous écriviez. "
    "Rien n’est perdu : votre texte est ci-dessous, l’autre est dans les versions de l’article. "
    "Comparez-les, puis enregistrez de nouveau pour que la vôtre devienne la plus récente."
)


class ArticleForm(IllustratedForm):
    """`seen` is the number of the version that the officer began from."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Pourquoi cette modification",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Les lecteurs le lisent sous la date : « Modifié le … ». "
        "Par exemple : le nombre d’emplois est corrigé.",
    )

    class Meta:
        model = Article
        fields = ["slug", "published_at", *Revision.CONTENT]
        widgets = {"lead": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"slug": {"unique": "Cette adresse est déjà celle d’un autre article."}}

    # What somebody else kept meanwhile; a preview does not mind.
    newer: Revision | None = None
    minds_newer = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug := self.fields.get("slug"):
            slug.required = False
            slug.help_text = "La fin de l’adresse de la page. Vide : elle est tirée du titre."
        newest = editorial.newest_revision(self.instance) if self.instance.pk else None
        self.newest = newest
        self.initial.setdefault("seen", newest.number if newest else 0)

    @property
    def rewrites(self) -> bool:
        """Whether there is something new to keep."""
        is_illustrated = self.illustration.has_changed()
        return is_illustrated or bool(set(self.changed_data) - {"seen", "reason"})

    def clean(self) -> dict[str, Any]:
        """Find the address; refuse to keep this text over another that was not seen."""
        cleaned = super().clean() or self.cleaned_data
        if "slug" in cleaned and cleaned.get("title"):
            cleaned["slug"] = self._slug(cleaned["slug"], cleaned["title"])
        seen = max(cleaned.get("seen") or 0, 1)
        if self.minds_newer and self.newest and self.newest.number > seen:
            self.newer = self.newest
            # The form is shown again with both before the eyes: the next save is meant.
            data = QueryDict(mutable=True)
            data.update(self.data)
            data["seen"] = str(self.newest.number)
            self.data = data
            raise forms.ValidationError(NEWER)
        return cleaned

    def _slug(self, given: str, title: str) -> str:
        """Keep the address that was chosen; find a free one where it only comes from the title."""
        is_proposed = self.instance._state.adding and slugify(title).startswith(given)
        if given and not is_proposed:
            return given
        return Article.objects.exclude(pk=self.instance.pk).free_slug(given or title)
