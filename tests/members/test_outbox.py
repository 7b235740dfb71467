"""The outbox: one row per person and event, what is forgotten of a person, what is purged."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from members.mail import outbox
from members.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_who_was_told_is_not_told_again():
    first, second = UserFactory(), UserFactory()
    outbox.queue_to([first.pk], "news", "article/1")
    outbox.queue_to([first.pk, second.pk], "news", "article/1")
    outbox.queue_to_address("ici@exemple.test", "news", "article/1")
    outbox.queue_to_address("ici@exemple.test", "news", "article/1")
    assert sorted(mail.to for mail in OutgoingMail.objects.all()) == sorted(
        [first.email, second.email, "ici@exemple.test"]
    )


def test_no_more_than_a_batch_is_held_in_memory(monkeypatch):
    monkeypatch.setattr(outbox, "BATCH", 2)
    stored = []

    def people():
        for person in [UserFactory() for _ in range(5)]:
            stored.append(OutgoingMail.objects.count())
            yield person.pk

    outbox.queue_to(people(), "news", "article/1")
    assert stored == [0, 0, 2, 2, 4]
    assert OutgoingMail.objects.count() == 5


def test_a_person_is_forgotten_under_all_their_addresses():
    person, other = UserFactory(), UserFactory()
    EmailAddress.objects.create(user=person, email="Ailleurs@exemple.test", verified=True)
    outbox.queue_to([person.pk, other.pk], "news", "article/1")
    outbox.queue_sealed(person.email.upper(), "account", "Un code", "123456")
    outbox.queue_sealed("ailleurs@exemple.test", "account", "Un code", "123456")
    outbox.queue_sealed("inconnue@exemple.test", "account", "Un code", "123456")
    assert outbox.forget(person) == 3
    left = OutgoingMail.objects.all()
    assert {mail.to for mail in left} == {other.email, "inconnue@exemple.test"}


def test_what_is_settled_is_purged_after_its_time_and_what_waits_never():
    now = timezone.now()
    long_ago, moment = now - timedelta(days=90), now - timedelta(days=60)
    people = [UserFactory() for _ in range(5)]
    outbox.queue_to([person.pk for person in people], "news", "article/1")
    OutgoingMail.objects.update(created_at=long_ago)
    waiting, sent_before, sent_since, given_up, just_given_up = OutgoingMail.objects.order_by("pk")
    rows = OutgoingMail.objects
    rows.filter(pk=sent_before.pk).update(next_try_at=None, sent_at=moment - timedelta(hours=1))
    rows.filter(pk=sent_since.pk).update(next_try_at=None, sent_at=moment + timedelta(hours=1))
    rows.filter(pk=given_up.pk).update(next_try_at=None, failure="refusé (550)")
    rows.filter(pk=just_given_up.pk).update(next_try_at=None, failure="x", created_at=now)
    assert rows.settled_before(moment).delete()[0] == 2
    assert set(rows.all()) == {waiting, sent_since, just_given_up}
