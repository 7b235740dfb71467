"""What the policy speaks of: the roles that ask, and one object of each kind to ask about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator

from articles import editorial, illustrations
from articles.models import DraftLink, Page
from meetings.models import CalendarFeed
from members.models import Role, User
from tests.factories import (
    AccessRequestFactory,
    ArticleFactory,
    AttachmentFactory,
    AuditEntryFactory,
    CommitmentFactory,
    DeadlineRuleFactory,
    DemandFactory,
    DocumentFactory,
    InvitationFactory,
    MandateFactory,
    MeetingFactory,
    MeetingProposalFactory,
    MembershipFactory,
    MembershipImportFactory,
    OutgoingMailFactory,
    PictureFactory,
    ReactionFactory,
    SpipImportFactory,
    UserFactory,
)

ROLES = [
    "visitor",
    "lapsed",
    "pending",
    "adherent",
    "editor",
    "publisher",
    "moderator",
    "membership_manager",
    "secretary",
    "superuser",
]
OFFICERS = ["editor", "publisher", "moderator", "membership_manager", "secretary", "superuser"]
WRITERS = ["editor", "publisher", "secretary", "superuser"]
READERS = ["adherent", "moderator", *WRITERS]
MANAGERS = ["membership_manager", "secretary", "superuser"]
HEADS = ["secretary", "superuser"]

Policy = dict[str, int]


def everyone(status: int = 200) -> Policy:
    return dict.fromkeys(ROLES, status)


def only(roles: list[str], *, status: int = 200, others: int = 404) -> Policy:
    return everyone(others) | dict.fromkeys(roles, status)


def signed_in(status: int = 200) -> Policy:
    return everyone(status) | {"visitor": 302}


def desk(roles: list[str], status: int = 200) -> Policy:
    """A page of the admin: the sign-in page for who has no mandate, 403 for other officers."""
    return only(roles, status=status, others=302) | {
        officer: 403 for officer in OFFICERS if officer not in roles
    }


class World:
    """One object of each kind, made before the requests."""

    def __init__(self) -> None:
        self.public = ArticleFactory(published=True)
        self.teaser = ArticleFactory(published=True, teaser=True)
        self.reserved = ArticleFactory(published=True, members_only=True)
        self.draft = ArticleFactory()
        self.picture = PictureFactory(article=None)
        self.reserved_picture = PictureFactory(article=None)
        self.picture_of_draft = PictureFactory(article=None)
        for article, picture in (
            (self.public, self.picture),
            (self.reserved, self.reserved_picture),
            (self.draft, self.picture_of_draft),
        ):
            article.body += illustrations.figure(picture)
            article.save()
        revision = editorial.begin(self.draft)
        link = DraftLink.objects.create(revision=revision, reader="Une relectrice")
        self.draft_token = link.secret_address().split("/")[-2]
        self.meeting = MeetingFactory(held=True)
        self.reserved_meeting = MeetingFactory(members_only=True)
        self.document = DocumentFactory(meeting=self.meeting)
        self.reserved_document = DocumentFactory(meeting=self.meeting, members_only=True)
        self.document_of_reserved_meeting = DocumentFactory(meeting=self.reserved_meeting)
        self.demand = DemandFactory()
        self.commitment = CommitmentFactory()
        self.reserved_demand = DemandFactory(members_only=True)
        self.attachment = AttachmentFactory(article=self.public)
        self.reserved_attachment = AttachmentFactory(article=self.public, members_only=True)
        self.attachment_of_draft = AttachmentFactory(article=self.draft)
        self.page = Page.objects.get(slug="adherer")
        self.category = self.public.category
        self.reaction = ReactionFactory(article=self.public)
        self.deadline_rule = DeadlineRuleFactory()
        self.account = UserFactory()
        self.membership = MembershipFactory(user=self.account)
        self.mandate = MandateFactory(role=Role.EDITOR)
        self.invitation = InvitationFactory()
        self.access_request = AccessRequestFactory()
        self.failed_mail = OutgoingMailFactory(recipient=self.account, failed=True)
        self.calendar_token = CalendarFeed.issue(self.account)
        self.passkey = Authenticator.objects.create(
            user=self.account, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé d’accès"}
        )
        self.membership_import = MembershipImportFactory(of=self.membership)
        self.audit_entry = AuditEntryFactory()
        self.spip_import = SpipImportFactory()
        self.proposal = MeetingProposalFactory(article=self.public)


def app_list(roles: list[str]) -> Policy:
    """The admin's page of one app, which is not there for an officer without rights in it."""
    return {role: 404 if status == 403 else status for role, status in desk(roles).items()}


@dataclass
class Route:
    name: str
    policy: Policy
    args: Callable[[World], list[Any]] = lambda world: []
    about: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.about}".strip()


def article(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).slug]


def attached(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).article.slug, getattr(world, name).pk]


def illustrated(picture: str, *width: int) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, picture).key, *width]


def given_to_read(picture: str, *width: int) -> Callable[[World], list[Any]]:
    return lambda world: [world.draft_token, getattr(world, picture).key, *width]


def document(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).meeting.slug, getattr(world, name).pk]


def pk(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).pk]


def reaction(world: World) -> list[Any]:
    return [world.public.slug, world.reaction.pk]


def make_user(role: str) -> User | None:
    """Return a person of that role, who has nothing but it; None for a visitor."""
    if role == "visitor":
        return None
    if role in {"lapsed", "pending", "adherent", "superuser"}:
        return UserFactory(**{role: True})
    return UserFactory(role=role)
