"""PDFs are made once for each published version and audience, and go with what they showed."""

import io
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from articles import citations, editorial, pdf, press
from articles.models import Article, Pdf, PdfDue, Status
from articles.models.pdf import PDFS
from cgtdouanes.files.inventory import REMADE, names_in_storage
from meetings.models import DemandVisibility
from tests.factories import ArticleFactory, CategoryFactory, DemandFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TEASER = '<p>Avant la coupure.</p><hr class="cut"><p>CANARI après.</p>'


def url_of(article):
    return reverse("articles:pdf", args=[article.slug])


def reading_as(**who):
    client = Client()
    if who:
        client.force_login(UserFactory(**who))
    return client


def text_of(answer):
    assert answer.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.getvalue())).pages
    text = " ".join(page.extract_text() for page in pages)
    return re.sub(r"\s+", " ", text)


def read(article, **who):
    return text_of(reading_as(**who).get(url_of(article)))


def stored():
    """The PDFs that are kept, whatever the database says of them."""
    return set(names_in_storage(REMADE))


@pytest.fixture(autouse=True)
def _no_file_is_left_by_other_tests():
    for name in names_in_storage(REMADE):
        default_storage.delete(name)


@pytest.fixture
def makings(monkeypatch):
    """The pages that were handed to the maker, which answers at once with a small PDF."""
    made = []

    def quick(html, reader):
        made.append(html)
        return f"%PDF-1.7 {len(made)}".encode()

    monkeypatch.setattr(pdf, "from_html", quick)
    return made


def published(writer, **given):
    article = ArticleFactory(**given)
    return editorial.publish(editorial.keep(article, writer), writer)


@pytest.mark.parametrize(
    ("who", "reads_all"),
    [
        ({}, False),
        ({"lapsed": True}, False),
        ({"pending": True}, False),
        ({"role": "membership_manager"}, False),
        ({"adherent": True}, True),
        ({"role": "moderator"}, True),
        ({"role": "editor"}, True),
    ],
)
def test_each_reads_as_far_as_the_page_goes_whoever_asked_first(who, reads_all):
    article = ArticleFactory(published=True, teaser=True, body=TEASER)
    read(article, adherent=not reads_all)
    text = read(article, **who)
    assert "Avant la coupure." in text
    assert ("CANARI" in text) == reads_all


def test_what_is_reserved_is_not_there_for_a_visitor():
    article = ArticleFactory(published=True, members_only=True)
    answer = reading_as(adherent=True).get(url_of(article))
    assert answer.status_code == 200
    tag = answer.headers["ETag"]
    for headers in ({}, {"If-None-Match": tag}, {"Range": "bytes=0-9", "If-Range": tag}):
        assert reading_as().get(url_of(article), headers=headers).status_code == 404
    assert reading_as().head(url_of(article)).status_code == 404


@pytest.mark.usefixtures("wherever_stored")
def test_the_same_page_is_one_file_for_all(makings):
    article = ArticleFactory(published=True)
    tags = {
        reading_as(**who).get(url_of(article)).headers["ETag"]
        for who in ({}, {"adherent": True}, {"lapsed": True}, {"role": "editor"})
    }
    assert len(tags) == len(makings) == len(stored()) == 1


def test_a_publication_has_them_made_and_nobody_waits(makings):
    writer = UserFactory(role="publisher")
    article = published(writer, teaser=True)
    assert makings == []
    call_command("publish_scheduled")
    assert len(makings) == len(stored()) == 2
    call_command("publish_scheduled")
    for who in ({}, {"adherent": True}):
        assert reading_as(**who).get(url_of(article)).status_code == 200
    assert len(makings) == 2


def test_what_comes_out_at_its_hour_has_them_made_then(makings):
    writer = UserFactory(role="publisher")
    article = ArticleFactory()
    editorial.publish(
        editorial.keep(article, writer), writer, at=timezone.now() + timedelta(hours=1)
    )
    call_command("publish_scheduled")
    assert makings == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
        assert len(makings) == 1
        reading_as().get(url_of(article))
        assert len(makings) == 1


@pytest.mark.usefixtures("wherever_stored")
def test_a_correction_is_another_file_and_the_former_one_goes():
    writer = UserFactory(role="publisher")
    article = published(writer, title="Neuf emplois", visibility="public")
    call_command("publish_scheduled")
    first = reading_as().get(url_of(article)).headers["ETag"]
    before = stored()
    article.title = "Huit emplois"
    revision = editorial.keep(article, writer)
    assert "Neuf emplois" in read(article)
    editorial.publish(revision, writer, reason="le chiffre est corrigé")
    assert not stored() & before
    call_command("publish_scheduled")
    answer = reading_as().get(url_of(article), headers={"If-None-Match": first})
    text = text_of(answer)
    assert "Huit emplois" in text
    assert "le chiffre est corrigé" in text
    assert len(stored()) == 1


