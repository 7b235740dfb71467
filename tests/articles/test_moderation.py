"""Moderating: who has the role hides or restores, always with a reason; nobody else can."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from articles import services
from articles.models import Reaction, ReactionStatus
from tests.factories import ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db


def decide(client, reaction, **data):
    url = reverse("admin:articles_reaction_change", args=[reaction.pk])
    return client.post(url, data)


@pytest.mark.parametrize("role", ["moderator", "secretary"])
def test_a_moderator_hides_then_restores_with_a_reason(client, role):
    moderator = UserFactory(role=role)
    reader = UserFactory(adherent=True)
    reaction = ReactionFactory(body="Des mots durs")
    client.force_login(moderator)
    decide(client, reaction, decision="hide", moderation_reason="Attaque personnelle")
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.HIDDEN
    assert reaction.moderation_reason == "Attaque personnelle"
    assert reaction.moderated_by == moderator

    client.force_login(reader)
    page = client.get(reaction.article.get_absolute_url()).content.decode()
    assert "Des mots durs" not in page
    assert "Réaction masquée par la modération." in page

    client.force_login(moderator)
    decide(client, reaction, decision="restore", moderation_reason="Après discussion")
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PUBLISHED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"decision": "hide"}, "Donnez le motif"),
        ({"decision": "hide", "moderation_reason": "  "}, "Donnez le motif"),
        ({"moderation_reason": "Sans décision"}, "Choisissez de masquer"),
    ],
)
def test_a_decision_needs_a_reason(client, data, message):
    client.force_login(UserFactory(role="moderator"))
    reaction = ReactionFactory()
    assert message in decide(client, reaction, **data).content.decode()
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PUBLISHED


def test_the_latest_reactions_come_first(client):
    client.force_login(UserFactory(role="moderator"))
    for words in ("La première", "La dernière"):
        ReactionFactory(body=words)
    page = client.get(reverse("admin:articles_reaction_changelist")).content.decode()
    assert page.index("La dernière") < page.index("La première")


@pytest.mark.parametrize("role", ["editor", "publisher", "membership_manager"])
def test_other_officers_do_not_moderate(client, role):
    client.force_login(UserFactory(role=role))
    reaction = ReactionFactory()
    answer = decide(client, reaction, decision="hide", moderation_reason="x")
    assert answer.status_code == 403
    with pytest.raises(PermissionDenied):
        services.hide_reaction(reaction, UserFactory(role=role), "x")


def test_a_moderator_cannot_rewrite_a_reaction(client):
    client.force_login(UserFactory(role="moderator"))
    reaction = ReactionFactory(body="Les mots d’une collègue")
    decide(client, reaction, decision="hide", moderation_reason="x", body="D’autres mots")
    reaction.refresh_from_db()
    assert reaction.body == "Les mots d’une collègue"


def test_words_edited_during_the_reading_are_not_decided_upon(client):
    client.force_login(UserFactory(role="moderator"))
    reaction = ReactionFactory(body="Ce qui est lu", status=ReactionStatus.PENDING)
    url = reverse("admin:articles_reaction_change", args=[reaction.pk])
    seen = client.get(url).context["adminform"].form["seen"].initial
    Reaction.objects.update(body="Ce qui ne l’est pas")
    page = decide(client, reaction, decision="restore", moderation_reason="Rien à dire", seen=seen)
    assert "modifiée pendant votre lecture" in page.content.decode()
    with pytest.raises(services.Outdated):
        services.restore_reaction(reaction, UserFactory(role="moderator"), "Rien à dire")
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PENDING


def test_only_decisions_that_change_something_are_offered(client):
    client.force_login(UserFactory(role="moderator"))
    reaction = ReactionFactory()
    page = client.get(reverse("admin:articles_reaction_change", args=[reaction.pk]))
    assert "Masquer la réaction" in page.content.decode()
    assert "La montrer" not in page.content.decode()
