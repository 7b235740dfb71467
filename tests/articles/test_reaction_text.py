"""What a reaction's words become: text, paragraphs, links to the web, and nothing else."""

import re

import pytest
from django.urls import reverse

from articles import reacting
from articles.models import Reaction, ReactionStatus
from articles.reaction_text import count_links, shown
from tests.factories import ArticleFactory, ReactionFactory, UserFactory

OURS = re.compile(r'<a href="[^"<>]*" rel="nofollow ugc noopener">|</a>|</?p>|<br>')
LINK = '<a href="{0}" rel="nofollow ugc noopener">{0}</a>'


def test_an_address_in_a_sentence_becomes_a_link():
    html = shown("Voir (https://example.org/a?b=1) et http://example.org/c.")
    assert LINK.format("https://example.org/a?b=1") in html
    assert LINK.format("http://example.org/c") + "." in html


@pytest.mark.parametrize(
    "words",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/x",
        "//example.org/x",
        "www.example.org",
        "example.org",
        "quelquun@example.org",
        "mailto:quelquun@example.org",
        "/espace/depart/",
    ],
)
def test_nothing_else_becomes_a_link(words):
    assert "<a" not in shown(words)
    assert count_links(words) == 0


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        'https://example.org/"onmouseover="alert(1)',
        "https://example.org/'><img src=x onerror=alert(1)>",
        "<a href=https://example.org>clic</a>",
        "https://example.org/<b>gras</b>",
        "&lt;script&gt; & <svg onload=alert(1)>",
    ],
)
def test_no_markup_passes(words):
    import re

    html = re.sub(
        r'<a href="[^"<>]*" rel="nofollow ugc noopener">|</a>|</?p>|<br>', "", shown(words)
    )
    assert "<" not in html
    assert '"' not in html


def test_a_name_that_is_called_stands_out_and_leads_nowhere():
    html = shown("Merci @Léo <b> ! Et à @Léon, leo@Léo, https://a.fr/@Léo", {"Léo"})
    assert html.count('<b class="mention">@Léo</b>') == 1
    assert "&lt;b&gt;" in html
    for name in ("<b>", "a|b", ".*", '"onclick="x'):
        assert "<b>" not in shown(f"@{name} bonjour", {name})


def test_nothing_is_shown_of_nothing():
    assert shown("") == ""


def test_lines_and_paragraphs_stay():
    assert shown("Un\nDeux\n\nTrois") == "<p>Un<br>Deux</p>\n\n<p>Trois</p>"


@pytest.mark.parametrize("piece", ["https://", "(", "a&", ";", "http://a.b/((", "@"])
def test_the_longest_text_of_any_shape_is_shown(piece):
    words = (piece * Reaction.MAX_LENGTH)[: Reaction.MAX_LENGTH]
    assert shown(words)


@pytest.mark.django_db
def test_many_links_from_a_new_account_wait_for_a_moderator(settings):
    settings.REACTIONS_READ_FIRST = 2
    settings.REACTIONS_LINKS_WHEN_NEW = 1
    article, author = ArticleFactory(published=True), UserFactory(adherent=True)
    two = "https://example.org/a https://example.org/b"
    assert reacting.post_reaction(article, author, "https://example.org/a").status == "published"
    held = reacting.post_reaction(article, author, two)
    assert held.status == ReactionStatus.PENDING
    ReactionFactory(author=author)
    known = reacting.post_reaction(article, author, f"{two} encore")
    assert known.status == ReactionStatus.PUBLISHED


@pytest.mark.django_db
def test_a_new_account_adds_no_links_afterwards(client):
    article, author = ArticleFactory(published=True), UserFactory(adherent=True)
    client.force_login(author)
    reaction = reacting.post_reaction(article, author, "Bonjour")
    url = reverse("articles:reaction_edit", args=[article.slug, reaction.pk])
    client.post(url, {"body": "https://example.org/a https://example.org/b"})
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PENDING
