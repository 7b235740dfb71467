"""Asking again who is there, before what matters: a password, a factor, or a recent sign-in.

An account that signs in by codes received by mail has nothing that could be asked for again. It is
then its sign-in that must be recent, which allauth does not ask.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account import decorators as allauth_decorators
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def reauthentication_required(view: View) -> View:
    """Ask again who is there, unless they proved it in the last five minutes."""
    asked: View = allauth_decorators.reauthentication_required(app="allauth.account")(view)
    return recent_sign_in_required(asked)


def recent_sign_in_required(view: View) -> View:
    """Send to the sign-in page an account that has nothing else, and signed in long ago."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not _is_sure(request):
            return redirect_to_login(request.path, reverse("members:sign_in_again"))
        return view(request, *args, **kwargs)

    return guarded


def _is_sure(request: HttpRequest) -> bool:
    """Tell whether allauth has something to ask again, or the sign-in is recent."""
    if get_adapter().get_reauthentication_methods(request.user):
        return True
    limit = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record["at"] > limit for record in records)
