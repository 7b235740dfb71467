"""The messages of the old site's forums, as reactions of people who have no account here."""

from datetime import UTC, datetime

import pytest

from articles.models import (
    Article,
    Reaction,
    ReactionsPolicy,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(old_site):
    number = old_site.article(titre="Un article")
    old_site.message(number, titre="Merci", texte="Merci à la délégation.", auteur="Claude")
    old_site.message(number, id_parent=1, titre="> Merci", texte="Réponse.", auteur="Sacha")
    old_site.message(
        number, id_parent=2, titre="> > Merci", texte="Suite.", auteur="x@exemple.test"
    )
    old_site.message(number, texte="Zqattente", statut="prop", date_heure="2024-03-08 12:00:00")
    old_site.message(number, texte="<script>a()</script>")
    for state in ("off", "spam", "prive", "privadm", "privoff"):
        last = old_site.message(number, texte="Zqjamais", statut=state)
    old_site.message(number, id_parent=last, texte="Zqjamais")
    old_site.message(1, objet="rubrique", texte="Zqjamais")
    return number


def test_messages_are_reactions_of_people_without_account(forum, take_over):
    UserFactory(display_name="Claude", email="claude@exemple.test", adherent=True)
    told = take_over()
    first, answer, second, waiting = Reaction.objects.order_by("created_at", "pk")
    assert first.body == "Merci\n\nMerci à la délégation."
    assert (answer.body, second.body) == ("Réponse.", "Suite.")
    assert (answer.parent, second.parent) == (first, first)
    assert waiting.status == "pending"
    assert {r.author for r in (first, answer, second, waiting)} == {None}
    assert [r.former_name for r in (first, answer, second, waiting)] == ["Claude", "Sacha", "", ""]
    assert first.created_at == datetime(2024, 3, 7, 11, tzinfo=UTC)
    for line in (
        "refus de la modération",
        "courrier indésirable",
        "de l’espace privé",
        "sans aucun texte",
    ):
        assert line in told
    assert "192.0.2.1" not in told


def test_messages_of_what_is_not_taken_over_are_told(old_site, take_over):
    shown = old_site.article(titre="Un article")
    redirected = old_site.article(titre="Renvoi", virtuel=f"art{shown}")
    for number in (shown, redirected, 99):
        old_site.message(number, texte="Merci")
    told = take_over()
    assert "2 messages de forum : l’article dont ils parlaient n’est pas repris" in told
    assert "messages de forum : ajout 1, non repris 2" in told
    assert "Rien n’a changé" in take_over()


def test_a_long_thread_and_a_deep_one_are_threads(old_site, take_over):
    number = old_site.article(titre="Un article")
    first = last = old_site.message(number, texte="Le premier")
    for _ in range(30):
        last = old_site.message(number, texte="Plus loin", id_parent=last)
    for _ in range(300):
        old_site.message(number, texte="Une réponse", id_parent=first)
    take_over()
    opening = Reaction.objects.get(parent=None)
    assert opening.body == "Le premier"
    assert Reaction.objects.filter(parent=opening).count() == 330


def test_messages_that_answer_each_other_are_taken_over(old_site, take_over):
    number = old_site.article(titre="Un article")
    old_site.message(number, texte="L’un", id_parent=2)
    old_site.message(number, texte="L’autre", id_parent=1)
    take_over()
    assert Reaction.objects.count() == 2


def test_messages_are_read_by_adherents_alone(client, forum, take_over):
    take_over()
    url = Article.objects.get().get_absolute_url()
    assert "Claude" not in client.get(url).content.decode()
    client.force_login(UserFactory(adherent=True))
    page = client.get(url).content.decode()
    assert "Claude (ancien site)" in page
    assert "Zqattente" not in page
    assert "Zqjamais" not in page


def test_the_links_and_the_dashes_of_a_message_stay(old_site, take_over):
    number = old_site.article(titre="Un article")
    old_site.message(number, texte="Voir [le site->https://exemple.test/page].")
    take_over()
    assert "https://exemple.test/page" in Reaction.objects.get().body


@pytest.mark.parametrize(
    ("site", "article", "policy"),
    [
        ("abo", "", ReactionsPolicy.OPEN),
        ("non", "", ReactionsPolicy.CLOSED),
        ("non", "pos", ReactionsPolicy.OPEN),
        ("pos", "non", ReactionsPolicy.CLOSED),
        ("pos", "pri", ReactionsPolicy.PREMODERATED),
    ],
)
def test_reactions_are_as_open_as_the_forum_was(old_site, take_over, site, article, policy):
    old_site.meta(forums_publics=site)
    old_site.article(titre="Un article", accepter_forum=article)
    take_over()
    assert Article.objects.get().reactions_policy == policy
