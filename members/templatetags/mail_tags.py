"""What officers are told of the mail, on their home page."""

from django import template

from members.models import OutgoingMail

register = template.Library()


@register.simple_tag
def mail_is_stuck() -> bool:
    """Whether mail waits that should have left: nothing sends it, or the server takes nothing."""
    return OutgoingMail.objects.stuck().exists()
