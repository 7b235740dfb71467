"""How long what surrounds reactions is kept: no longer than is said."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.models import Flag, ReactionStatus, Verdict, Wording
from tests.factories import DecisionFactory, FlagFactory, ReactionFactory

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def purge():
    call_command("purge_personal_data")


def test_the_words_of_before_a_correction_are_kept_as_long_as_is_said(settings):
    settings.RETENTION_WORDING_DAYS = 90
    reaction = ReactionFactory(body="Aujourd’hui")
    Wording.objects.create(reaction=reaction, body="Il y a longtemps", replaced_at=ago(91))
    kept = Wording.objects.create(reaction=reaction, body="Naguère", replaced_at=ago(89))
    purge()
    assert list(Wording.objects.all()) == [kept]
    reaction.refresh_from_db()
    assert reaction.body == "Aujourd’hui"


def test_a_signal_is_kept_until_it_is_settled_and_as_long_as_is_said_then(settings):
    settings.RETENTION_FLAG_DAYS = 90
    old, recent = (DecisionFactory(verdict=Verdict.KEEP, at=ago(days)) for days in (91, 89))
    FlagFactory(decision=old, at=ago(200))
    kept = {FlagFactory(decision=recent, at=ago(200)), FlagFactory(at=ago(200))}
    FlagFactory(reaction__status=ReactionStatus.DELETED)
    purge()
    assert set(Flag.objects.all()) == kept
