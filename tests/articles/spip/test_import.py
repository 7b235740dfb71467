"""What an import brings here: articles, rubriques, names, documents, messages and addresses."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from articles.models import (
    Article,
    Attachment,
    Category,
    EditorialEvent,
    LegacyUrl,
    PdfDue,
    Picture,
    Reaction,
    ReactionsPolicy,
    Revision,
    SpipImport,
)
from articles.spip import rendering
from articles.spip.files import Folder
from cgtdouanes.search import index
from cgtdouanes.search.models import MemberEntry, VisitorEntry
from members.models import OutgoingMail, User
from tests.factories import CategoryFactory, UserFactory
from tests.files import PDF, picture

pytestmark = pytest.mark.django_db


def the_article(**values):
    return Article.objects.get(**values)


def test_the_fields_of_an_article_find_their_place(old_site, take_over):
    number = old_site.article(
        surtitre="Groupe de travail",
        titre="12. Effectifs : le compte n’y est pas",
        soustitre="Compte rendu et analyse",
        chapo="L’administration compte autrement que nous.",
        descriptif="Ce que dit le bilan.",
        texte="Le texte.",
        ps="Prochaine séance le 6 juin.",
        nom_site="Le bilan complet",
        url_site="https://exemple.test/bilan",
        date="2024-03-14 18:02:11",
        date_redac="2024-03-12 00:00:00",
        date_modif="2024-04-01 09:00:00",
    )
    old_site.author("Camille Durand", number, email="camille@exemple.test")
    old_site.author("Dominique Lefort", number)
    old_site.word("Effectifs", number)
    old_site.word("Carte, du réseau", number)
    take_over()
    article = the_article()
    assert article.kicker == "Groupe de travail"
    assert article.title == "Effectifs : le compte n’y est pas"
    assert article.lead.split("\n\n") == [
        "Compte rendu et analyse.",
        "L’administration compte autrement que nous.",
        "Ce que dit le bilan.",
    ]
    for words in ("Le texte.", "Prochaine séance le 6 juin.", "https://exemple.test/bilan"):
        assert words in article.body
    assert article.keyword_list == ["Effectifs", "Carte  du réseau"]
    assert article.byline == "Camille Durand, Dominique Lefort"
    assert article.author is None
    assert article.published_at == datetime(2024, 3, 14, 17, 2, 11, tzinfo=UTC)
    assert article.created_at == datetime(2024, 3, 11, 23, tzinfo=UTC)
    assert article.updated_at == datetime(2024, 4, 1, 7, tzinfo=UTC)
    assert not User.objects.exists()


def test_names_are_for_the_desk_alone(client, old_site, take_over):
    old_site.author("Zqcamille Zqdurand", old_site.article(titre="Un article"))
    take_over()
    page = client.get(the_article().get_absolute_url()).content.decode()
    assert "Zqcamille" not in page
    client.force_login(UserFactory(role="editor"))
    desk = client.get(f"/admin/articles/article/{the_article().pk}/change/").content.decode()
    assert "Zqcamille Zqdurand" in desk


@pytest.mark.parametrize(
    ("statut", "status", "reason"),
    [
        ("publie", "published", "Publié sur l’ancien site"),
        ("prop", "in_review", "Proposé sur l’ancien site"),
        ("prepa", "draft", None),
        ("refuse", "archived", "Refusé sur l’ancien site"),
        ("poubelle", "archived", "À la poubelle sur l’ancien site"),
        ("inventé", "draft", None),
    ],
)
def test_every_state_has_ours(client, old_site, take_over, statut, status, reason):
    old_site.article(titre="Un article", statut=statut)
    take_over()
    article = the_article()
    assert article.status == status
    assert client.get(article.get_absolute_url()).status_code == (
        200 if status == "published" else 404
    )
    assert list(EditorialEvent.objects.values_list("reason", flat=True)) == (
        [reason] if reason else []
    )


@time_machine.travel("2025-01-01 12:00", tick=False)
def test_what_is_to_come_is_scheduled_and_comes_out_by_itself(client, old_site, take_over):
    old_site.article(titre="Convocation", date="2025-06-01 08:00:00")
    take_over()
    article = the_article()
    assert article.status == "scheduled"
    assert article.published_at == datetime(2025, 6, 1, 6, tzinfo=UTC)
    assert client.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("post_dates", "is_told"), [("oui", True), ("non", False)])
def test_what_the_old_site_showed_before_its_date_is_told(old_site, take_over, post_dates, is_told):
    old_site.meta(post_dates=post_dates)
    old_site.article(titre="Convocation", date="2099-06-01 08:00:00")
    assert ("le montrait avant sa date" in take_over()) is is_told


def test_what_never_comes_out_does_not_come_out_here(client, old_site, take_over):
    old_site.article(titre="Jamais", date="9999-12-31 23:59:59")
    take_over()
    assert the_article().status == "scheduled"
    assert client.get(the_article().get_absolute_url()).status_code == 404


def test_what_was_published_without_a_date_is_a_draft_and_is_told(old_site, take_over):
    nothing = "0000-00-00 00:00:00"
    old_site.article(titre="Sans date", date=nothing, date_modif=nothing, maj=nothing)
    told = take_over()
    assert the_article().status == "draft"
    assert "sans aucune date" in told


def test_the_rubriques_keep_their_tree_their_order_and_their_words(old_site, take_over):
    above = old_site.rubrique(titre="Comptes rendus", texte="Tout ce qui se dit.")
    old_site.rubrique(titre="20. Groupes de travail", id_parent=above)
    old_site.article(titre="Un article", id_rubrique=above + 1)
    take_over()
    within = Category.objects.get(title="Groupes de travail")
    assert (within.position, within.parent.title) == (20, "Comptes rendus")
    assert within.parent.description == "Tout ce qui se dit."
    assert the_article().category == within


def test_rubriques_name_one_another_in_any_order_and_what_is_lost_is_told(old_site, take_over):
    old_site.rubrique(titre="Statuts", texte="Voir [->rub3], [->art99] et <b onclick=a()>ceci</b>.")
    old_site.rubrique(titre="Archives")
    told = take_over()
    description = Category.objects.get(title="Statuts").description
    assert description.startswith("Voir Archives (http")
    assert "/rubriques/archives/)" in description
    desk = f"/admin/articles/category/{Category.objects.get(title='Statuts').pk}/change/"
    assert told.count("rubrique 2, « Statuts »") == told.count(desk) == 2
    assert "Rien n’a changé" in take_over()


def test_two_rubriques_of_one_name_stay_two(old_site, take_over):
    for _ in range(2):
        above = old_site.rubrique(titre="2024")
        old_site.article(titre="Un article", id_rubrique=above)
    rehearsed = take_over("--dry-run")
    assert "rubriques : ajout 3" in rehearsed
    take_over()
    assert Category.objects.filter(title="2024").count() == 2
    assert "Rien n’a changé" in take_over()


def test_a_rubrique_of_the_same_name_is_the_one_that_is_here(old_site, take_over):
    here = CategoryFactory(title="Vie syndicale", slug="vie-syndicale", description="À nous.")
    old_site.article(titre="Un article")
    take_over()
    assert the_article().category == here
    here.refresh_from_db()
    assert here.description == "À nous."


def test_an_article_without_rubrique_is_not_lost(old_site, take_over):
    old_site.article(titre="Orphelin", id_rubrique=99)
    assert "sa rubrique n’existe plus" in take_over()
    assert the_article().category.title == "Ancien site"


def test_rubriques_that_go_round_in_circles_are_taken_over(old_site, take_over):
    old_site.rubrique(id_rubrique=20, titre="Vingt", id_parent=21)
    old_site.rubrique(id_rubrique=21, titre="Vingt et un", id_parent=20)
    take_over()
    assert Category.objects.filter(title__startswith="Vingt").count() == 2


def test_what_a_zone_kept_for_some_is_for_adherents(client, old_site, take_over):
    reserved = old_site.rubrique(titre="Espace des adhérents", texte="Zqconsigne")
    within = old_site.rubrique(titre="Dedans", id_parent=reserved)
    old_site.add("zones_liens", id_zone=1, id_objet=reserved, objet="rubrique")
    old_site.article(id_article=7, titre="Titre réservé", id_rubrique=within)
    old_site.article(titre="Public", texte="Voir [->art7].")
    told = take_over()
    assert "tout le monde voit ici le nom des rubriques" in told
    assert "son texte n’est pas repris : Zqconsigne" in told
    assert Category.objects.get(title="Espace des adhérents").description == ""
    article = the_article(title="Titre réservé")
    assert article.visibility == "members"
    assert client.get(article.get_absolute_url()).status_code == 404
    # A link without words of its own would have taken the title.
    assert the_article(title="Public").body == (
        '<p>Voir <a href="/spip.php?article7">article réservé aux adhérent·es</a>.</p>'
    )
    client.force_login(UserFactory(adherent=True))
    assert client.get("/spip.php?article7").headers["Location"] == article.get_absolute_url()


def test_a_zone_of_the_private_space_alone_reserves_nothing(old_site, take_over):
    old_site.run("CREATE TABLE {}_zones (id_zone INTEGER, publique CHAR(3))")
    old_site.add("zones", id_zone=1, publique="non")
    old_site.add("zones_liens", id_zone=1, id_objet=1, objet="rubrique")
    old_site.article(titre="Un article")
    take_over()
    assert the_article().visibility == "public"


def test_a_draft_lends_its_title_to_no_link(old_site, take_over):
    old_site.article(id_article=7, titre="Projet secret", statut="prepa")
    old_site.article(titre="Public", texte="Voir [->art7].")
    take_over()
    assert "Projet secret" not in the_article(title="Public").body


def test_articles_name_one_another_in_any_order(old_site, take_over):
    old_site.article(titre="Premier", texte="Voir [la suite->art2].")
    old_site.article(titre="Second", texte="Voir [le début->art1].")
    take_over()
    first, second = Article.objects.order_by("pk")
    assert f'<a href="{second.get_absolute_url()}">la suite</a>' in first.body
    assert f'<a href="{first.get_absolute_url()}">le début</a>' in second.body


def test_hostile_words_do_nothing(client, old_site, take_over):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    number = old_site.article(titre=f"Titre {hostile}", chapo=hostile, texte=hostile, ps=hostile)
    old_site.message(number, titre=hostile, texte=hostile, auteur=hostile)
    take_over()
    client.force_login(UserFactory(adherent=True))
    page = client.get(the_article().get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_what_is_too_long_is_kept_whole_and_told(old_site, take_over):
    old_site.article(titre="Long " * 60, surtitre="Surtitre " * 20)
    told = take_over()
    article = the_article()
    assert len(article.title) <= 200
    assert ("Long " * 60).strip() in article.lead
    assert ("Surtitre " * 20).strip() in article.lead
    assert "trop long" in told


def test_texts_in_an_old_encoding_are_read(old_site, take_over):
    old_site.run("UPDATE {}_rubriques SET titre = CAST(? AS TEXT)", "Été".encode("cp1252"))
    take_over()
    assert Category.objects.get().title == "Été"


def test_it_ends_with_the_same_rows_as_an_officer_s_article(old_site, take_over):
    old_site.article(titre="Un article", texte="Ce que dit « le bilan » : rien.")
    take_over()
    article = the_article()
    revision = Revision.objects.get()
    assert (article.shown_number, revision.number, revision.author) == (1, 1, None)
    assert revision.content() == {name: getattr(article, name) for name in revision.content()}
    derived = article.full_html, article.teaser_html, article.cited_states
    article.save()
    assert (article.full_html, article.teaser_html, article.cited_states) == derived
    assert "«\u202fle bilan\u202f»\u202f:" in article.full_html


@pytest.mark.django_db(transaction=True)
def test_it_is_found_by_who_may_read_it(old_site, take_over):
    old_site.word("Zqmot", old_site.article(titre="Zqtitre", texte="Zqtexte"))
    old_site.article(titre="Zqbrouillon", statut="prepa")
    take_over()
    for entries in (VisitorEntry, MemberEntry):
        (found,) = entries.objects.all()
        assert {"zqtitr", "zqtext", "zqmot"} <= set(found.words.split())
        assert found.url == the_article(status="published").get_absolute_url()


def test_nobody_is_told_by_mail(old_site, take_over, django_capture_on_commit_callbacks):
    UserFactory(adherent=True)
    today = timezone.localtime().strftime("%Y-%m-%d 00:00:00")
    number = old_site.article(titre="De ce matin", date=today)
    old_site.message(number, texte="Une réponse")
    with django_capture_on_commit_callbacks(execute=True):
        take_over()
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []
    # Ten thousand PDFs are not made either: each is when it is asked for.
    assert not PdfDue.objects.exists()


def test_documents_are_checked_by_what_they_are(old_site, take_over):
    number = old_site.article(titre="Un article", texte="Lire [le bilan->doc1].")
    old_site.document("pdf/bilan.pdf", number, titre="Le bilan")
    old_site.document("pdf/faux.pdf", number, content=b"<script>alert(1)</script>")
    old_site.document("txt/ordre-du-jour.txt", number, content=b"Ordre du jour")
    old_site.missing_document("pdf/perdu.pdf", number)
    old_site.missing_document("../../../etc/passwd", number)
    old_site.document("png/trompeur.png", number, content=picture())
    told = take_over()
    names = dict(Attachment.objects.values_list("title", "content_type"))
    assert names == {"Le bilan": "application/pdf", "trompeur.png": "image/jpeg"}
    bilan = Attachment.objects.get(title="Le bilan")
    with bilan.file.open() as content:
        assert content.read() == PDF
    assert f'<a href="{bilan.get_absolute_url()}">le bilan</a>' in the_article().body
    for line in (
        "document 2 (faux.pdf)",
        "document 3 (ordre-du-jour.txt)",
        "le fichier manque",
        "son emplacement n’est pas dans le dossier",
    ):
        assert line in told


def test_a_document_of_another_site_stays_a_link(old_site, take_over):
    number = old_site.article(titre="Un article", texte="Voir [là->doc2].")
    for name in ("un", "deux"):
        old_site.missing_document(
            f"https://exemple.test/{name}.pdf", number, distant="oui", titre=name, extension="pdf"
        )
    old_site.missing_document("javascript:alert(1)", number, distant="oui", titre="piège")
    told = take_over()
    assert the_article().body == (
        '<p>Voir <a href="https://exemple.test/deux.pdf">là</a>.</p>'
        '<p><a href="https://exemple.test/un.pdf">un</a> (PDF)</p><p>piège</p>'
    )
    assert "sans adresse que l’on puisse suivre : javascript:alert(1)" in told


def test_a_document_that_is_not_taken_keeps_its_title_and_leads_to_its_article(
    client, old_site, take_over
):
    old_site.article(titre="Un article", texte="<doc1|left>\n\n[->doc1] [à lire->doc1] <img1>")
    old_site.document("odt/motion.odt", content=b"PK\x03\x04", titre="La {motion}")
    told = take_over()
    assert the_article().body == (
        "<p>La <em>motion</em> (ODT)</p><p>La motion à lire</p><p>La <em>motion</em> (ODT)</p>"
    )
    assert told.count("convertissez-le en PDF") == 1
    answer = client.get("/IMG/odt/motion.odt")
    assert answer.headers["Location"] == the_article().get_absolute_url()


def test_documents_named_in_plain_words_have_no_address(old_site, take_over):
    old_site.rubrique(titre="Statuts", descriptif="Lire [la charte->doc1].", texte="<doc1>")
    number = old_site.article(titre="Un article", descriptif="Lire [la charte->doc1]. <img2>")
    old_site.document("pdf/charte.pdf", titre="La charte")
    old_site.document("jpg/salle.jpg", titre="La salle")
    old_site.message(number, texte="Et [la charte->doc1] ?")
    told = take_over()
    assert the_article().lead == "Lire la charte.\nLa salle"
    assert Attachment.objects.get().article == the_article()
    assert Category.objects.get(title="Statuts").description == "Lire la charte.\nLa charte (PDF)"
    assert Reaction.objects.get().body == "Et la charte ?"
    assert "le descriptif montrait une image" in told


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
    found = the_article(title="Liens").body.split("</p>")
    for paragraph, (address, start) in zip(found, addresses.items(), strict=False):
        assert f'<a href="{start}' in paragraph, address
    assert [each for each in found[len(addresses) :] if "<a " in each] == []
    assert told.count("lien mort") == len(dead)


def test_titles_that_name_themselves_are_taken_over(old_site, take_over):
    number = old_site.article(titre="Un [->art1]", texte="[->art1] [->mot1] [->IMG/a.pdf]")
    old_site.article(titre="Deux [->art3]")
    old_site.article(titre="Trois [->art2]")
    old_site.word("mot [->mot1]", number)
    old_site.document("a.pdf", titre="[->IMG/a.pdf] <doc1>")
    take_over()
    assert Article.objects.count() == 3


def test_what_was_said_of_a_document_in_the_list_is_told(old_site, take_over):
    number = old_site.article(titre="Un article", texte="<doc2>")
    for said in ("De {mars}", "D’avril"):
        old_site.document(f"pdf/{said[-4:]}.pdf", number, titre="Bilan", descriptif=said)
    told = take_over()
    assert "ce qui en était dit n’est pas repris : De mars" in told
    assert "D’avril" not in told
    assert "D’avril" in the_article().body


def test_a_file_that_is_a_link_out_of_the_folder_is_refused(old_site, take_over, tmp_path):
    number = old_site.article(titre="Un article")
    outside = tmp_path / "secret.pdf"
    outside.write_bytes(PDF)
    (old_site.images / "lien.pdf").symlink_to(outside)
    old_site.missing_document("lien.pdf", number)
    assert "son emplacement n’est pas dans le dossier" in take_over()
    assert not Attachment.objects.exists()


def test_a_document_of_two_articles_is_in_both_and_its_address_leads_to_what_is_out(
    client, old_site, take_over
):
    draft = old_site.article(titre="Brouillon", statut="prepa")
    out = old_site.article(titre="Publié")
    old_site.document("pdf/bilan.pdf", draft, out)
    take_over()
    assert Attachment.objects.count() == 2
    shown = Attachment.objects.get(article__title="Publié")
    answer = client.get("/IMG/pdf/bilan.pdf")
    assert answer.headers["Location"] == shown.get_absolute_url()


def test_a_path_that_no_disk_can_hold_stops_nothing(old_site, take_over):
    old_site.missing_document(f"{'a' * 5000}.pdf", old_site.article(titre="Un article"))
    assert "le fichier ne peut pas être lu" in take_over()
    assert the_article().title == "Un article"


def test_the_folder_that_holds_img_will_do(old_site):
    assert Folder(old_site.images.parent).root == old_site.images.resolve()


def test_what_the_old_site_has_and_nobody_takes_is_told(old_site, take_over):
    number = old_site.article(titre="Un article")
    old_site.author("Camille Durand", email="zqcamille@exemple.test")
    old_site.url("Camille-Durand", "auteur", 1)
    old_site.document("pdf/seul.pdf")
    old_site.document("logo/arton1.jpg", number, mode="logoon")
    old_site.document("vignette.jpg", mode="vignette")
    # Before SPIP 4, no table knew the logos.
    (old_site.images / "arton1.png").write_bytes(picture())
    (old_site.images / "artonomie.png").write_bytes(picture())
    old_site.missing_document("perdu.pdf")
    old_site.document("pdf/charte.pdf")
    old_site.add("documents_liens", id_document=5, id_objet=1, objet="rubrique")
    told = take_over()
    for line in (
        "1 compte :",
        "1 adresse de page d’auteur·rice",
        "document 1 (seul.pdf) : il n’est dans aucun article repris",
        "document 5 (charte.pdf) : il est joint à la rubrique 1",
        "2 logos : ils ne sont pas repris",
        "1 vignette de document",
    ):
        assert line in told
    assert "zqcamille" not in told
    assert "documents et images : non repris 5" in told


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


def test_messages_are_read_by_adherents_alone(client, forum, take_over):
    take_over()
    url = the_article().get_absolute_url()
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
    assert the_article().reactions_policy == policy


def test_every_old_address_leads_to_its_page(client, old_site, take_over):
    first = old_site.article(titre="Plan probité")
    shown = old_site.article(titre="Renvoi", virtuel=f"art{first}")
    again = old_site.article(titre="Renvoi au renvoi", virtuel=f"art{shown}")
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
    article, category = the_article(), Category.objects.get()
    leads = {
        "/Plan-probite": article,
        "/Ancien-titre": article,
        f"/spip.php?article{first}": article,
        f"/spip.php?article{shown}": article,
        f"/spip.php?article{again}": article,
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
    assert answer.headers["Location"] == the_article().get_absolute_url()
    assert client.get("/section/spip.php?article1").status_code == 301


@pytest.mark.parametrize("target", ["https://exemple.org/petition", "art99", "art1"])
def test_a_redirection_that_leads_nowhere_here_is_an_article_that_says_so(
    client, old_site, take_over, target
):
    number = old_site.article(titre="Ailleurs", virtuel=target)
    told = take_over()
    answer = client.get(f"/spip.php?article{number}")
    assert answer.headers["Location"] == the_article().get_absolute_url()
    assert "redirigeait vers" in told
    assert ("https://exemple.org" in the_article().body) is target.startswith("https")


def test_since_a_day_takes_what_is_dated_of_it_or_after(old_site, take_over):
    old_site.article(titre="Avant", date="2023-12-31 23:00:00")
    old_site.article(titre="Après", date="2024-01-01 00:00:00")
    take_over("--since", "2024-01-01")
    assert the_article().title == "Après"
    take_over()
    assert Article.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_index_has_caught_up(old_site, take_over):
    old_site.article(titre="Un article")
    take_over()
    assert not index.Change.objects.exists()


def test_a_run_is_kept_with_its_report(old_site, take_over):
    number = old_site.article(titre="Un article")
    old_site.missing_document("pdf/perdu.pdf", number)
    take_over()
    made = SpipImport.objects.get()
    counts = {row["kind"]: row for row in made.counts}
    assert counts["articles"]["created"] == 1
    assert counts["documents et images"]["skipped"] == 1
    (line,) = made.lines.all()
    assert (line.section, line.article) == ("missing_document", the_article())
    assert LegacyUrl.objects.filter(article=the_article()).exists()


def test_the_pictures_of_a_text_are_shown_in_it(client, old_site, take_over):
    first = old_site.article(titre="Premier", texte="<img1|left>")
    second = old_site.article(titre="Second", texte="<doc1|right> [la photo->doc1]")
    old_site.document("jpg/salle.jpg", first, second, titre="La salle", largeur=4000, hauteur=3000)
    old_site.document("jpg/faux.jpg", first, content=b"<script>alert(1)</script>")
    take_over()
    picture = Picture.objects.get()
    url = picture.get_absolute_url()
    for article in Article.objects.all():
        # The size is that of the file, whatever the old site says of it.
        assert f'<img src="{url}" width="40" height="30" alt="La salle">' in article.body
    assert not Attachment.objects.exists()
    answer = client.get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert client.get("/IMG/jpg/salle.jpg").headers["Location"] == url


def test_the_picture_of_a_draft_is_for_who_writes(client, old_site, take_over):
    old_site.article(titre="Brouillon", statut="prepa", texte="<img1|left>")
    old_site.document("jpg/salle.jpg", titre="La salle")
    take_over()
    picture = Picture.objects.get()
    assert client.get(picture.get_absolute_url()).status_code == 404
    assert client.get("/IMG/jpg/salle.jpg").status_code == 404
    client.force_login(UserFactory(role="editor"))
    assert client.get(picture.get_absolute_url()).status_code == 200


def test_a_second_processor_makes_the_same_texts(old_site, take_over, monkeypatch):
    monkeypatch.setattr(rendering, "WORTH_IT", 1)
    old_site.article(titre="Un article", texte="Ce que dit « le bilan » : rien.\n\n-* un\n-* deux")
    take_over()
    article = the_article()
    derived = article.body, article.full_html, article.teaser_html
    article.prepare()
    assert (article.body, article.full_html, article.teaser_html) == derived
    assert "<li>deux</li>" in article.full_html
