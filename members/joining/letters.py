"""What the mail about accounts says: invitations, and the answers to requests for access."""

from django.urls import reverse
from django.utils import timezone

from cgtdouanes.text.typography import french_date
from members.mail.letters import Kind, Notice
from members.models import AccessRequest, Invitation, OutgoingMail, RequestState, Role
from members.permissions import holds_role

INVITATION = "invitation"
REQUESTS_WAIT = "access_requests_wait"
REQUEST_REFUSED = "access_request_refused"
HAS_ACCOUNT = "access_request_has_account"


def write_invitation(mail: OutgoingMail) -> Notice | None:
    """The secret link; nothing once the invitation is closed, or when a later letter bears it."""
    invitation = (
        Invitation.objects.filter(membership=mail.object_id).select_related("membership").first()
    )
    if not invitation or not invitation.is_open or invitation.event != mail.event:
        return None
    token = invitation.token
    if not token:
        return None
    until = french_date(timezone.localdate(invitation.expires_at))
    return Notice(
        title="Ouvrez votre compte",
        sentences=[
            "Vous êtes invité·e à ouvrir votre compte sur notre site.",
            f"Le lien ci-dessous est personnel et ne sert qu’une fois, jusqu’au {until} : "
            "ne le transmettez à personne.",
            "Si vous ne savez pas de quoi il s’agit, ne faites rien : aucun compte ne sera ouvert.",
        ],
        path=reverse("members:invitation", args=[token]),
        link="Ouvrir mon compte",
    )


def write_requests_wait(mail: OutgoingMail) -> Notice | None:
    """Who asks is not said: a mailbox is no place for that."""
    waiting = AccessRequest.objects.pending().count()
    officer = mail.recipient
    if not waiting or not officer or not holds_role(officer, Role.MEMBERSHIP_MANAGER):
        return None
    demands = "Une demande attend" if waiting == 1 else f"{waiting} demandes attendent"
    return Notice(
        title=f"{demands} une réponse",
        sentences=["Vous les trouverez sur le site, avec de quoi décider."],
        path=reverse("admin:members_accessrequest_changelist"),
        link="Lire les demandes",
    )


def write_request_refused(mail: OutgoingMail) -> Notice | None:
    """The reason is the officer's own sentence, written for the person."""
    refused = AccessRequest.objects.filter(state=RequestState.REFUSED)
    request = refused.filter(pk=mail.object_id or 0).first()
    if not request:
        return None
    return Notice(
        title="La réponse à votre demande",
        sentences=[
            "Votre demande a été lue. Nous ne pouvons pas lui donner suite.",
            request.reason,
            "Vous pouvez refaire une demande, plus complète.",
        ],
        path=reverse("members:access_request"),
        link="Refaire une demande",
    )


def write_has_account(mail: OutgoingMail) -> Notice | None:
    """For who had forgotten it, at the address of the account itself."""
    return Notice(
        title="Vous avez déjà un compte",
        sentences=[
            "Vous avez demandé un accès à notre site : votre compte y est déjà ouvert, "
            "à l’adresse à laquelle vous lisez ce message.",
            "Si vous n’avez plus votre mot de passe, vous pouvez en choisir un nouveau.",
        ],
        path=reverse("account_reset_password"),
        link="Choisir un nouveau mot de passe",
    )


LETTERS = [
    Kind(INVITATION, "Votre invitation", write_invitation),
    Kind(REQUESTS_WAIT, "Des demandes attendent une réponse", write_requests_wait),
    Kind(REQUEST_REFUSED, "La réponse à votre demande", write_request_refused),
    Kind(HAS_ACCOUNT, "La réponse à votre demande", write_has_account),
]
