"""The impression and the PDF: the same lines in the same order, within the reader's rights."""

import io
import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from pypdf import PdfReader

from articles import pdf
from articles.illustrations import figure
from tests.factories import ArticleFactory, PictureFactory, UserFactory

pytestmark = pytest.mark.django_db

NOTICE = "L'espace de réaction aux articles est réservé aux adhérents de la CGT Douanes."
BODY = (
    "<p>La réunion du 27 janvier visait à présenter un plan.</p>"
    "<ul><li><p>les ateliers</p></li><li><p>la formation</p></li></ul>"
    "<h2>Les ateliers</h2><p>Nous avons demandé mieux.</p>"
    '<hr class="cut"><p>CANARI</p>'
)


@pytest.fixture
def report():
    return ArticleFactory(
        published=True,
        teaser=True,
        kicker="Réunion technique",
        title="Plan probité",
        lead="Un plan sans moyens.",
        published_at="2025-01-29T10:00:00+01:00",
        body=BODY,
    )


def lines(html):
    """The page's text, a line for each block, with ordinary spaces."""
    body = html.partition("<body>")[2]
    blocks = re.sub(r"</(p|li|h1|h2|ul|div|header|main|footer)>|<br>", "\n", body)
    text = strip_tags(blocks).replace("&#x27;", "'").replace("\u202f", " ").replace("\xa0", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_the_impression_has_the_lines_of_a_printed_report_in_order(client, report):
    page = client.get(reverse("articles:print", args=[report.slug])).content.decode()
    assert 'alt="CGT Douanes"' in page
    assert lines(page) == [
        "Posté le 29 janvier 2025.",
        "Réunion technique : Plan probité",
        "Un plan sans moyens.",
        "La réunion du 27 janvier visait à présenter un plan.",
        "les ateliers",
        "la formation",
        "Les ateliers",
        "Nous avons demandé mieux. (Lire la suite…)",
        "Version en ligne",
        f"http://127.0.0.1:8000/articles/{report.slug}/",
        "Réagir",
        NOTICE,
    ]


def test_an_adherent_prints_the_whole(client, report):
    client.force_login(UserFactory(adherent=True))
    page = client.get(reverse("articles:print", args=[report.slug])).content.decode()
    assert "CANARI" in page
    assert "(Lire la suite…)" not in page
    assert NOTICE not in page


def read_pdf(client, report):
    answer = client.get(reverse("articles:pdf", args=[report.slug]))
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.getvalue()))


def test_the_pdf_is_tagged_and_stops_where_the_rights_end(client, report):
    document = read_pdf(client, report)
    assert document.root_object["/MarkInfo"]["/Marked"]
    assert document.root_object["/Lang"] == "fr"
    assert "pdfuaid:part" in document.root_object["/Metadata"].get_data().decode()
    text = " ".join(page.extract_text() for page in document.pages)
    assert "Nous avons demandé mieux." in text.replace("\n", " ")
    assert "CANARI" not in text
    assert "1/1" in text.replace(" ", "").replace("\u202f", "")