@pytest.mark.parametrize("change", ["members", "teaser", "archived", "draft", "deleted"])
def test_what_was_public_is_nowhere_once_it_is_not(change):
    article = ArticleFactory(published=True, body=TEASER.replace('<hr class="cut">', ""))
    visitor = reading_as()
    answer = visitor.get(url_of(article))
    assert "CANARI" in text_of(answer)
    tag, before = answer.headers["ETag"], stored()
    if change == "deleted":
        article.delete()
    elif change in {"archived", "draft"}:
        article.status = Status(change)
        article.save()
    else:
        article.visibility, article.body = change, TEASER
        article.save()
    assert not stored() & before
    answer = visitor.get(url_of(article), headers={"If-None-Match": tag})
    if change == "teaser":
        assert "CANARI" not in text_of(answer)
    else:
        assert answer.status_code == 404


def test_what_a_demand_became_is_shown_by_the_next_request():
    demand = DemandFactory(title="Douze heures")
    article = ArticleFactory(published=True, body=f"<p>Voir {citations.of_demand(demand)}.</p>")
    assert "Douze heures" in read(article)
    demand.visibility = DemandVisibility.MEMBERS
    demand.save()
    assert "Douze heures" not in read(article)
    assert "Douze heures" in read(article, adherent=True)
    demand.title = "Dix heures"
    demand.save()
    assert "Dix heures" in read(article, adherent=True)
    assert "REV-" in read(article)
    # What visitors read did not change; of the rest, nothing is kept that is outdated.
    assert len(stored()) == 2


def test_what_the_paper_does_not_show_makes_no_other(makings):
    category = CategoryFactory()
    article = ArticleFactory(published=True, category=category)
    reading_as().get(url_of(article))
    category.title = "Autre rubrique"
    category.save()
    reading_as().get(url_of(article))
    assert len(makings) == 1


def test_two_hundred_at_once_have_it_made_once(monkeypatch):
    article = ArticleFactory(published=True)
    makings = []

    def slow(html, reader):
        makings.append(html)
        time.sleep(1)
        return b"%PDF-1.7 once"

    monkeypatch.setattr(pdf, "from_html", slow)
    pdf.is_available()

    def ask(number):
        try:
            answer = Client().get(url_of(article))
            return answer.status_code, answer.getvalue() if answer.status_code == 200 else b""
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, number) for number in range(200)]
        answers = {future.result() for future in asked}
    assert len(makings) == 1
    assert (200, b"%PDF-1.7 once") in answers
    # Whoever found too many waiting is told to come back; nobody gets anything else.
    assert answers <= {(200, b"%PDF-1.7 once"), (503, b"")}
    assert ask(0) == (200, b"%PDF-1.7 once")


def test_another_process_that_makes_it_is_waited_for_and_taken_over_when_it_died(
    makings, monkeypatch
):
    article = ArticleFactory(published=True)
    monkeypatch.setattr(press, "WAIT", 0)
    reading_as().get(url_of(article))
    held_until = timezone.now() + press.HELD
    Pdf.objects.update(sha256="", held_until=held_until)
    answer = reading_as().get(url_of(article))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "en préparation" in answer.content.decode()
    with time_machine.travel(held_until + timedelta(seconds=1)):
        assert reading_as().get(url_of(article)).getvalue() == b"%PDF-1.7 2"


def test_what_changes_while_it_is_made_is_not_kept(monkeypatch):
    article = ArticleFactory(published=True)

    def overtaken(html, reader):
        changed = Article.objects.get()
        changed.visibility = "members"
        changed.save()
        return b"%PDF-1.7 outdated"

    monkeypatch.setattr(pdf, "from_html", overtaken)
    assert reading_as().get(url_of(article)).status_code == 503
    assert stored() == set()
    assert not Pdf.objects.exists()
    assert reading_as().get(url_of(article)).status_code == 404


@pytest.fixture
def broken(monkeypatch):
    tried = []

    def fail(html, reader):
        tried.append(html)
        raise pdf.PdfTrouble("a bug")

    monkeypatch.setattr(pdf, "from_html", fail)
    return tried


def test_a_maker_that_fails_keeps_nothing_from_coming_out(broken):
    article = published(UserFactory(role="publisher"))
    call_command("publish_scheduled")
    assert not PdfDue.objects.exists()
    answer = reading_as().get(url_of(article))
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "n’a pas pu être préparé" in page
    assert reverse("articles:print", args=[article.slug]) in page
    assert reading_as().get(article.get_absolute_url()).status_code == 200
    assert stored() == set()
    # Nobody has the machine try it again and again.
    assert len(broken) == 1
    with time_machine.travel(timezone.now() + press.RESTS + timedelta(seconds=1)):
        reading_as().get(url_of(article))
    assert len(broken) == 2


def test_a_full_disk_gives_a_calm_page_and_leaves_nothing(makings, monkeypatch, caplog):
    article = ArticleFactory(published=True)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Pdf().storage, "save", full)
    assert reading_as().get(url_of(article)).status_code == 503
    assert "No space left" in caplog.text
    assert article.title not in caplog.text


