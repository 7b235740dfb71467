"""The adherent's own pages."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cgtdouanes.typed import signed_in_or_given_back
from members.forms import DisplayNameForm
from members.models import Membership, User
from members.permissions import reads_reserved, signed_in

TOO_MANY_NAMES = (
    "Vous avez essayé beaucoup de noms aujourd’hui. Rien n’est enregistré : réessayez demain."
)


@signed_in_or_given_back
def space(request: HttpRequest) -> HttpResponse:
    """Show a person where their membership stands, and let them choose the name shown."""
    user = signed_in(request)
    if request.method == "POST" and not ratelimit.consume(request, action="display_name"):
        return _too_many_names(request, user)
    form = DisplayNameForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre nom affiché est enregistré.")
        return redirect("members:space")
    return _page(request, user, form)


def _too_many_names(request: HttpRequest, user: User) -> HttpResponse:
    """Give back the name without judging it."""
    messages.error(request, TOO_MANY_NAMES)
    typed = {"display_name": request.POST.get("display_name", "")}
    return _page(request, user, DisplayNameForm(instance=user, initial=typed), status=429)


def _page(
    request: HttpRequest, user: User, form: DisplayNameForm, status: int = 200
) -> HttpResponse:
    membership = Membership.objects.filter(user=user).first()
    context = {"membership": membership, "form": form, "reads_reserved": reads_reserved(user)}
    return render(request, "members/space.html", context, status=status)
