"""A word of its own stands in each reserved field: no mail holds one, at once or once a week."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from articles import emails as of_articles
from articles import moderation
from articles.models import Article, Mention, Reaction, Verdict
from meetings import emails as of_meetings
from meetings.models import Demand, DemandStep, Meeting
from members.mail.news import next_digest
from members.models import Frequency, MailPreferences, OutgoingMail, Role, Topic
from tests.factories import DemandFactory, DemandStepFactory, ReactionFactory, UserFactory
from tests.mailbox import told_by
from tests.test_canaries import CanaryWorld

pytestmark = pytest.mark.django_db


def everything_happens(world, reader):
    """Queue a mail for whatever may be told of: all that is in the world happens again."""
    for article in Article.objects.all():
        Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
        of_articles.tell_of_article(Article.objects.get(pk=article.pk))
    for meeting in Meeting.objects.all():
        Meeting.objects.filter(pk=meeting.pk).update(
            starts_at=timezone.now() + timedelta(days=30), status="planned"
        )
        of_meetings.tell_of_meeting(Meeting.objects.get(pk=meeting.pk), None)
    secret = DemandFactory(members_only=True, title=world.canaries.word("suivie", []))
    DemandStepFactory(demand=secret, answer=world.canaries.word("suivietexte", []))
    DemandStepFactory(demand=world.demand)
    for demand in Demand.objects.all():
        demand.followers.create(user=reader)
    for step in DemandStep.objects.all():
        of_meetings.tell_of_step(step)
    asked = ReactionFactory(author=reader, article=world.public)
    for reaction in Reaction.objects.exclude(pk=asked.pk):
        reaction.parent = asked
        reaction.save()
        of_articles.tell_of_reaction(reaction)
    calling = ReactionFactory(article=world.public, body=world.canaries.word("appelee", []))
    Mention.objects.create(reaction=calling, user=reader, name=reader.public_name)
    of_articles.tell_of_reaction(calling)
    moderator = UserFactory(role=Role.MODERATOR)
    reason = world.canaries.word("decidee", [])
    moderation.decide(ReactionFactory(author=reader), moderator, Verdict.HIDE, reason)


@pytest.mark.parametrize("frequency", [Frequency.IMMEDIATE, Frequency.WEEKLY])
def test_no_mail_holds_a_canary(frequency):
    world = CanaryWorld()
    reader = UserFactory(adherent=True)
    MailPreferences.objects.create(user=reader, **{topic.value: frequency for topic in Topic})
    everything_happens(world, reader)
    queued = OutgoingMail.objects.filter(recipient=reader)
    assert set(queued.values_list("kind", flat=True)) == {
        *("article", "answer", "mention", "decision", "meeting", "step")
    }
    with time_machine.travel(next_digest() + timedelta(minutes=1)):
        call_command("send_mail_queue")
    mine = [message for message in mail.outbox if message.to == [reader.email]]
    # A decision about one's own words waits for no day of the week.
    assert len(mine) == (2 if frequency == Frequency.WEEKLY else 6)
    for message in mail.outbox:
        assert world.canaries.found_in(told_by(message)) == set()
    news = [each for each in mine if each.subject != of_articles.DECISION.subject]
    assert all("Du nouveau vous attend" in message.body for message in news)
    assert any(world.public.title in message.body for message in mine)
