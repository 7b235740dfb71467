"""Who the people are: the account, the membership behind it, the mandates of the officers,
the invitations and requests that lead to an account, and the mail that each is to receive."""

from members.models.access_request import AccessRequest, RequestState
from members.models.audit import Action, AuditedRow, AuditEntry, Subject
from members.models.erasure import Erasure
from members.models.imports import ImportDraft, ImportedRow, MembershipImport
from members.models.invitation import Invitation, InvitationState
from members.models.mail_preferences import Frequency, MailPreferences, Topic
from members.models.mandate import Mandate, Role
from members.models.membership import Membership, Status
from members.models.outgoing import OutgoingMail
from members.models.user import User

__all__ = [
    "AccessRequest",
    "Action",
    "AuditedRow",
    "AuditEntry",
    "Erasure",
    "Frequency",
    "ImportDraft",
    "ImportedRow",
    "Invitation",
    "InvitationState",
    "MailPreferences",
    "Mandate",
    "Membership",
    "MembershipImport",
    "OutgoingMail",
    "RequestState",
    "Role",
    "Status",
    "Subject",
    "Topic",
    "User",
]
