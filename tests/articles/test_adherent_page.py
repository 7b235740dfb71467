"""The report as an adherent reads it, with all that was said of it: a page of few queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Mention, QuickReaction, Wording
from tests.factories import (
    ArticleFactory,
    AttachmentFactory,
    MeetingFactory,
    ReactionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MOST = 8


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def discuss(article, count):
    """Reactions of all kinds: corrected, with a name, answered."""
    reactions = ReactionFactory.create_batch(
        count, article=article, created_at=timezone.now() - timedelta(hours=1)
    )
    first, *_, last = reactions
    first.body, first.edited_at = "D’accord avec @Camille", timezone.now()
    first.save()
    Wording.objects.create(reaction=first, body="Ce que je disais avant")
    Mention.objects.create(reaction=first, name="Camille", user=last.author)
    ReactionFactory(article=article, parent=first)


def test_a_report_much_discussed_takes_few_queries(client, adherent):
    article = ArticleFactory(published=True, meeting=MeetingFactory(held=True))
    AttachmentFactory(article=article)
    QuickReaction.objects.create(article=article, author=adherent, word="agree")
    counts = []
    for reactions in (2, 48):
        discuss(article, reactions)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(article.get_absolute_url()).content.decode()
        counts.append(len(captured))
    assert page.count('id="reaction-') == 52
    assert page.count("Ce que je disais avant") == 2
    assert '<b class="mention">@Camille</b>' in page
    assert counts == [counts[0]] * 2
    assert counts[0] <= MOST


def test_former_words_stand_in_their_order_beside_their_own_reaction(client, adherent):
    article = ArticleFactory(published=True)
    one, other = ReactionFactory.create_batch(2, article=article, edited_at=timezone.now())
    Wording.objects.create(reaction=one, body="Deuxième version")
    Wording.objects.create(reaction=other, body="Autre version")
    Wording.objects.create(
        reaction=one, body="Première version", replaced_at=timezone.now() - timedelta(minutes=5)
    )
    page = client.get(article.get_absolute_url()).content.decode()
    places = [page.find(f"{each} version") for each in ("Première", "Deuxième", "Autre")]
    assert places == sorted(places)
    assert min(places) > page.find(f'id="reaction-{one.pk}"') > 0


def test_the_words_that_one_corrects_are_not_offered_to_the_next(client, adherent):
    reaction = ReactionFactory(article__published=True, author=adherent, body="CANARI")
    article = reaction.article
    page = client.get(f"{article.get_absolute_url()}reactions/{reaction.pk}/modifier/")
    assert "CANARI</textarea>" in page.content.decode()
    client.force_login(UserFactory(adherent=True))
    assert "CANARI</textarea>" not in client.get(article.get_absolute_url()).content.decode()


def test_each_is_offered_what_they_may_do_with_the_same_reaction(client, adherent):
    own = ReactionFactory(article__published=True, author=adherent)
    QuickReaction.objects.create(
        article=own.article, reaction=own, author=UserFactory(adherent=True), word="agree"
    )
    address = own.article.get_absolute_url()
    offered = {"Modifier</a>", "Supprimer</a>", "Signaler", 'aria-pressed="true"', 'name="word"'}

    def seen(user):
        client.force_login(user)
        page = client.get(address).content.decode()
        piece = page[page.index(f'id="reaction-{own.pk}"') :].split("</article>")[0]
        return {each for each in offered if each in piece}

    assert seen(adherent) == {"Modifier</a>", "Supprimer</a>"}
    assert seen(UserFactory(adherent=True)) == {"Signaler", 'name="word"'}
    assert seen(QuickReaction.objects.get().author) == {
        *("Signaler", 'name="word"', 'aria-pressed="true"')
    }
    assert seen(adherent) == {"Modifier</a>", "Supprimer</a>"}