def test_a_page_that_takes_too_long_is_given_up(monkeypatch, caplog):
    monkeypatch.setattr(pdf, "PATIENCE", 0.01)
    with pytest.raises(pdf.PdfTrouble), caplog.at_level(logging.ERROR):
        pdf.from_html("<p>Long</p>", AnonymousUser())
    assert "not done after" in caplog.text


def test_a_pdf_that_the_stop_of_the_server_interrupts_is_no_error(monkeypatch, caplog):
    monkeypatch.setattr(pdf, "_WEASYPRINT", ["sh", "-c", "cat >/dev/null; kill -TERM $$"])
    with pytest.raises(pdf.PdfTrouble), caplog.at_level(logging.WARNING):
        pdf.from_html("<p>Un mot</p>", AnonymousUser())
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.usefixtures("wherever_stored")
def test_a_lost_file_is_made_again(makings):
    article = ArticleFactory(published=True)
    reading_as().get(url_of(article))
    for name in names_in_storage(REMADE):
        default_storage.delete(name)
    assert reading_as().get(url_of(article)).getvalue() == b"%PDF-1.7 2"


@pytest.mark.usefixtures("wherever_stored")
def test_no_backup_holds_them(makings):
    reading_as().get(url_of(ArticleFactory(published=True)))
    assert stored()
    assert not [name for name in names_in_storage() if "pdf" in name]


def test_what_is_not_out_is_made_for_the_officer_and_kept_nowhere(makings):
    article = ArticleFactory()
    officer = reading_as(role="editor")
    answer = officer.get(url_of(article))
    assert answer.content == b"%PDF-1.7 1"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert stored() == set()
    assert reading_as().get(url_of(article)).status_code == 404


@pytest.mark.usefixtures("wherever_stored")
def test_the_pdf_is_sent_as_any_file_and_is_shown_by_the_browser(makings):
    article = ArticleFactory(published=True)
    visitor = reading_as()
    answer = visitor.get(url_of(article))
    tag = answer.headers["ETag"]
    assert answer.headers["Content-Disposition"] == f'inline; filename="{article.slug}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = visitor.get(url_of(article), headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"
    part = visitor.get(url_of(article), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.getvalue()) == (206, b"%PDF")
    head = visitor.head(url_of(article))
    assert (head.headers["Content-Length"], head.content) == ("10", b"")
    for who in ({"adherent": True}, {"lapsed": True}):
        assert reading_as(**who).get(url_of(article)).headers["Cache-Control"] == (
            "private, no-store"
        )


def test_a_pdf_that_is_there_costs_two_queries(makings, django_assert_num_queries):
    article = ArticleFactory(published=True)
    for _ in range(2):
        reading_as().get(url_of(article))
    with django_assert_num_queries(2):
        reading_as().get(url_of(article))


@pytest.mark.usefixtures("wherever_stored")
def test_one_command_makes_what_is_missing_and_clears_what_is_lost(makings, capsys):
    ArticleFactory.create_batch(2, published=True)
    ArticleFactory(published=True, teaser=True)
    ArticleFactory()
    lost = default_storage.save(f"{PDFS}perdu", ContentFile(b"%PDF-1.7 lost"))
    call_command("make_pdfs")
    assert "PDF faits : 4." in capsys.readouterr().out
    assert len(stored()) == 4
    assert lost not in stored()
    call_command("make_pdfs")
    assert "PDF faits : 0." in capsys.readouterr().out


def test_the_command_tries_again_what_failed_and_names_it(broken):
    article = ArticleFactory(published=True)
    for _ in range(2):
        with pytest.raises(CommandError, match=article.slug):
            call_command("make_pdfs")
    assert len(broken) == 2


def test_another_maker_makes_them_anew(makings, monkeypatch):
    article = ArticleFactory(published=True)
    call_command("make_pdfs")
    monkeypatch.setattr(pdf, "MAKER", "WeasyPrint 99")
    call_command("make_pdfs")
    assert len(makings) == 2
    assert len(stored()) == 1
    assert article.pdfs.count() == 1


def test_the_maker_reads_nothing_by_itself(tmp_path):
    asked = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="20">'
        '<text x="0" y="15">SECRET</text></svg>'
    )
    with HTTPServer(("127.0.0.1", 0), Trap) as trap:
        serving = threading.Thread(target=trap.serve_forever)
        serving.start()
        there = f"http://127.0.0.1:{trap.server_port}"
        html = (
            f'<link rel="stylesheet" href="{there}/x.css"><p>Dit.</p>'
            f'<img src="{there}/x.png" alt="x"><img src="{secret.as_uri()}" alt="y">'
            f'<img src="/admin/" alt="z"><object data="{secret.as_uri()}"></object>'
            f'<a rel="attachment" href="{secret.as_uri()}">lien</a>'
        )
        content = pdf.from_html(html, AnonymousUser())
        trap.shutdown()
        serving.join()
    document = PdfReader(io.BytesIO(content))
    text = document.pages[0].extract_text()
    assert "Dit." in text
    assert "SECRET" not in text
    assert not document.attachments
    assert asked == []
