"""The pages about mail: what a person chooses to receive, what awaits them, and the way out."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from members.mail import letters, unsubscribing
from members.mail.forms import MailPreferencesForm
from members.mail.news import next_digest
from members.models import MailPreferences, OutgoingMail
from members.permissions import reads_reserved, signed_in

PER_PAGE = 20


@login_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """Let a person choose, theme by theme, what mail they receive."""
    user = signed_in(request)
    form = MailPreferencesForm(request.POST or None, instance=MailPreferences.of(user))
    if request.method == "POST" and form.is_valid():
        MailPreferences.objects.update_or_create(user=user, defaults=form.cleaned_data)
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("members:notifications")
    context = {
        "form": form,
        "next_digest": next_digest(),
        "is_reader": reads_reserved(user),
    }
    return render(request, "members/notifications.html", context)


@login_required
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """List what a person's mail told them of: a mail does not name what is reserved."""
    told = OutgoingMail.objects.told_to(signed_in(request)).filter(kind__in=letters.news_kinds())
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    entries = [(mail, letters.label_of(mail)) for mail in page]
    return render(request, "members/news.html", {"page_obj": page, "entries": entries})


@login_required
@require_safe
def one_news(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Lead to what a mail told of, for who may still read it; its address was not in the mail.

    Unknown, another's, purged or no more to be read: the answer is the same.
    """
    own = OutgoingMail.objects.filter(recipient=signed_in(request), reference=reference)
    mail = own.filter(kind__in=letters.news_kinds()).select_related("recipient").first()
    notice = letters.notice_for(mail) if mail else None
    if notice and notice.path:
        return redirect(notice.path)
    messages.info(request, "Ce que ce message annonçait n’est plus là, ou ne vous est plus ouvert.")
    return redirect("members:space")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a theme: by the button of this page, or by the mail program itself (RFC 8058).

    Nobody needs to be signed in. A GET changes nothing: programs open links by themselves.
    """
    try:
        if request.method == "POST":
            unsubscribing.stop(token)
        stopped = unsubscribing.what_stops(token)
    except unsubscribing.NotALink:
        return render(request, "members/unsubscribe_unknown.html", status=404)
    context = {"stopped": stopped, "is_done": request.method == "POST"}
    return render(request, "members/unsubscribe.html", context)
