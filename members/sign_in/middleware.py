"""Who is behind a request: an officer acts as one once a second factor was used in the session."""

from collections.abc import Callable

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from members.models import User
from members.permissions import Reader
from members.sign_in.second_factor import suspends_mandates

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def suspend_unproven_mandates(get_response: GetResponse) -> GetResponse:
    """Make `request.user` an account whose mandates count, or not, in this very session."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(lambda: _account(request))  # type: ignore[assignment]
        return get_response(request)

    return middleware


def _account(request: HttpRequest) -> Reader:
    account = get_user(request)
    if isinstance(account, User):
        account.mandates_suspended = suspends_mandates(request, account)
    return account
