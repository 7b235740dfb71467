"""The second factor of a session: whether it was used here, and a code that serves once.

The rule for officers. A mandate gives its rights (the desk, drafts, what is reserved, moderation)
in a session where a second factor was used: the code of an application, a recovery code, or a
passkey. A passkey alone is enough, at sign-in too: it is asked for a fingerprint, a face or a PIN
each time, so that it is something one has and something one is or knows, and it answers to no
imitation of this site. A code received by mail is no second factor: a password opens a mailbox.
"""

import time

from allauth.account.authentication import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from cgtdouanes.secrecy import sealing
from members.models import User

# What the secrets of second factors are sealed for, and where they are in a factor's data.
PURPOSE = "second factor"
SEALED = {"secret", "seed"}


def suspends_mandates(request: HttpRequest, user: User) -> bool:
    """Tell whether this session still owes the second factor that an officer's rights need."""
    return settings.REQUIRE_SECOND_FACTOR and not was_used(request, user)


def was_used(request: HttpRequest, user: User | AnonymousUser) -> bool:
    """Tell whether this very session used one, of which the person has not got rid since."""
    records = get_authentication_records(request, user)
    return (
        any(record["method"] == "mfa" for record in records)
        and Authenticator.objects.filter(user_id=user.pk).exists()
    )


def note_use(request: HttpRequest, authenticator: Authenticator) -> None:
    """Note a factor that was just set up, and proved by it, as used in this session."""
    post_authentication(request, authenticator, reauthenticated=True)
    renew_session(request)


def renew_session(request: HttpRequest) -> None:
    """Give another key to a session that can now do more; the list of sessions follows."""
    earlier = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=earlier).update(session_key=request.session.session_key)


@transaction.atomic
def reseal(pk: int) -> None:
    """Close a factor's secret with the present key. Raises InvalidToken like `unseal`."""
    row = Authenticator.objects.select_for_update().get(pk=pk)
    for name in SEALED & row.data.keys():
        row.data[name] = sealing.reseal(PURPOSE, row.data[name])
    row.save(update_fields=["data"])


def spend_code(authenticator: Authenticator, code: str) -> bool:
    """Note that an application's code has served; return False when it already had, or is removed.

    allauth forgets it after one period, while the tolerance lets it live for three.
    """
    lifetime = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    now = time.time()
    code = normalize_user_code(code)
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
        if row is None:
            return False
        served = row.data.get("served", {})
        if now - served.get(code, 0) < lifetime:
            return False
        recent = {each: at for each, at in served.items() if now - at < lifetime}
        row.data["served"] = recent | {code: now}
        row.save(update_fields=["data"])
    return True
