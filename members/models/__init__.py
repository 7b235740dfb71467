"""Who the people are: the account, the membership behind it, the mandates of the officers,
and the mail that each is to receive."""

from members.models.erasure import Erasure
from members.models.mandate import Mandate, Role
from members.models.membership import Membership, Status
from members.models.outgoing import OutgoingMail
from members.models.user import User

__all__ = ["Erasure", "Mandate", "Membership", "OutgoingMail", "Role", "Status", "User"]
