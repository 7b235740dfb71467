"""What officers are told of a text that some could not read, and what they may do about it."""

import pytest

from articles import editorial
from articles.accessibility import fingerprint, remarks
from articles.models import Article
from cgtdouanes.richtext import sanitise
from tests.articles.test_desk import typed
from tests.factories import ArticleFactory, UserFactory

PICTURE = "/images/0f8fad5b-d9cb-469f-a165-70867728950e/"
ADD = "/admin/articles/article/add/"


def said(html):
    return [(remark.what, remark.where) for remark in remarks(sanitise(html))]


GOOD = [
    "<h2>Un</h2><h3>Deux</h3><h4>Trois</h4><h2>Quatre</h2><p>Cinq</p>",
    '<p>Voir <a href="/x/">le compte rendu du 27 janvier</a>, ici.</p>',
    f'<figure><img src="{PICTURE}" alt="Un quai"></figure>',
    f'<figure><img src="{PICTURE}" alt=""></figure>',
    "<table><caption>Effectifs</caption><tr><th>A</th></tr><tr><td>1</td></tr></table>",
    "<p><strong>Nous demandons dix emplois, et nous les aurons.</strong></p>",
    "<ul><li><p><strong>Un</strong></p></li></ul>",
    "<p><strong>Attention</strong> à ceci</p>",
    "",
]


@pytest.mark.parametrize("html", GOOD)
def test_nothing_is_said_of_what_is_good(html):
    assert said(html) == []


START = "au début du texte"
BAD = [
    ("<h3>Un</h3>", "est de niveau 2, sans intertitre de niveau 1", "à l’intertitre « Un »"),
    ("<h2>A</h2><h4>Un</h4>", "« Un » est de niveau 3, sans intertitre de niveau 2", "« Un »"),
    ('<div class="encadre"><h3>Un</h3></div>', "est de niveau 2", "« Un »"),
    ("<h2>…</h2>", "Un intertitre est vide.", START),
    ("<p><strong>Les effectifs</strong></p>", "ressemble à un intertitre", START),
    ('<h2>A</h2><p><a href="/x">ici</a></p>', "« ici » ne dit pas", "sous l’intertitre « A »"),
    ('<p><a href="/x">Cliquez&nbsp;<b>ici</b> !</a></p>', "« Cliquez ici ! » ne dit pas", START),
    ('<p><a href="/x">LÀ</a></p>', "« LÀ » ne dit pas", START),
    ('<p><a href="/x">En savoir plus…</a></p>', "« En savoir plus… »", START),
    ('<p><a href="/x">→</a></p>', "Un lien n’a pas de mots.", START),
    ('<p><a href="/x">https://example.org/a?b=1</a></p>', "est une adresse", START),
    ('<p><a href="/x">www.example.org</a></p>', "est une adresse", START),
    ('<p>a<span class="footnote"><a href="/x">ici</a></span></p>', "« ici » ne dit pas", START),
    ('<table><caption>a <a href="/x">ici</a></caption><tr><th>b</table>', "« ici »", START),
    (f'<img src="{PICTURE}">', "Une image n’a pas de texte de remplacement.", START),
    (f'<img src="{PICTURE}" alt="IMG_0042.JPG">', "est un nom de fichier", START),
    (f'<img src="{PICTURE}" alt="DSC0042">', "est un nom de fichier", START),
    (
        "<table><caption>Effectifs</caption><tr><td>1</td></tr></table>",
        "Le tableau « Effectifs » n’a pas de cellules d’en-tête",
        START,
    ),
    (
        "<table><caption>Effectifs</caption><tr><th></th><th>a</th></tr><tr><td>1</table>",
        "Le tableau « Effectifs » a une cellule d’en-tête vide.",
        START,
    ),
    ("<table><tr><th>A</th></tr><tr><td>1</table>", "Un tableau n’a pas de légende.", START),
]


@pytest.mark.parametrize(("html", "what", "where"), BAD)
def test_what_stops_a_reader_is_said_with_its_place_and_its_remedy(html, what, where):
    (remark,) = remarks(sanitise(html))
    assert what in remark.what
    assert where in remark.where
    assert remark.advice.endswith(".")


