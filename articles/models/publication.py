"""How what is written is published: its states, who reads it, who reacts, how it is filed.

Articles and their revisions share these fields.
"""

from datetime import timedelta

from django.db import models


class Status(models.TextChoices):
    DRAFT = "draft", "brouillon"
    IN_REVIEW = "in_review", "en relecture"
    SCHEDULED = "scheduled", "programmé"
    PUBLISHED = "published", "publié"
    ARCHIVED = "archived", "archivé"


# What is scheduled comes out at its minute, or at the next: later than this, something is wrong.
PUNCTUAL = timedelta(minutes=10)
# Readers have seen it, or will on its day.
OUT = frozenset({Status.PUBLISHED, Status.ARCHIVED})
# What an officer keeps of it stays beside what was decided, until it is published in turn.
SETTLED = OUT | {Status.SCHEDULED}


class ArticleVisibility(models.TextChoices):
    PUBLIC = "public", "tout le monde"
    TEASER = "teaser", "tout le monde jusqu’à la coupure, puis les adhérent·es"
    MEMBERS = "members", "adhérent·es"


class ReactionsPolicy(models.TextChoices):
    OPEN = "open", "ouvertes"
    PREMODERATED = "premoderated", "relues avant d’être montrées"
    CLOSED = "closed", "closes"


def reactions_days_field() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        "réactions ouvertes pendant (jours)",
        null=True,
        blank=True,
        help_text="À partir de la publication. Vide : la durée réglée pour tout le site. "
        "0 : sans fin.",
    )


def reactions_interval_field() -> models.PositiveIntegerField:
    return models.PositiveIntegerField(
        "entre deux réactions d’une même personne (secondes)",
        null=True,
        blank=True,
        help_text="Pour calmer un échange : 300 laisse à chacun·e une réaction toutes les "
        "5 minutes. Vide : la règle du site suffit.",
    )


def keywords_field() -> "models.CharField[str, str]":
    """Return the field of the words that an article is filed under, parted by commas."""
    return models.CharField(
        "mots-clés",
        max_length=300,
        blank=True,
        help_text="Séparés par des virgules. La recherche trouve l’article par ces mots.",
    )
