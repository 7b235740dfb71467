"""Who the people are: the account, the membership behind it, the mandates of the officers,
and the mail that each is to receive."""

from members.models.audit import Action, AuditedRow, AuditEntry, Subject
from members.models.imports import ImportDraft, ImportedRow, MembershipImport
from members.models.mandate import Mandate, Role
from members.models.membership import Membership, Status
from members.models.outgoing import OutgoingMail
from members.models.user import User

__all__ = [
    "Action",
    "AuditEntry",
    "AuditedRow",
    "ImportDraft",
    "ImportedRow",
    "Mandate",
    "Membership",
    "MembershipImport",
    "OutgoingMail",
    "Role",
    "Status",
    "Subject",
    "User",
]
