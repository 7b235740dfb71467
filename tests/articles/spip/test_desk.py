"""The officers' desk after an import: the report, and the meetings that wait for a decision."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Article, MeetingProposal, ProposalState, Section, SpipImport
from articles.spip import proposals
from meetings.models import Meeting
from members.models import OutgoingMail
from tests.factories import (
    ArticleFactory,
    MeetingFactory,
    MeetingProposalFactory,
    SpipImportFactory,
    SpipImportLineFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:articles_meetingproposal_changelist")


@pytest.fixture
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


def page_of(proposal):
    return reverse("admin:articles_meetingproposal_change", args=[proposal.pk])


def typed(proposal, **changes):
    on = proposal.on.strftime("%d/%m/%Y") if proposal.on else ""
    return {"kind": proposal.kind, "title": proposal.title, "on": on, "meeting": ""} | changes


def decide(client, proposal, button, **changes):
    return client.post(page_of(proposal), typed(proposal, **changes) | {button: "1"}, follow=True)


def ticked(client, action, *chosen):
    data = {"action": action, "_selected_action": [proposal.pk for proposal in chosen]}
    return client.post(LIST, data, follow=True).content.decode()


def test_a_confirmed_meeting_is_made_and_linked(client, editor):
    UserFactory(adherent=True)
    proposal = MeetingProposalFactory(title="Effectifs")
    before = proposal.article.updated_at
    page = decide(client, proposal, "_confirm").content.decode()
    meeting = Meeting.objects.get()
    article = Article.objects.get()
    assert (meeting.kind, meeting.title, meeting.status) == ("working_group", "Effectifs", "held")
    assert (meeting.day, meeting.is_public) == (proposal.on, True)
    assert article.meeting == meeting
    assert article.updated_at == before
    assert article.revisions.get(number=article.shown_number).meeting == meeting
    assert "Son heure n’est pas connue" in page
    assert "Effectifs" in client.get(article.get_absolute_url()).content.decode()
    assert not OutgoingMail.objects.exists()


def test_what_is_corrected_is_what_is_made(client, editor):
    proposal = MeetingProposalFactory()
    decide(client, proposal, "_confirm", title="Probité", on="13/03/2024", kind="technical")
    meeting = Meeting.objects.get()
    assert (meeting.kind, meeting.title) == ("technical", "Probité")
    assert meeting.day.isoformat() == "2024-03-13"


def test_the_meeting_of_that_kind_and_day_is_not_made_again(client, editor):
    first, second = MeetingProposalFactory.create_batch(2)
    decide(client, first, "_confirm")
    page = decide(client, second, "_confirm").content.decode()
    assert "une réunion déjà connue" in page
    meeting = Meeting.objects.get()
    assert meeting.articles.count() == 2


def test_two_meetings_of_that_kind_and_day_are_for_the_officer_to_choose(client, editor):
    proposal = MeetingProposalFactory()
    decide(client, MeetingProposalFactory(), "_confirm")
    first = Meeting.objects.get()
    second = MeetingFactory(kind=first.kind, starts_at=first.starts_at)
    decide(client, proposal, "_confirm", meeting=second.pk)
    proposal.article.refresh_from_db()
    assert proposal.article.meeting == second


def test_a_meeting_of_a_reserved_or_unpublished_article_is_for_adherents(client, editor):
    for article in (ArticleFactory(published=True, members_only=True), ArticleFactory()):
        proposal = MeetingProposalFactory(article=article, kind="audience", on=None)
        page = decide(client, proposal, "_confirm", on="01/02/2024", title=f"De {article}")
        assert "qu’aux adhérent·es" in page.content.decode()
        Meeting.objects.update(kind="technical")
    assert {meeting.visibility for meeting in Meeting.objects.all()} == {"members"}


def test_a_meeting_needs_a_day(client, editor):
    proposal = MeetingProposalFactory(on=None, title="Sans jour")
    page = decide(client, proposal, "_confirm", title="Titre corrigé").content.decode()
    assert "Donnez d’abord le jour" in page
    # What was typed is not lost.
    assert "Titre corrigé" in page
    assert not Meeting.objects.exists()


def test_a_refused_one_makes_nothing_and_is_decided(client, editor):
    proposal = MeetingProposalFactory()
    decide(client, proposal, "_refuse")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.REFUSED
    assert not Meeting.objects.exists()
    assert decide(client, proposal, "_confirm").status_code == 403


def test_several_are_confirmed_at_once_and_those_without_a_day_are_told(client, editor):
    with_day = MeetingProposalFactory.create_batch(2, on="2024-03-12")
    MeetingProposal.objects.filter(pk=with_day[1].pk).update(on="2024-04-12")
    page = ticked(client, "confirm_ticked", *with_day, MeetingProposalFactory(on=None))
    assert Meeting.objects.count() == 2
    assert "2 réunions confirmées." in page
    assert "Une réunion n’a pas de jour" in page


def test_several_are_refused_at_once(client, editor):
    ticked(client, "refuse_ticked", *MeetingProposalFactory.create_batch(2))
    assert set(MeetingProposal.objects.values_list("state", flat=True)) == {"refused"}


def test_who_decides_second_is_told(client, editor):
    proposal = MeetingProposalFactory()
    proposals.refuse(proposal, editor)
    assert "Rien n’était à décider" in ticked(client, "confirm_ticked", proposal)
    assert not Meeting.objects.exists()


def test_nobody_else_decides(client):
    proposal = MeetingProposalFactory()
    client.force_login(UserFactory(role="moderator"))
    assert decide(client, proposal, "_confirm").status_code == 403
    assert client.post(LIST, {"action": "confirm_ticked"}).status_code == 403


def test_a_confirmed_meeting_does_not_stand_in_the_way_of_the_next_import(
    client, editor, old_site, take_over
):
    number = old_site.article(titre="GT « effectifs » du 12 mars : le compte n’y est pas")
    take_over()
    decide(client, MeetingProposal.objects.get(), "_confirm")
    old_site.change("articles", number, texte="Corrigé là-bas")
    assert "à départager" not in take_over()
    article = Article.objects.get()
    assert "Corrigé là-bas" in article.body
    assert article.meeting == Meeting.objects.get()


def test_the_home_page_of_the_desk_tells_what_waits(client, editor):
    MeetingProposalFactory(title="Zqattend")
    MeetingProposalFactory(title="Zqdecide", state=ProposalState.REFUSED)
    page = client.get(reverse("admin:index")).content.decode()
    assert "Zqattend" in page
    assert "Zqdecide" not in page


def test_the_report_shows_each_section_with_its_links(client, editor, old_site, take_over):
    number = old_site.article(titre="Un article", texte="Voir [->art99].")
    old_site.missing_document("pdf/perdu.pdf", number)
    old_site.message(number, statut="spam")
    old_site.add("zones_liens", id_zone=1, id_objet=1, objet="rubrique")
    take_over()
    made = SpipImport.objects.get()
    page = client.get(reverse("admin:articles_spipimport_change", args=[made.pk])).content.decode()
    article = Article.objects.get()
    assert page.count(f'href="/admin/articles/article/{article.pk}/change/"') == 2
    assert f'href="/admin/articles/category/{article.category_id}/change/"' in page
    for section in (Section.BROKEN_LINK, Section.MISSING_DOCUMENT, Section.SKIPPED):
        assert section.label in page.replace("\u202f", " ")
    assert "perdu.pdf" in page
    assert "courrier indésirable" in page


def test_a_long_section_has_pages_of_its_own(client, editor):
    made = SpipImportFactory()
    SpipImportLineFactory.create_batch(130, made_in=made)
    SpipImportLineFactory(made_in=made, detail="Zqdernier")
    url = reverse("admin:articles_spipimport_change", args=[made.pk])
    assert "Zqdernier" not in client.get(url).content.decode()
    assert "?section=to_read" in client.get(url).content.decode()
    page = client.get(url, {"section": "to_read", "page": 2}).content.decode()
    assert "Zqdernier" in page
    assert client.get(url, {"section": "inventée", "page": "x"}).status_code == 200


def test_a_report_takes_the_same_queries_whatever_its_lines(client, editor):
    made = SpipImportFactory()
    url = reverse("admin:articles_spipimport_change", args=[made.pk])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    SpipImportLineFactory(made_in=made, article=ArticleFactory())
    few = queries()
    for _ in range(30):
        SpipImportLineFactory(made_in=made, article=ArticleFactory())
    assert queries() == few


def test_hostile_lines_are_shown_as_words(client, editor):
    line = SpipImportLineFactory(subject="<script>alert(1)</script>", detail="<img src=x>")
    url = reverse("admin:articles_spipimport_change", args=[line.made_in.pk])
    page = client.get(url).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
