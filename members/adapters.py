"""How this site bends django-allauth: no open sign-up, and mail that betrays no account."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by the section, never by a visitor."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, or log that it failed without saying for whom: the answer is the same to all."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.error("Mail %s not sent: %s", template_prefix, type(error).__name__)
