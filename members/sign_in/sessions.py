"""The open sessions of a person: where they are signed in, by the name of a browser and a day."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.models import User

# The first that is found: many browsers also say that they are another one.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class OpenSession:
    device: str
    opened_at: datetime
    ip: str
    is_current: bool


def open_sessions(user: User, current_key: str | None) -> list[OpenSession]:
    """The sessions that still sign this person in: the current one, then the newest."""
    listed = {each.session_key: each for each in UserSession.objects.filter(user=user)}
    hashes = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    alive = Session.objects.filter(pk__in=listed, expire_date__gt=timezone.now())
    found = [
        OpenSession(
            device_name(listed[session.pk].user_agent),
            listed[session.pk].created_at,
            listed[session.pk].ip,
            session.pk == current_key,
        )
        for session in alive
        if session.get_decoded().get(HASH_SESSION_KEY) in hashes
    ]
    found.sort(key=lambda session: session.opened_at, reverse=True)
    return sorted(found, key=lambda session: not session.is_current)


def end_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def device_name(user_agent: str) -> str:
    """Name a browser and its system as a person would: « Firefox sur Windows »."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    return f"{browser or 'Navigateur'} sur {system or 'un appareil inconnu'}"


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
