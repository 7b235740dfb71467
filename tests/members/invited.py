"""Inviting somebody, and following the link that they are sent."""

from django.urls import reverse

from members.models import Membership

CHOSEN = "quatre mots mis bout à bout"


def link(invitation):
    return reverse("members:invitation", args=[invitation.token])


def accept(client, invitation, **changes):
    form = {"password1": CHOSEN, "password2": CHOSEN, "display_name": "La vigie"} | changes
    return client.post(link(invitation), form)


def memberships(*rows):
    return Membership.objects.filter(pk__in=[row.pk for row in rows])


def text(response):
    return response.content.decode()
