"""« Mes données »: what is kept about the person, why and how long; and the copy to take away."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from members import export
from members.permissions import signed_in
from members.sign_in.reauthentication import reauthentication_required


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Tell what is kept of this person, without showing it: a screen may be looked at."""
    parts = export.gather(signed_in(request))
    context = {
        "parts": [part for part in parts if part.rows],
        "absent": [part for part in parts if not part.rows],
    }
    return render(request, "members/data.html", context)


@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required
def data_download(request: HttpRequest) -> HttpResponse:
    """Hand over the copy, to who has just proved again who they are."""
    if request.method == "GET":
        return render(request, "members/data_download.html", {"is_refused": False})
    if not ratelimit.consume(request, action="data_export"):
        return render(request, "members/data_download.html", {"is_refused": True}, status=429)
    response = HttpResponse(export.archive(signed_in(request)), content_type="application/zip")
    name = f"mes-donnees-{timezone.localdate():%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
