"""Forms in templates: `{{ field|labelled_once }}`."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def labelled_once(field: BoundField) -> SafeString:
    """Render a field without a placeholder: it repeats the label, faintly, until one types."""
    return field.as_widget(attrs={"placeholder": False})
