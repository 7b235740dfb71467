"""What people change of themselves."""

import re
import unicodedata

from django import forms

from cgtdouanes.text.words import folded
from members.models import User
from members.models.user import GONE, NAMELESS

# Control, format, surrogate and private-use characters.
UNSEEN = {"Cc", "Cf", "Cs", "Co"}


class DisplayNameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["display_name"]
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "nickname"})}

    def clean_display_name(self) -> str:
        """Keep a name on one line, readable, and nobody else's."""
        name = unicodedata.normalize("NFKC", self.cleaned_data["display_name"])
        name = " ".join(name.split())
        if "@" in name:
            raise forms.ValidationError("Choisissez un nom plutôt qu’une adresse e-mail.")
        if any(unicodedata.category(character) in UNSEEN for character in name):
            raise forms.ValidationError("Ce nom contient des caractères invisibles : retapez-le.")
        others = User.objects.exclude(pk=self.instance.pk).exclude(display_name="")
        taken = [NAMELESS, GONE, *others.values_list("display_name", flat=True)]
        if name and _as_read(name) in map(_as_read, taken):
            raise forms.ValidationError("Ce nom est déjà pris : choisissez-en un autre.")
        return name


def _as_read(name: str) -> str:
    """Return what a reader makes out of a name: capitals, accents and points make no other one."""
    return re.sub(r"[\W_]", "", folded(name)) or name


class DepartureForm(forms.Form):
    """What becomes of the words, and of the membership, of who leaves."""

    KEEP, ERASE = "garder", "effacer"
    WORDS = (
        (KEEP, "Les laisser en place, sans mon nom"),
        (ERASE, "Les effacer"),
    )

    words = forms.ChoiceField(
        label="Mes réactions",
        choices=WORDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que deviennent les réactions."},
    )
    resign = forms.BooleanField(label="Démissionner aussi de la section", required=False)

    @property
    def erases_words(self) -> bool:
        """Whether the words go; asked of a valid form."""
        return self.cleaned_data["words"] == self.ERASE
