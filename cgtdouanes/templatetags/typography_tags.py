"""French typography in templates: `{{ title|french }}`, `{{ day|french_date }}`."""

from datetime import date, datetime, time

from django import template
from django.template.defaultfilters import pluralize, stringfilter
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cgtdouanes.text import typography
from cgtdouanes.text.paragraphs import paragraphs

register = template.Library()


@register.filter(needs_autoescape=True)
@stringfilter
def french(value: str, autoescape: bool = True) -> str:
    """Set a text in French typography: a plain text is escaped, a safe one is taken as HTML."""
    if isinstance(value, SafeString):
        return mark_safe(typography.french_html(value))  # noqa: S308  only spaces change
    text = typography.french(value)
    return escape(text) if autoescape else text


@register.filter
@stringfilter
def french_paragraphs(value: str) -> SafeString:
    """Turn a plain text, always escaped, into paragraphs: a blank line parts two of them."""
    shown = [
        f"<p>{escape(typography.french(paragraph)).replace(chr(10), '<br>')}</p>"
        for paragraph in paragraphs(value)
    ]
    return mark_safe("\n".join(shown))  # noqa: S308  each paragraph was escaped


@register.filter(expects_localtime=True)
def french_date(value: date | None) -> str:
    """Write a date in full, of the current time zone; nothing when there is none."""
    return typography.french_date(value) if isinstance(value, date) else ""


@register.filter(expects_localtime=True)
def french_month(value: date | None) -> str:
    """Write the month, shortened, in the current time zone; nothing when there is none."""
    return typography.french_month(value) if isinstance(value, date) else ""


@register.filter(expects_localtime=True)
def french_time(value: datetime | time | None) -> str:
    """Write the time of day in the current time zone; nothing when there is none."""
    return typography.french_time(value) if isinstance(value, datetime | time) else ""


@register.filter
def plural(number: int, endings: str = "s") -> str:
    """Return what `pluralize` does, as French counts: none is singular, as one is."""
    return pluralize(2 if number > 1 else 1, endings)
