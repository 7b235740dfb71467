"""What is answered at an address that opens something to whoever has it: told to nobody else."""

from django.http import HttpResponse


def keep_to_the_bearer(response: HttpResponse) -> HttpResponse:
    """Let no cache keep the answer, no other site learn the address, no search engine list it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
