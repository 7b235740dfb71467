"""What was typed in a form that cannot be taken now: it is given back, and never lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Fields = list[tuple[str, str]]
View = Callable[..., HttpResponse]

# The fields in which people write, by what they are called in our forms.
WRITTEN = ("body", "message", "words", "display_name")
# What a page never repeats, even to who has just typed it.
SECRET = ("password", "code", "credential")


def words(request: HttpRequest) -> str:
    """What somebody wrote in their form; empty when it held nothing of the kind."""
    return next(filter(None, (request.POST.get(name) for name in WRITTEN)), "")


def fields(request: HttpRequest) -> Fields:
    """The fields of a form whose token was accepted; none of one that holds a secret."""
    if not getattr(request, "csrf_processing_done", False):
        return []
    given = [(name, value) for name, values in request.POST.lists() for value in values]
    if any(word in name.lower() for name, _ in given for word in SECRET):
        return []
    return given


def signed_in_or_given_back(view: View) -> View:
    """Lead who is not signed in to the sign-in page, as `login_required` does.

    Where the session ended under their hands, what they wrote is shown first, whatever the address.
    """

    @wraps(view)
    def _view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if words(request):
            return given_back(request, request.path)
        return redirect_to_login(request.get_full_path())

    return _view


def given_back(request: HttpRequest, form_page: str) -> HttpResponse:
    """Answer 403 with what was written, and with a way to sign in and come back to its form.

    A script keeps the fields in the browser's tab, and puts them in the form again.
    """
    kept = [(name, value) for name, value in fields(request) if name != "csrfmiddlewaretoken"]
    context = {"typed": words(request), "kept": kept, "form_page": form_page}
    return render(request, "signed_out.html", context, status=403)
