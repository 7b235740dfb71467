"""What is shown of a body, made once when it is saved."""

from typing import NamedTuple

from cgtdouanes import richtext
from cgtdouanes.text.typography import french_html


class Texts(NamedTuple):
    """A clean body, and what is shown of it: up to the cut, and whole."""

    body: str
    teaser_html: str
    full_html: str


def texts_of(body: str) -> Texts:
    """Clean a body, and make the texts that pages show."""
    clean = richtext.sanitise(body)
    before, after = richtext.split_at_cut(clean) or ("", clean)
    return Texts(clean, shown(before), shown(before + after))


def shown(clean: str) -> str:
    """Return the text as pages show it."""
    return french_html(richtext.rendered(clean))