def structure(document):
    """The elements of its structure tree, each with its kind."""
    waiting = [document.root_object["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, dict):
            yield element.get("/S"), element
            kids = element.get("/K", []) if "/S" in element or "/ParentTree" in element else []
            kids = kids.get_object() if hasattr(kids, "get_object") else kids
            waiting += kids if isinstance(kids, list) else [kids]


def test_all_that_the_pdf_shows_is_told_to_a_screen_reader(client):
    """ISO 14289-1: 7.1 (title), 7.2 (language), 7.3 (figures), 7.5 (tables), 7.18.5 (links)."""
    body = (
        '<p>Lire <a href="/revendications/"><strong>toutes</strong> les revendications</a>.</p>'
        "<table><thead><tr><th>Demande</th><th>Réponse</th></tr></thead>"
        "<tbody><tr><th>Effectifs</th><td>Non</td></tr></tbody></table>"
    )
    report = ArticleFactory(published=True, title="Effectifs", body=body)
    document = read_pdf(client, report)
    assert document.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata.title.startswith("Effectifs")
    elements = list(structure(document))
    told = [figure["/Alt"] for kind, figure in elements if kind == "/Figure"]
    address = f"http://127.0.0.1:8000/articles/{report.slug}/"
    assert sorted(told) == ["CGT Douanes", f"Code QR de la version en ligne : {address}"]
    cells = [cell for kind, cell in elements if kind == "/TD"]
    assert [len(cell["/A"]["/Headers"]) for cell in cells] == [2]
    tagged = sum(
        1
        for kind, link in elements
        if kind == "/Link"
        for kid in link["/K"]
        if isinstance(kid.get_object(), dict) and kid.get_object().get("/Type") == "/OBJR"
    )
    annotations = [each for page in document.pages for each in page["/Annots"]]
    assert len(annotations) == tagged == 2


@pytest.mark.parametrize("count", range(25, 33, 2))
@pytest.mark.parametrize(("opening", "item"), [("", "<p>{}</p>"), ("<ul>", "<li><p>{}</p></li>")])
def test_no_line_of_the_report_stands_alone_beside_what_ends_it(client, opening, item, count):
    lines = (item.format(f"Ligne {number}.") for number in range(count))
    body = f"{opening}{''.join(lines)}{opening.replace('<', '</')}"
    last = read_pdf(client, ArticleFactory(published=True, body=body)).pages[-1].extract_text()
    assert "Version en ligne" in last
    assert last.count("Ligne ") != 1


LINE = "Des mots qui remplissent la ligne, puis la suivante, et encore la suivante, jusqu’au bout. "
LONG = LINE * 3


def on_each_page(client, body, sign):
    """How often this sign is on each page of the PDF of this body."""
    pages = read_pdf(client, ArticleFactory(published=True, body=body)).pages
    return [page.extract_text().count(sign) for page in pages]


def test_a_last_paragraph_of_several_lines_takes_no_other_along(client):
    body = "".join(f"<p>Repère {number}. {LONG}</p>" for number in range(12))
    assert on_each_page(client, body, "Repère") == [11, 1]


def test_a_long_box_goes_on_on_the_next_page_and_a_small_one_does_not(client):
    before, after = f"<p>{LONG}</p>" * 9, f"<p>{LONG}</p>"
    long, small = (
        f'<div class="encadre"><h3>Demandes</h3><ul>{"<li>Repère</li>" * items}</ul></div>'
        for items in (24, 5)
    )
    parted = on_each_page(client, before + long + after, "Repère")
    assert min(parted) > 1
    assert sum(parted) == 24
    assert on_each_page(client, before + after + small, "Repère") == [0, 5]


def test_no_row_of_a_table_stands_alone_on_a_page(client):
    rows = "<tr><td>Repère</td><td>Non</td></tr>" * 10
    titles = "<tr><th>Demande</th><th>Réponse</th></tr>"
    table = f"<table><thead>{titles}</thead><tbody>{rows}</tbody></table>"
    counts = on_each_page(client, f"<p>{LONG}</p>" * 7 + table, "Repère")
    assert len(counts) == 2
    assert min(counts) > 1


def test_a_picture_beside_the_text_keeps_its_caption_on_its_page(client):
    size = {"file__width": 300, "file__height": 400}
    picture = PictureFactory(caption="Repère sous la grue", article=None, **size)
    beside = figure(picture).replace('"figure"', '"figure figure--right"')
    body = f"{'<p>Une ligne.</p>' * 15}{beside}{f'<p>{LONG}</p>' * 6}"
    first = read_pdf(client, ArticleFactory(published=True, body=body)).pages[0]
    drawn = re.findall(rb"/\S+ Do", first.get_contents().get_data())
    assert (len(drawn), first.extract_text().count("Repère")) == (1, 1)


def test_no_page_of_the_pdf_ends_with_a_heading(client):
    words = "Des mots qui remplissent la ligne, puis la suivante, et encore la suivante. "
    body = "".join(f"<h2>Titre {n}</h2><p>{words * (n % 7 + 1)}</p>" for n in range(60))
    pages = read_pdf(client, ArticleFactory(published=True, body=body)).pages
    assert len(pages) > 4
    for page in pages:
        *_before, last = (
            line.strip()
            for line in page.extract_text().splitlines()
            if line.strip() and "CGT Douanes" not in line and not re.fullmatch(r"\d+/\d+ *", line)
        )
        assert not last.startswith("Titre")


def test_a_narrow_column_of_the_pdf_keeps_its_words_whole(client):
    rows = "".join(
        f"<tr><th>{word}</th><td>{'Une demande faite en séance. ' * 3}</td>"
        f"<td>{'Une réponse de l’administration. ' * 3}</td></tr>"
        for word in ("Horaires", "Effectifs", "Probité")
    )
    report = ArticleFactory(published=True, body=f"<table><tbody>{rows}</tbody></table>")
    text = read_pdf(client, report).pages[0].extract_text()
    assert all(word in text for word in ("Horaires", "Effectifs", "Probité"))


def test_the_pdf_of_an_adherent_is_whole_and_kept_by_no_cache(client, report):
    client.force_login(UserFactory(adherent=True))
    answer = client.get(reverse("articles:pdf", args=[report.slug]))
    assert "no-store" in answer.headers["Cache-Control"]
    assert "CANARI" in PdfReader(io.BytesIO(answer.getvalue())).pages[0].extract_text()


def test_a_server_without_pango_says_so_and_offers_the_impression(client, report, monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    answer = client.get(reverse("articles:pdf", args=[report.slug]))
    assert answer.status_code == 503
    assert reverse("articles:print", args=[report.slug]) in answer.content.decode()
