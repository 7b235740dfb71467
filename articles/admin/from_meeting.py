"""The button that makes the draft of a report from what is noted of a meeting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from articles.admin.access import for_writers
from articles.report import NoCategory, calls_for_report, report_of, reserved_left_out
from meetings.models import Meeting
from members.permissions import signed_in

ALREADY = "Un article parle déjà de cette réunion : le voici."
NOT_YET = "Un compte rendu se rédige une fois la réunion tenue : vérifiez son état et sa date."
NO_CATEGORY = (
    "Un article a toujours une rubrique, et il n’y en a pas encore. "
    "Le secrétariat en crée une dans « Rubriques » ; revenez ensuite ici."
)


@for_writers
def from_meeting(request: HttpRequest, meeting: int) -> HttpResponse:
    """Make the draft of a meeting's report, or open what exists unless asked for another."""
    about = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting)
    page = redirect("admin:meetings_meeting_change", about.pk)
    if request.method != "POST":
        return page
    if not calls_for_report(about):
        messages.error(request, NOT_YET)
        return page
    try:
        article, is_new = report_of(about, signed_in(request), another="another" in request.POST)
    except NoCategory:
        messages.error(request, NO_CATEGORY)
        return page
    if is_new:
        messages.success(request, _drafted(about))
    else:
        messages.warning(request, ALREADY)
    return redirect("admin:articles_article_change", article.pk)


def _drafted(meeting: Meeting) -> str:
    """What to tell the officer whose draft has just been made."""
    said = "Le brouillon reprend tout ce qui est noté de la réunion : à vous de le réécrire."
    match reserved_left_out(meeting):
        case 0:
            return said
        case 1:
            rest = "Un point réservé aux adhérent·es n’y est pas"
        case number:
            rest = f"{number} points réservés aux adhérent·es n’y sont pas"
    return f"{said} {rest} : la réunion est publique, et son compte rendu aussi."
