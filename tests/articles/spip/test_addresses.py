"""What an import keeps of the old addresses, and where it says that the texts lead."""

import pytest

from articles.models import (
    Article,
    Category,
)

pytestmark = pytest.mark.django_db


def test_addresses_of_the_old_site_in_a_text_lead_where_they_are_now(old_site, take_over):
    old_site.url("vie-syndicale", "rubrique", 1)
    within = old_site.rubrique(titre="GT", id_parent=1)
    old_site.url("gt", "rubrique", within, id_parent=1)
    target = old_site.article(titre="Effectifs", id_rubrique=within)
    old_site.url("article/effectifs", "article", target, id_parent=within)
    old_site.url("Effectifs-2024", "article", target)
    old_site.document("pdf/Été.pdf", titre="Le bilan")
    addresses = {
        "IMG/pdf/Été.pdf": "/articles/liens/pieces-jointes/",
        "/IMG/pdf/%C3%89t%C3%A9.pdf?1234": "/articles/liens/pieces-jointes/",
        "https://ancien.example.org/IMG/pdf/Été.pdf": "/articles/liens/pieces-jointes/",
        "https://ancien.example.org": '/"',
        "spip.php?page=recherche&recherche=paie": '/recherche/?q=paie"',
        "https://ancien.example.org/vie-syndicale/gt/article/effectifs.htm": "/articles/effectifs/",
        "https://ancien.example.org/vie-syndicale/gt/?debut=10": '/rubriques/gt/"',
        "effectifs-2024": '/articles/effectifs/"',
    }
    dead = (
        "vie-syndicale/rien/article/effectifs",
        "IMG/pdf/rien.pdf",
        "",
        "spip.php?page=imprimer",
    )
    text = "".join(f"\n\n[mots->{address}]" for address in (*addresses, *dead))
    old_site.article(titre="Liens", texte=text)
    told = take_over()
    found = Article.objects.get(title="Liens").body.split("</p>")
    for paragraph, (address, start) in zip(found, addresses.items(), strict=False):
        assert f'<a href="{start}' in paragraph, address
    assert [each for each in found[len(addresses) :] if "<a " in each] == []
    assert told.count("lien mort") == len(dead)


def test_every_old_address_leads_to_its_page(client, old_site, take_over):
    first = old_site.article(titre="Plan probité")
    shown = old_site.article(titre="Renvoi", virtuel=f"art{first}")
    again = old_site.article(titre="Renvoi au renvoi", virtuel=f"art{shown}")
    by_address = old_site.article(
        titre="Renvoi à une adresse", virtuel=f"https://ancien.example.org/spip.php?article{first}"
    )
    by_title = old_site.article(titre="Renvoi à un titre", virtuel="Plan-probite#suite")
    menu = old_site.article(titre="Au menu", virtuel="rub1")
    word = old_site.word("Effectifs", first)
    for url, kind, number in (
        ("Plan-probite", "article", first),
        ("Ancien-titre", "article", first),
        ("Renvoi", "article", shown),
        ("-Vie-syndicale-", "rubrique", 1),
        ("+-Effectifs-+", "mot", word),
        ("_Camille_", "auteur", 1),
    ):
        old_site.url(url, kind, number)
    take_over()
    article, category = Article.objects.get(), Category.objects.get()
    leads = {
        "/Plan-probite": article,
        "/Ancien-titre": article,
        f"/spip.php?article{first}": article,
        f"/spip.php?article{shown}": article,
        f"/spip.php?article{again}": article,
        f"/spip.php?article{by_address}": article,
        f"/spip.php?article{by_title}": article,
        "/Renvoi": article,
        f"/spip.php?article{menu}": category,
        "/-Vie-syndicale-": category,
        "/Vie-syndicale": category,
        "/spip.php?rubrique1": category,
    }
    for path, page in leads.items():
        answer = client.get(path)
        assert answer.status_code == 301, path
        assert answer.headers["Location"] == page.get_absolute_url(), path
    assert client.get("/+-Effectifs-+").headers["Location"] == "/recherche/?q=Effectifs"
    assert client.get("/_Camille_").status_code == 404


def test_addresses_in_a_tree_and_in_a_folder_are_whole(client, old_site, take_over):
    old_site.meta(adresse_site="https://exemple.org/section", type_urls="arbo")
    within = old_site.rubrique(titre="GT", id_parent=1)
    number = old_site.article(titre="Effectifs", id_rubrique=within)
    old_site.url("Vie-syndicale", "rubrique", 1)
    old_site.url("GT", "rubrique", within, id_parent=1)
    old_site.url("Effectifs", "article", number, id_parent=within)
    take_over()
    answer = client.get("/section/Vie-syndicale/GT/Effectifs.html")
    assert answer.headers["Location"] == Article.objects.get().get_absolute_url()
    assert client.get("/section/spip.php?article1").status_code == 301


@pytest.mark.parametrize("target", ["https://exemple.org/petition", "art99", "art1"])
def test_a_redirection_that_leads_nowhere_here_is_an_article_that_says_so(
    client, old_site, take_over, target
):
    number = old_site.article(titre="Ailleurs", virtuel=target)
    told = take_over()
    answer = client.get(f"/spip.php?article{number}")
    assert answer.headers["Location"] == Article.objects.get().get_absolute_url()
    assert "redirigeait vers" in told
    assert ("https://exemple.org" in Article.objects.get().body) is target.startswith("https")
