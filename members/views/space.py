"""The adherent's own pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from members.forms import DisplayNameForm
from members.models import Membership
from members.permissions import reads_reserved, signed_in


@login_required
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
