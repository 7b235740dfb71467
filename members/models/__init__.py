"""Who the people are: the account, the membership behind it, and the mandates of the officers."""

from members.models.mandate import Mandate, Role
from members.models.membership import Membership, Status
from members.models.user import User

__all__ = ["Mandate", "Membership", "Role", "Status", "User"]