def test_all_is_said_in_reading_order():
    html = (
        '<h2>Un</h2><table><tr><td><a href="/x">ici</a></table><h4>Deux</h4>'
        f'<div class="encadre"><img src="{PICTURE}"></div><p><a href="/x">là</a></p>'
    )
    found = said(html)
    assert [where for _what, where in found] == [
        *["sous l’intertitre « Un »"] * 3,
        "à l’intertitre « Deux »",
        *["sous l’intertitre « Deux »"] * 2,
    ]


def test_words_that_are_long_or_hostile_are_quoted_as_text():
    (remark,) = remarks(sanitise(f"<h2>a</h2><h4>{'<b>&lt;i&gt;</b> ' * 300}</h4>"))
    assert len(remark.what) < 300
    assert "<b>" not in remark.what


def test_the_same_remarks_are_known_again():
    one, other = (remarks(sanitise(f'<p><a href="/x">{word}</a></p>')) for word in ("ici", "là"))
    assert fingerprint(one) == fingerprint(list(one)) != fingerprint(other)
    assert fingerprint([]) == ""


@pytest.fixture
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


WRONG = '<p>Voir <a href="/x/">ici</a></p>'


def seen_in(page):
    return page.partition('name="remarks_seen" value="')[2].partition('"')[0]


@pytest.mark.django_db
def test_a_first_publication_waits_until_the_remarks_were_seen(client, editor):
    data = typed(visibility="public", body=WRONG, _publish="Publier")
    page = client.post(ADD, data, follow=True).content.decode()
    assert "C’est enregistré, pas encore publié" in page
    assert "Le lien «\u202fici\u202f» ne dit pas où il mène." in page
    article = Article.objects.get()
    assert not article.is_published
    assert article.body == WRONG
    change = f"/admin/articles/article/{article.pk}/change/"
    again = data | {"remarks_seen": seen_in(page), "category": article.category_id}
    assert "L’article est publié" in client.post(change, again, follow=True).content.decode()
    article.refresh_from_db()
    assert article.is_published


@pytest.mark.django_db
def test_other_remarks_than_those_seen_are_shown_first(client, editor):
    article = ArticleFactory(body=WRONG)
    editorial.begin(article)
    change = f"/admin/articles/article/{article.pk}/change/"
    seen = seen_in(client.get(change).content.decode())
    body = WRONG + '<p><a href="/y/">là</a></p>'
    data = typed(visibility="public", body=body, _publish="Publier", remarks_seen=seen)
    page = client.post(change, data | {"category": article.category_id}, follow=True)
    assert "«\u202flà\u202f» ne dit pas" in page.content.decode()
    article.refresh_from_db()
    assert not article.is_published


@pytest.mark.django_db
def test_of_a_change_to_what_is_published_the_reason_is_kept(client, editor):
    article = ArticleFactory(published=True, body="<p>a</p>", visibility="public")
    change = f"/admin/articles/article/{article.pk}/change/"
    data = typed(visibility="public", body=WRONG, _publish="x", reason="Le nombre « 12 » & co")
    page = client.post(change, data | {"category": article.category_id}, follow=True)
    assert "Le nombre « 12 » &amp; co" in page.content.decode()
    article.refresh_from_db()
    assert article.body == "<p>a</p>"


@pytest.mark.django_db
def test_what_is_good_is_published_at_once(client, editor):
    client.post(ADD, typed(visibility="public", body="<p>a</p>", _publish="Publier"))
    assert Article.objects.get().is_published


@pytest.mark.django_db
def test_the_preview_and_the_versions_say_it_to_officers_alone(client, editor):
    remark = "Le lien «\u202fici\u202f» ne dit pas où il mène."
    preview = client.post("/admin/articles/article/apercu/", typed(body=WRONG + "<hr class=cut>"))
    assert remark in preview.content.decode()
    article = ArticleFactory(published=True, body=WRONG)
    editorial.begin(article)
    versions = client.get(f"/admin/articles/article/{article.pk}/history/")
    assert remark in versions.content.decode()
    assert remark not in client.get(article.get_absolute_url()).content.decode()
