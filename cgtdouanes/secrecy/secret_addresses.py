"""What is answered at an address that opens something to whoever has it: told to nobody else."""

from typing import TypeVar

from django.http.response import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)


def keep_to_the_bearer(response: R) -> R:
    """Let no cache keep the answer, no other site learn the address, no search engine list it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
