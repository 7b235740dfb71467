"""A password validator: what is long and yet guessed first is refused."""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError

# What guessers try first here: the section's words, the usual ones, and rows of the keyboard.
WORDS = """
    adherent adherente adherents adhesion administration agent agents bureau camarade camarades cgt
    confederation direction donnees douane douanes douanier douaniere federation finances france
    greve lutte metier publique publics reunion secretaire section solidaires syndical syndicale
    syndicat syndicats travail travailleurs unitaire
    admin bienvenue bonjour changeme chouchou connexion doudou football iloveyou internet jetaime
    letmein loulou marseille motdepasse monmotdepasse mot passe paris password princesse secret
    soleil welcome
    azertyuiop qsdfghjklm wxcvbn azerty qwertyuiop asdfghjkl zxcvbnm qwerty
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    printemps ete automne hiver
"""
LOOK_ALIKES = str.maketrans("0134578@$€!", "oieastbasei")
SHORTEST_WORD = 3
# What must be left once all that is taken away: eight characters that nobody proposes.
UNFORESEEN = 8
READ = 200
NOTHING = r"(?!)"


class PredictablePasswordValidator:
    """Refuse a password made of words of the context, common words, runs and repetitions.

    A few unrelated words pass: nothing is asked of the kinds of characters.
    """

    def __init__(self, context: Iterable[str] = ()) -> None:
        words = {_letters(word) for text in context for word in text.split()}
        words |= set(WORDS.split())
        self.usual = _any_of(words)

    def validate(self, password: str, user: object = None) -> None:
        plain = _letters(password[:READ])
        own = _own_words(user).sub(" ", plain)
        readings = {plain, plain.translate(LOOK_ALIKES), own}
        if min(len(self._unforeseen(reading)) for reading in readings) < UNFORESEEN:
            raise ValidationError(
                "Ce mot de passe est trop facile à deviner : il tient en quelques mots courants "
                "ou qui vous désignent, ou se répète. Mettez plutôt bout à bout quatre ou cinq "
                "mots sans rapport entre eux.",
                code="password_predictable",
            )

    def get_help_text(self) -> str:
        return (
            "Votre mot de passe ne peut pas être fait seulement de mots courants, de mots du "
            "syndicat ou de la douane, ni d’une suite qui se répète."
        )

    def _unforeseen(self, text: str) -> str:
        """Return what is left without the usual words, what repeats, and what follows in order."""
        text = self.usual.sub(" ", text)
        text = re.sub(r"(.{1,12}?)\1+", r"\1", text)
        kept = text[:1] + "".join(
            later
            for earlier, later in zip(text, text[1:], strict=False)
            if abs(ord(later) - ord(earlier)) > 1
        )
        return re.sub(r"[\W_]", "", kept)


def _own_words(user: object) -> re.Pattern[str]:
    """Match the parts of a person's address and of the name that they chose, however often."""
    texts = (getattr(user, name, "") for name in ("email", "display_name"))
    words = {word for text in texts for word in re.findall(r"[^\W_]+", _letters(text))}
    return _any_of(words)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Match any of these words, the longest first: "douanes" before "douane"."""
    kept = sorted((word for word in words if len(word) >= SHORTEST_WORD), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, kept)) or NOTHING)


def _letters(text: str) -> str:
    """Return the text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
