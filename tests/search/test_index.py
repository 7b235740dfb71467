"""The index follows every change of what may be found, and is made again when it must be."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Attachment
from cgtdouanes.search import index, writing
from cgtdouanes.search.models import (
    ENTRIES,
    Build,
    Change,
    MemberEntry,
    MemberSpelling,
    VisitorEntry,
    VisitorSpelling,
)
from cgtdouanes.search.rebuilding import is_outdated
from meetings.models import Commitment, Document, Meeting
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    AttachmentFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)
from tests.search.asking import addresses, an_adherent, ask, found

pytestmark = pytest.mark.django_db


def test_an_article_from_its_first_draft_to_its_end():
    article = ArticleFactory(title="Abricot", body="<p>Banane</p>")
    assert found("banane") == []
    article.status = "published"
    article.save()
    assert found("banane") == ["Abricot"]
    article.body = "<p>Cerise</p>"
    article.save()
    assert (found("banane"), found("cerise")) == ([], ["Abricot"])
    article.visibility = "members"
    article.save()
    assert (found("cerise"), found("cerise", an_adherent())) == ([], ["Abricot"])
    article.status = "archived"
    article.save()
    assert found("cerise", an_adherent()) == []


def test_the_cut_of_a_teaser_moves_up():
    article = ArticleFactory(
        published=True, teaser=True, body='<p>Datte</p><p>Figue</p><hr class="cut"><p>Noix</p>'
    )
    assert len(found("figue")) == 1
    article.body = '<p>Datte</p><hr class="cut"><p>Figue</p><p>Noix</p>'
    article.save()
    assert (len(found("datte")), len(found("figue"))) == (1, 0)


def test_what_is_deleted_is_found_no_more_and_leaves_nothing():
    article = ArticleFactory(published=True, title="Goyave", body="<p>Grenade</p>")
    AttachmentFactory(article=article, title="Groseille")
    meeting = MeetingFactory(held=True, title="Kaki")
    AgendaItemFactory(meeting=meeting, title="Kiwi")
    DocumentFactory(meeting=meeting, title="Litchi")
    words = ["goyave", "grenade", "groseille", "kaki", "kiwi", "litchi"]
    for word in words:
        assert found(word) != [], word
    Article.objects.get(pk=article.pk).delete()
    Meeting.objects.get(pk=meeting.pk).delete()
    for word in words:
        assert found(word, an_adherent()) == [], word
    for model in ENTRIES.values():
        assert not model.objects.filter(words__contains="gren").exists()
        assert not model.objects.filter(object_id__in=[article.pk, meeting.pk]).exists()
    for spelling in (VisitorSpelling, MemberSpelling):
        assert not spelling.objects.filter(letters__in=words).exists()


def test_one_by_one():
    attachment = AttachmentFactory(title="Mandarine")
    document = DocumentFactory(title="Mangue")
    item = AgendaItemFactory(title="Melon")
    commitment = CommitmentFactory(wording="Mirabelle")
    words = ["mandarine", "mangue", "melon", "mirabelle"]
    assert [len(found(word)) for word in words] == [1, 1, 1, 1]
    for obj in (attachment, document, item, commitment):
        obj.delete()
    assert [len(found(word)) for word in words] == [0, 0, 0, 0]


def test_officers_delete_several_at_once(client):
    client.force_login(UserFactory(superuser=True))
    one, other = DocumentFactory(title="Mûre"), CommitmentFactory(wording="Myrtille")
    assert (len(found("mûre")), len(found("myrtille"))) == (1, 1)
    for model, pk in ((Meeting, one.meeting_id), (Commitment, other.pk)):
        name = model._meta.model_name
        answer = client.post(
            f"/admin/meetings/{name}/",
            {"action": "delete_selected", "_selected_action": pk, "post": "yes"},
        )
        assert answer.status_code == 302
        assert not model.objects.filter(pk=pk).exists()
    assert not Document.objects.filter(pk=one.pk).exists()
    assert (len(found("mûre")), len(found("myrtille"))) == (0, 0)


def test_a_meeting_becomes_reserved_with_all_that_took_place_there():
    meeting = MeetingFactory(held=True, title="Nectarine")
    item = AgendaItemFactory(meeting=meeting, title="Olive")
    DocumentFactory(meeting=meeting, title="Orange")
    CommitmentFactory(agenda_item=item, wording="Pastèque")
    demand = DemandFactory(title="Pêche")
    DemandStepFactory(demand=demand, meeting=meeting, answer="Poire")
    AgendaItemFactory(meeting=MeetingFactory(held=True), title="", demand=demand)
    AgendaItemFactory(meeting=MeetingFactory(held=True), title="", takes_up=item)
    words = ["nectarine", "olive", "orange", "pastèque", "pêche", "poire"]
    # The document and the commitment name their meeting; two agendas take up what came up there.
    known = [3, 2, 1, 1, 2, 1]
    assert [len(found(word)) for word in words] == known
    meeting.visibility = "members"
    meeting.save()
    assert [len(found(word)) for word in words] == [0, 0, 0, 0, 0, 0]
    assert [len(found(word, an_adherent())) for word in words] == known
    meeting.visibility = "public"
    meeting.save()
    assert [len(found(word)) for word in words] == known


def test_what_takes_up_bears_the_new_name():
    demand = DemandFactory(title="Pomelo")
    commitment = CommitmentFactory(wording="Pomme")
    item = AgendaItemFactory(title="Prune")
    agenda = MeetingFactory(held=True, title="La suite")
    AgendaItemFactory(meeting=agenda, title="", demand=demand)
    AgendaItemFactory(meeting=agenda, title="", commitment=commitment)
    AgendaItemFactory(meeting=agenda, title="", takes_up=item)
    assert ["La suite" in found(word) for word in ("pomelo", "pomme", "prune")] == [True] * 3
    for obj, field in ((demand, "title"), (commitment, "wording"), (item, "title")):
        setattr(obj, field, "Quetsche")
        obj.save()
    assert ["La suite" in found(word) for word in ("pomelo", "pomme", "prune")] == [False] * 3
    assert "La suite" in found("quetsche")


def test_the_address_of_what_hangs_on_a_meeting():
    meeting = MeetingFactory(held=True, slug="ici")
    document = DocumentFactory(meeting=meeting, title="Raisin")
    assert addresses(ask("raisin")) == [document.get_absolute_url()]
    meeting.slug = "ailleurs"
    meeting.save()
    assert addresses(ask("raisin")) == [f"/reunions/ailleurs/documents/{document.pk}/"]


@pytest.mark.django_db(transaction=True)
def test_the_index_is_written_as_soon_as_a_change_is_kept():
    ArticleFactory(published=True, title="Rhubarbe")
    assert not Change.objects.exists()
    assert VisitorEntry.objects.get().title == "Rhubarbe"


def test_a_change_that_is_not_kept_changes_nothing():
    article = ArticleFactory(published=True, title="Sureau")
    assert len(found("sureau")) == 1
    with transaction.atomic():
        article.title = "Tomate"
        article.save()
        transaction.set_rollback(True)
    assert (len(found("sureau")), len(found("tomate"))) == (1, 0)


def test_an_object_that_cannot_be_written_does_not_close_the_search(monkeypatch, caplog):
    bad, good = AttachmentFactory(title="Verveine"), DocumentFactory(title="Yuzu")
    assert len(found("verveine")) == 1
    real = writing._entry

    def entry(model, source, *told):
        if source == "attachment":
            raise ValueError("odd")
        return real(model, source, *told)

    monkeypatch.setattr(writing, "_entry", entry)
    for obj in (bad, good):
        obj.title += " encore"
        obj.save()
    assert (found("encore"), found("verveine")) == (["Yuzu encore"], [])
    assert "articles.attachment" in caplog.text
    assert not Change.objects.exists()


def test_the_whole_index_is_made_again():
    article = ArticleFactory(published=True, title="Avoine")
    attachment = AttachmentFactory(article=article, title="Blé")
    DemandFactory(title="Épeautre")
    gone = ArticleFactory(published=True, title="Lin")
    index.catch_up()
    VisitorEntry.objects.filter(title="Avoine").delete()
    MemberEntry.objects.filter(source="attachment").update(title="Autre", words="autr")
    Article.objects.filter(pk=gone.pk).delete()
    assert found("avoine", type="articles") == []
    call_command("rebuild_search", verbosity=0)
    assert found("avoine", type="articles") == ["Avoine"]
    assert found("épeautre") == ["Épeautre"]
    assert found("blé", an_adherent()) == [attachment.title]
    assert not VisitorEntry.objects.filter(title="Lin").exists()
    assert not VisitorSpelling.objects.filter(letters="lins").exists()


def test_the_index_is_made_again_by_itself_when_its_rules_have_changed(capsys):
    assert is_outdated()
    call_command("rebuild_search", "--if-needed")
    assert not is_outdated()
    capsys.readouterr()
    call_command("rebuild_search", "--if-needed")
    assert capsys.readouterr().out == ""
    Build.objects.update(rules="0")
    call_command("rebuild_search", "--if-needed")
    assert "refait" in capsys.readouterr().out


def test_a_change_of_many_costs_as_many_queries_as_one():
    def cost(count):
        for attachment in AttachmentFactory.create_batch(count, article=article):
            attachment.save()
        with CaptureQueriesContext(connection) as queries:
            index.catch_up()
        return len(queries)

    article = ArticleFactory(published=True)
    index.catch_up()
    assert cost(1) == cost(30)
    assert Attachment.objects.count() == 31
