"""A form of the desk whose answer was lost, and that is sent again, adds nothing twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from articles.models import Article
from meetings.models import Meeting
from tests.articles.test_desk import typed
from tests.factories import CategoryFactory, UserFactory
from tests.meetings import desk_forms

ARTICLE = "/admin/articles/article/add/"


@pytest.fixture
def officer(client):
    user = UserFactory(role="secretary")
    client.force_login(user)
    return user


def form_of(client, page):
    """What names this very form."""
    return re.search(r'name="_once" value="([^"]+)"', client.get(page).content.decode())[1]


@pytest.mark.django_db
def test_an_article_sent_twice_is_one_and_the_officer_is_led_to_it(client, officer):
    data = typed(slug="", _once=form_of(client, ARTICLE))
    client.post(ARTICLE, data)
    page = client.post(ARTICLE, data, follow=True)
    article = Article.objects.get()
    assert page.redirect_chain[-1][0] == f"/admin/articles/article/{article.pk}/change/"
    assert "Ce formulaire était déjà enregistré" in page.content.decode()


@pytest.mark.django_db
def test_another_form_with_the_same_words_is_another_article(client, officer):
    category = CategoryFactory().pk
    for _ in range(2):
        once = form_of(client, ARTICLE)
        client.post(ARTICLE, typed(slug="", category=category, _once=once))
    assert Article.objects.count() == 2


@pytest.mark.django_db
def test_a_form_with_a_mistake_is_sent_again_once_it_is_mended(client, officer):
    once = form_of(client, ARTICLE)
    page = client.post(ARTICLE, typed(title="", _once=once)).content.decode()
    assert f'value="{once}"' in page
    client.post(ARTICLE, typed(_once=once))
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_a_meeting_is_added_once_too(client, officer):
    data = desk_forms.sent(_once=form_of(client, desk_forms.ADD))
    for _ in range(2):
        client.post(desk_forms.ADD, data)
    assert Meeting.objects.count() == 1


@pytest.mark.django_db
def test_the_form_of_another_officer_leads_to_nothing(client, officer):
    data = typed(_once=form_of(client, ARTICLE))
    client.post(ARTICLE, data)
    client.force_login(UserFactory(role="secretary"))
    client.post(ARTICLE, data | {"slug": "autre"})
    assert Article.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_that_come_together_are_one():
    # The groups of the roles may be gone with what an earlier test of this kind left.
    officer = UserFactory(superuser=True)
    clients = [Client() for _ in range(3)]
    for client in clients:
        client.force_login(officer)
    data = typed(slug="", _once=form_of(clients[0], ARTICLE))
    together = Barrier(3)

    def post(client):
        together.wait()
        try:
            return client.post(ARTICLE, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(post, clients)) == {302}
    assert Article.objects.count() == 1
