"""What people type to open their account, or to ask for one."""

from typing import Any

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import PasswordVerificationMixin
from django import forms

from members.forms import DisplayNameForm
from members.models import AccessRequest, User


class NewPasswordField(SetPasswordField):
    """A password to choose; nothing is judged where none is asked for."""

    def clean(self, value: str) -> str:
        return super().clean(value) if value or self.required else ""


class OpenAccountForm(PasswordVerificationMixin, DisplayNameForm):
    """A name, and a password judged by the same rules as everywhere; or no password at all."""

    # The rules in full would name the union to whoever looks over a shoulder.
    password1 = NewPasswordField(
        label="Mot de passe",
        help_text="Au moins 15 caractères. Quelques mots mis bout à bout font un bon mot de "
        "passe : long, et facile à retenir.",
    )
    password2 = PasswordField(label="Le même, encore une fois", autocomplete="new-password")
    field_order = ["display_name", "password1", "password2"]

    def __init__(self, data: Any, address: str) -> None:
        super().__init__(data, instance=User(email=address))
        password: Any = self.fields["password1"]
        password.user = self.instance
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder")
            self.fields[name].required = not self.is_without_password

    @property
    def is_without_password(self) -> bool:
        """Whether the person prefers a passkey, which is made once the account is open."""
        return "passkey" in self.data

    def clean_display_name(self) -> str:
        """Judge the password with this name in mind too."""
        self.instance.display_name = super().clean_display_name()
        return self.instance.display_name


class AccessRequestForm(forms.ModelForm):
    """A request for access. What fills the hidden field is a machine, and is told nothing of it."""

    site = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    class Meta:
        model = AccessRequest
        fields = ["first_name", "last_name", "email", "number", "message"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "number": forms.TextInput(attrs={"autocomplete": "off"}),
            "message": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "email": "Celle que la section connaît, si vous en avez plusieurs.",
            "number": "Il figure sur votre carte. Sans lui, la réponse peut être plus longue.",
            "message": "Ce qui peut aider à vous reconnaître : votre service, par exemple.",
        }

    def clean(self) -> dict[str, Any]:
        """Keep names on one line."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("first_name", "last_name", "number"):
            if name in cleaned:
                cleaned[name] = " ".join(cleaned[name].split())
        return cleaned

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.cleaned_data["site"])
