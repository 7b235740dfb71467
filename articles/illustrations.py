"""Illustrations: a picture that an officer gives, what is said of it, its place in a text."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.models import Picture
from cgtdouanes import richtext
from cgtdouanes.richtext.pictures import WIDTHS

UNDESCRIBED = (
    "Décrivez l’image pour les personnes qui ne la voient pas, "
    "ou cochez « Image décorative » si elle n’apprend rien."
)


class PictureForm(forms.ModelForm):
    """A picture to be added, and what is said of it; it is described, or declared decorative."""

    is_decorative = forms.BooleanField(label="Image décorative", required=False)

    class Meta:
        model = Picture
        fields = ["file", "alt", "caption", "credit"]
        error_messages = {"file": {"required": "Choisissez une image."}}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_described = bool(cleaned.get("alt", "").strip())
        if not (is_described or cleaned.get("is_decorative") or "alt" in self.errors):
            self.add_error("alt", UNDESCRIBED)
        return cleaned


def figure(picture: Picture) -> str:
    """Return a picture as it stands in a body, with its caption and its credit; clean."""
    said = [format_html("{}", picture.caption)] if picture.caption else []
    if picture.credit:
        said.append(format_html('<small class="credit">{}</small>', picture.credit))
    caption = format_html_join(" ", "{}", ((each,) for each in said))
    html: SafeString = format_html(
        '<figure class="figure"><img src="{}" width="{}" height="{}" alt="{}">'
        "<figcaption>{}</figcaption></figure>",
        picture.get_absolute_url(),
        picture.width,
        picture.height,
        picture.alt,
        caption,
    )
    return richtext.sanitise(html)


def described(picture: Picture) -> dict[str, Any]:
    """Return what the editor needs to put a picture in a text."""
    address = picture.get_absolute_url()
    return {
        "src": address,
        "thumbnail": f"{address}{WIDTHS[0]}/" if picture.copy(WIDTHS[0]) else address,
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "name": picture.name,
    }
