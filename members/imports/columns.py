"""Which column of a file holds what, by the names that usual exports give to their columns."""

import re
from collections.abc import Iterable, Sequence

from cgtdouanes.text.words import folded

# The fields of a membership that a file may fill, and how an officer knows them.
FIELDS = {
    "number": "Numéro d’adhérent·e",
    "last_name": "Nom",
    "first_name": "Prénom",
    "email": "Adresse e-mail",
    "joined_on": "Adhésion le",
    "paid_until": "Cotisation réglée jusqu’au",
    "resigned_on": "Démission le",
    "excluded_on": "Exclusion le",
}
# Of our own export, and computed: read by nobody.
STATE = "État"

_SMALL_WORDS = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "l", "la", "le", "les"])
# As `_plain` writes them: no accents, no small words, « adhérent·e » and « adhérente » alike.
_NAMES = {
    "number": (
        "numero adherent|n adherent|no adherent|num adherent|numero|n|no|num|code adherent|"
        "id adherent|identifiant adherent|identifiant|numero adhesion|n adhesion|"
        "numero carte|n carte|matricule adherent|matricule syndical|n cogitiel|id cogitiel"
    ),
    "last_name": "nom|noms|nom famille|nom usage|nom adherent|last name|lastname|surname",
    "first_name": "prenom|prenoms|prenom usuel|prenom usage|prenom adherent|first name|firstname",
    "email": (
        "email|e mail|mail|mel|courriel|courrier electronique|adresse email|adresse e mail|"
        "adresse mail|adresse mel|adresse courriel|adresse electronique|adresse messagerie|"
        "messagerie|email personnel|e mail personnel|mail personnel|courriel personnel|"
        "email perso|mail perso|e mail perso|mail adherent|email adherent|courriel adherent"
    ),
    "joined_on": (
        "adhesion|date adhesion|adhesion depuis|adherent depuis|adherent depuis le|date entree|"
        "date inscription|inscription|date premiere adhesion|date 1ere adhesion|"
        "premiere adhesion|1ere adhesion|depuis|membre depuis|date syndicalisation"
    ),
    "paid_until": (
        "paye jusqu|payee jusqu|regle jusqu|reglee jusqu|cotisation payee jusqu|cotisation jusqu|"
        "cotisation reglee jusqu|cotisations payees jusqu|cotisations reglees jusqu|jour jusqu|"
        "fin cotisation|date fin cotisation|echeance|echeance cotisation|date echeance|"
        "date echeance cotisation|valable jusqu|valide jusqu|fin validite|date fin validite|"
        "fin adhesion|date fin adhesion|expiration|date expiration|expire|cotisation jour jusqu"
    ),
    "resigned_on": "demission|date demission|demissionne|sortie|date sortie|depart|date depart",
    "excluded_on": "exclusion|date exclusion",
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split("|")}


def _plain(heading: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", folded(heading)).split()
    kept = [word for word in words if word not in _SMALL_WORDS and word != "e"]
    # « e-mail » keeps its letter.
    if "mail" in words and "e" in words:
        kept.insert(kept.index("mail"), "e")
    return re.sub(r"\badherente?s?\b", "adherent", " ".join(kept))


def recognised(headings: Iterable[str]) -> int:
    """Count the headings that we know."""
    return sum(_plain(heading) in _FIELD_OF for heading in headings)


def guessed(headings: Sequence[str]) -> list[str]:
    """Return the field that each column seems to hold, "" for none.

    Where two columns claim the same field neither has it: the officer says which.
    """
    fields = [_FIELD_OF.get(_plain(heading), "") for heading in headings]
    return [field if fields.count(field) == 1 else "" for field in fields]


def is_ours(heading: str) -> bool:
    """Tell a column that our own export computes: that it is not read surprises nobody."""
    return _plain(heading) == _plain(STATE)


def problem(fields: Sequence[str]) -> str:
    """Return what is wrong with this choice of columns, in words for the officer, or nothing."""
    for field, label in FIELDS.items():
        if fields.count(field) > 1:
            return f"Deux colonnes sont données pour « {label} » : n’en gardez qu’une."
    if "number" not in fields:
        return (
            "Dites quelle colonne contient le numéro d’adhérent·e : c’est lui qui permet de "
            "reconnaître chacun·e."
        )
    return ""
