"""What a text of the old site leaves for a person to look at."""

from dataclasses import dataclass

from django.db import models


class ProblemKind(models.TextChoices):
    DEAD_LINK = "dead_link", "lien mort"
    UNSAFE_LINK = "unsafe_link", "lien refusé"
    MISSING_DOCUMENT = "missing_document", "document manquant"
    MISSING_ALT = "missing_alt", "image sans texte de remplacement"
    UNKNOWN_MODEL = "unknown_model", "modèle non repris"
    REMOVED_HTML = "removed_html", "code HTML retiré"
    TABLE = "table", "tableau à relire"
    UNBALANCED = "unbalanced", "raccourci mal fermé"
    REPEATED_NOTE = "repeated_note", "note appelée plusieurs fois"
    OTHER_LANGUAGE = "other_language", "texte dans une autre langue"
    PERSONAL_DATUM = "personal_datum", "donnée personnelle à vérifier"


@dataclass(frozen=True)
class Problem:
    """One thing to look at: `detail` quotes it as plain text, in 200 characters at most."""

    kind: ProblemKind
    detail: str
