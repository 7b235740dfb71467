"""A person of whom something is held everywhere, for the tests of what is given and forgotten."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from articles import editorial, reacting
from articles.models import Appeal, Mention, ReactionStatus, Word, Wording
from meetings.models import CalendarFeed, Demand, DemandFollower
from members.audit import record
from members.mail import outbox
from members.models import (
    Action,
    MailPreferences,
    Mandate,
    Membership,
    Role,
    Subject,
    User,
)
from tests.factories import (
    AccessRequestFactory,
    ArticleFactory,
    DecisionFactory,
    DemandFactory,
    DemandStepFactory,
    FlagFactory,
    InvitationFactory,
    MandateFactory,
    MembershipFactory,
    ReactionFactory,
    UserFactory,
)

# Words that stand nowhere else: what they are found in is about this person.
EMAIL = "zqadresse@exemple.test"
OTHER_EMAIL = "zqautreadresse@exemple.test"
DISPLAY_NAME = "Zqpseudonyme"
LAST_NAME = "Zqnom"
MEMBERSHIP_EMAIL = "zqadhesion@exemple.test"


def somebody_known_everywhere(body: str = "Zqmots de leur main") -> User:
    """Return a former officer, adherent today, with `words_of_theirs` and `words_of_others`."""
    today = timezone.localdate()
    person = UserFactory(email=EMAIL, display_name=DISPLAY_NAME)
    EmailAddress.objects.create(user=person, email=OTHER_EMAIL, verified=False)
    mistaken = UserFactory(email="zqerreur@exemple.test")
    membership = MembershipFactory(
        user=mistaken, first_name="Zqprenom", last_name=LAST_NAME, email=MEMBERSHIP_EMAIL
    )
    membership.user = person
    membership.save()
    mandate = MandateFactory(
        user=person,
        role=Role.MODERATOR,
        starts_on=today - timedelta(days=90),
        ends_on=today - timedelta(days=1),
    )
    person.secrets = [person.password, CalendarFeed.issue(person)]
    person.secrets.append(person.calendar_feed.token_hash)
    outbox.queue_to([person.pk], "news", "article/1")
    outbox.queue_sealed(OTHER_EMAIL, "code", "Votre code", "123456")
    MailPreferences.objects.create(user=person)
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Zqcle"}
    )
    UserSession.objects.create(
        user=person, ip="192.0.2.7", user_agent="Zqnavigateur", session_key="zqsession"
    )
    invitation = InvitationFactory(membership=membership)
    outbox.queue_to_address(invitation.address, "invitation", invitation.event)
    AccessRequestFactory(last_name=LAST_NAME, email=OTHER_EMAIL)
    editorial.begin(ArticleFactory(author=person))
    DemandFollower.objects.create(demand=DemandFactory(), user=person)
    record(person, Action.VIEW, Subject.MEMBERSHIPS, [membership.pk])
    open_session(person)
    officer = UserFactory(email="zqofficier@exemple.test", display_name="Zqofficier")
    other = MembershipFactory(last_name="Zqvoisin")
    log(officer, person, membership, mandate)
    log(person, other)
    _published(person, officer, body)
    _recorded(person)
    person.words_of_theirs = [EMAIL, OTHER_EMAIL, LAST_NAME, DISPLAY_NAME, "Zqcachee", "Zqmotif"]
    person.words_of_theirs += ["Zqavant", "Zqrecours", "Zqsignalement"]
    person.words_of_others = [
        officer.email,
        mistaken.email,
        "Zqofficier",
        "Zqvoisin",
        "Zqreponse",
        *person.secrets,
    ]
    return person


def open_session(user: User) -> str:
    """Return the key of a new session of this person, on another device."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": timezone.now().timestamp()}
    ]
    session["zqapercu"] = user.email
    session.set_expiry(settings.SESSION_COOKIE_AGE)
    session.save()
    return session.session_key


def log(officer: User, *objects: User | Membership | Mandate) -> None:
    """Write in the desk's log that an officer changed these."""
    for obj in objects:
        LogEntry.objects.create(
            user=officer,
            content_type=ContentType.objects.get_for_model(obj),
            object_id=str(obj.pk),
            object_repr=str(obj),
            action_flag=CHANGE,
            change_message='[{"changed": {"fields": ["Nom"]}}]',
        )


def _published(person: User, officer: User, body: str) -> None:
    article = ArticleFactory(published=True, author=person)
    first = ReactionFactory(article=article, author=person, body=body)
    answer = ReactionFactory(article=article, parent=first, author=officer, body="Zqreponse")
    Wording.objects.create(reaction=first, body="Zqavant de leur main")
    Mention.objects.create(reaction=answer, user=person, name=DISPLAY_NAME)
    reacting.say(Word.AGREE, person, article)
    reacting.say(Word.THANKS, person, article, answer)
    ReactionFactory(article=article, author=person, body="", status=ReactionStatus.DELETED)
    ReactionFactory(article=article, author=person, body="Zq", status=ReactionStatus.PENDING)
    hidden = ReactionFactory(
        article=article,
        author=person,
        body="Zqcachee",
        status=ReactionStatus.HIDDEN,
    )
    decision = DecisionFactory(reaction=hidden, by=officer, reason=f"Zqmotif de {LAST_NAME}")
    Appeal.objects.create(decision=decision, words="Zqrecours de leur main")
    FlagFactory(reaction=hidden, by=officer, words=f"{DISPLAY_NAME} exagère")
    FlagFactory(reaction=answer, by=person, words="Zqsignalement de leur main")
    DecisionFactory(
        reaction=ReactionFactory(author=officer),
        by=person,
        reason=f"Prend à partie {LAST_NAME.upper()} ({EMAIL}), qui n’y est pour rien",
    )


def _recorded(person: User) -> None:
    demand = DemandFactory()
    Demand.history.update(history_user=person)
    DemandStepFactory(demand=demand, recorded_by=person)
