"""The adherent's own pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cgtdouanes.typed import signed_in_or_given_back
from members.forms import DisplayNameForm
from members.models import Membership
from members.permissions import reads_reserved, signed_in


@signed_in_or_given_back
def space(request: HttpRequest) -> HttpResponse:
    """Show a person where their membership stands, and let them choose the name shown."""
    user = signed_in(request)
    form = DisplayNameForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre nom affiché est enregistré.")
        return redirect("members:space")
    membership = Membership.objects.filter(user=user).first()
    context = {"membership": membership, "form": form, "reads_reserved": reads_reserved(user)}
    return render(request, "members/space.html", context)
