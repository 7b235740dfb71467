"""Words as a search compares them: without case, accents, ligatures or odd spaces."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})


def folded(text: str) -> str:
    """Return the text as it is compared: « Œuvre  à L’été » becomes “oeuvre a l'ete”."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())
