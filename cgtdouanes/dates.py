"""Dates that people type: a slip of the keyboard must not become one that no database shows."""

from datetime import date

from django.core.exceptions import ValidationError


def validate_year(value: date) -> None:
    """Raise ValidationError for a year before 1900 or after 2100."""
    if not 1900 <= value.year <= 2100:
        raise ValidationError("Vérifiez l’année de cette date.")
