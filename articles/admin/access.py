"""The pages of the desk that are for who writes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from articles.permissions import can_write


def for_writers(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse (403) whoever does not write, before anything else is looked at."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not can_write(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked
