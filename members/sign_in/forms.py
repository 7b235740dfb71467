"""What people type to prove that they are themselves."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as passkeys
from django import forms

from members.models import User
from members.sign_in.second_factor import spend_code

# What a credential that no browser made provokes while it is read.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError)
NAME_LENGTH = 60


def code_field(label: str, help_text: str = "") -> forms.CharField:
    """A code of digits, proposed by the telephone that has received it."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(
        label=label, help_text=help_text, max_length=40, widget=forms.TextInput(attrs=attrs)
    )


class _CodeServesOnce:
    """Refuses the code of an application that has already served."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        is_totp = self.authenticator.type == Authenticator.Type.TOTP
        if is_totp and not spend_code(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class _AsksForWhatOneHas(_CodeServesOnce):
    """Speaks of an application, or of a passkey, to those who have one."""

    user: User
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        factors = Authenticator.objects.filter(user=self.user).values_list("type", flat=True)
        self.has_application = Authenticator.Type.TOTP in factors
        self.has_passkey = Authenticator.Type.WEBAUTHN in factors
        if not self.has_application:
            self.fields["code"].label = "Code de secours"
            self.fields["code"].help_text = "Chacun sert une fois."


class AuthenticateForm(_AsksForWhatOneHas, codes.AuthenticateForm):
    code = code_field("Code de votre application", "Ou l’un de vos codes de secours.")


class ReauthenticateForm(_AsksForWhatOneHas, codes.ReauthenticateForm):
    code = code_field("Code de votre application", "Ou l’un de vos codes de secours.")


class ActivateTOTPForm(AllauthActivateTOTPForm):
    code = code_field("Code affiché par l’application", "Six chiffres, qui changent souvent.")


def unknown_passkey() -> forms.ValidationError:
    return forms.ValidationError(
        "Cette clé d’accès n’a pas pu être reconnue. Recommencez, ou passez par un autre moyen.",
        code="incorrect_code",
    )


def _readable(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Refuse in the same words an unknown passkey and what the library cannot even read."""

    def cleaned(form: forms.Form) -> Any:
        try:
            return clean(form)
        except forms.ValidationError as error:
            if error.code == "incorrect_code":
                raise unknown_passkey() from error
            raise
        except UNREADABLE as error:
            raise unknown_passkey() from error

    return cleaned


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    name = forms.CharField(
        label="Nom de cette clé d’accès",
        help_text="Pour la reconnaître plus tard : le nom de l’appareil, par exemple.",
        max_length=NAME_LENGTH,
        required=False,
    )
    # Each key signs in alone, whatever a request may say.
    passwordless = None
    clean = _readable(passkeys.AddWebAuthnForm.clean)


class RenamePasskeyForm(passkeys.EditWebAuthnForm):
    name = forms.CharField(label="Nom de cette clé d’accès", max_length=NAME_LENGTH)


class AuthenticateWithPasskeyForm(passkeys.AuthenticateWebAuthnForm):
    clean_credential = _readable(passkeys.AuthenticateWebAuthnForm.clean_credential)


class SignInWithPasskeyForm(passkeys.LoginWebAuthnForm):
    clean_credential = _readable(passkeys.LoginWebAuthnForm.clean_credential)


class ReauthenticateWithPasskeyForm(passkeys.ReauthenticateWebAuthnForm):
    clean_credential = _readable(passkeys.ReauthenticateWebAuthnForm.clean_credential)
