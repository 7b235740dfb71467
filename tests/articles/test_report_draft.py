"""From a meeting's record to the draft of its report, by one button."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.urls import reverse

from articles.models import Article, ArticleVisibility, Status
from articles.report import NoCategory, draft_report, report_of, reserved_left_out, without_report
from meetings.models import DemandState, Kind, MeetingStatus
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    CategoryFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2025, 2, 16, 12, tzinfo=PARIS), tick=False):
        yield


@pytest.fixture
def category():
    return CategoryFactory(title="Vie de la section")


@pytest.fixture
def meeting(category):
    return MeetingFactory(
        title="Plan probité",
        status=MeetingStatus.HELD,
        starts_at=datetime(2025, 1, 27, 9, 30, tzinfo=PARIS),
        ends_at=datetime(2025, 1, 27, 12, 45, tzinfo=PARIS),
        place="Direction, grande salle",
        delegation="Quatre titulaires",
    )


def draft(meeting):
    return draft_report(meeting, UserFactory(role="editor"))


def plain(text):
    return text.replace("\u202f", " ")


def test_a_draft_tells_the_meeting_in_the_order_of_its_agenda(meeting):
    second = AgendaItemFactory(meeting=meeting, title="Les locaux", position=2)
    first = AgendaItemFactory(
        meeting=meeting,
        title="Les effectifs",
        position=1,
        presented="Neuf postes.\n\nPuis huit.",
        discussion="Trop peu\nà notre avis.",
        outcome="Pas un poste de plus.",
        outcome_kind="refusal",
    )
    AgendaItemFactory(meeting=meeting, parent=first, title="La nuit", outcome_kind="postponed")
    demand = DemandFactory(title="Un poste de plus", raised_on=datetime(2025, 1, 2))
    DemandStepFactory(
        demand=demand,
        meeting=meeting,
        agenda_item=first,
        state=DemandState.REFUSED,
        answer="Le budget est clos.",
        quote="Il n’y aura rien",
    )
    CommitmentFactory(agenda_item=second, wording="Nous repeindrons")
    article = draft(meeting)
    assert plain(article.body) == (
        "<p>Réunion technique du 27 janvier 2025, de 9 h 30 à 12 h 45, Direction, grande salle.</p>"
        "<p><strong>Délégation :</strong> Quatre titulaires</p>"
        "<h2>Les effectifs</h2>"
        "<p><strong>Ce que l’administration a présenté :</strong> Neuf postes.</p>"
        "<p>Puis huit.</p>"
        "<p><strong>Échanges :</strong> Trop peu<br>à notre avis.</p>"
        '<p><strong>Revendication :</strong> <data value="REV-2025-001">REV-2025-001</data></p>'
        "<p><strong>À cette réunion :</strong> refusée. Le budget est clos.</p>"
        "<blockquote><p>« Il n’y aura rien »</p></blockquote>"
        "<p><strong>Refus :</strong> Pas un poste de plus.</p>"
        "<h3>La nuit</h3>"
        "<p><strong>Report à plus tard.</strong></p>"
        "<h2>Les locaux</h2>"
        f'<p><data value="{second.commitments.get().anchor}">engagement de l’administration</data>'
        "</p>"
    )


def test_a_draft_is_linked_titled_and_not_published(meeting, category):
    author = UserFactory(role="editor")
    article = draft_report(meeting, author)
    assert article.pk
    assert article.meeting == meeting
    assert article.author == author
    assert article.category == category
    assert (article.kicker, article.title) == ("Réunion technique", "Plan probité")
    assert article.status == Status.DRAFT
    assert article.visibility == ArticleVisibility.PUBLIC
    held = "La réunion technique s’est tenue le 27 janvier 2025 (Direction, grande salle)."
    assert plain(article.lead) == held
    # Told by the body, once.
    assert (article.lead + article.body).count("Quatre titulaires") == 1


@pytest.mark.parametrize(
    ("kind", "status", "lead"),
    [
        (Kind.SOCIAL_COMMITTEE, MeetingStatus.HELD, "Le CSA s’est tenu le 27 janvier 2025"),
        (Kind.AUDIENCE, MeetingStatus.HELD, "L’audience s’est tenue le 27 janvier 2025"),
        (
            Kind.SOCIAL_COMMITTEE,
            MeetingStatus.RECONVENED,
            "Le CSA, reconvoqué, s’est tenu le 27 janvier 2025",
        ),
        (
            Kind.JOINT_COMMITTEE,
            MeetingStatus.BOYCOTTED,
            "La section a boycotté la CAP du 27 janvier 2025",
        ),
    ],
)
def test_the_lead_agrees_with_the_kind(meeting, kind, status, lead):
    meeting.kind, meeting.status, meeting.place = kind, status, ""
    meeting.save()
    assert plain(draft(meeting).lead) == f"{lead}."


def test_the_words_of_the_record_are_text(meeting):
    demand = DemandFactory(title="Une demande", visibility="public")
    item = AgendaItemFactory(
        meeting=meeting,
        title="<script>alert(1)</script> Santé & travail",
        presented="<img src=x onerror=alert(2)>",
        outcome='<hr class="cut"><h2>Faux titre</h2>',
    )
    DemandStepFactory(
        demand=demand, meeting=meeting, agenda_item=item, quote="</blockquote><b>x</b>"
    )
    body = draft(meeting).body
    assert "<h2>&lt;script&gt;alert(1)&lt;/script&gt; Santé &amp; travail</h2>" in body
    assert "&lt;img src=x onerror=alert(2)&gt;" in body
    assert "<img" not in body
    assert "<h2>Faux" not in body
    assert '<hr class="cut">' not in body
    assert "&lt;/blockquote&gt;&lt;b&gt;x" in body


def test_a_corrected_step_is_not_repeated_and_its_correction_stands_in_its_place(meeting):
    item = AgendaItemFactory(meeting=meeting, title="Les effectifs")
    AgendaItemFactory(meeting=meeting, title="Autre point")
    demand = DemandFactory()
    wrong = DemandStepFactory(
        demand=demand, meeting=meeting, agenda_item=item, answer="Une erreur de notre part"
    )
    DemandStepFactory(demand=demand, meeting=meeting, corrects=wrong, answer="La vraie réponse")
    body = draft(meeting).body
    assert "Une erreur" not in body
    assert body.index("Les effectifs") < body.index("La vraie réponse") < body.index("Autre point")


def test_what_no_point_holds_is_told_at_the_end(meeting):
    AgendaItemFactory(meeting=meeting, title="Les effectifs")
    DemandStepFactory(meeting=meeting, answer="Nous verrons")
    body = draft(meeting).body
    assert body.index("Autres revendications") > body.index("Les effectifs")
    assert body.index("Nous verrons") > body.index("Autres revendications")


def test_a_commitment_too_long_to_be_cited_whole_is_quoted(meeting):
    item = AgendaItemFactory(meeting=meeting)
    wording = " ".join(["nous y veillerons"] * 20)
    CommitmentFactory(agenda_item=item, wording=wording)
    assert f"<blockquote><p>« {wording} »</p></blockquote>" in draft(meeting).body


def test_the_report_of_a_public_meeting_says_nothing_reserved(meeting):
    reserved = DemandFactory(members_only=True, title="CANARI-1")
    AgendaItemFactory(meeting=meeting, title="", demand=reserved)
    item = AgendaItemFactory(meeting=meeting, title="Les effectifs")
    DemandStepFactory(demand=reserved, meeting=meeting, agenda_item=item, answer="CANARI-2")
    elsewhere = AgendaItemFactory(
        meeting=MeetingFactory(held=True, members_only=True), title="CANARI-3"
    )
    AgendaItemFactory(meeting=meeting, title="", takes_up=elsewhere)
    article = draft(meeting)
    assert "CANARI" not in article.body
    assert reserved.reference not in article.body
    assert "Les effectifs" in article.body
    assert reserved_left_out(meeting) == 3


def test_the_report_of_a_reserved_meeting_is_reserved_and_whole(meeting):
    meeting.visibility = "members"
    meeting.save()
    reserved = DemandFactory(members_only=True)
    DemandStepFactory(demand=reserved, meeting=meeting, answer="Une réponse réservée")
    article = draft(meeting)
    assert article.visibility == ArticleVisibility.MEMBERS
    assert "Une réponse réservée" in article.body
    assert reserved_left_out(meeting) == 0
    article.status = Status.PUBLISHED
    article.save()
    assert article not in Article.objects.visible_to(AnonymousUser())


def test_the_rubrique_is_that_of_the_last_report_of_the_same_kind(meeting):
    wanted, other = CategoryFactory(position=5), CategoryFactory(position=4)
    now = datetime(2025, 2, 1, tzinfo=PARIS)
    same_kind = MeetingFactory(held=True, kind=Kind.TECHNICAL)
    for chosen, published_at in ((wanted, now), (other, now.replace(day=1, month=1))):
        ArticleFactory(
            published=True, meeting=same_kind, category=chosen, published_at=published_at
        )
    ArticleFactory(
        published=True, meeting=MeetingFactory(held=True, kind=Kind.AUDIENCE), category=other
    )
    assert draft(meeting).category == wanted


def test_two_drafts_have_two_addresses(meeting):
    meeting.title = "L’été d’après"
    assert [draft(meeting).slug for _ in range(3)] == [
        "l-ete-d-apres",
        "l-ete-d-apres-2",
        "l-ete-d-apres-3",
    ]
    meeting.title = "?" * 200
    assert draft(meeting).slug == "compte-rendu"
    meeting.title = "a" * 200
    assert {len(draft(meeting).slug) for _ in range(2)} == {120}


def test_without_any_rubrique_there_is_no_draft():
    with pytest.raises(NoCategory):
        draft(MeetingFactory(held=True))
    assert not Article.objects.exists()


def address(meeting):
    return reverse("admin:articles_article_from_meeting", args=[meeting.pk])


def page(client, meeting):
    return client.get(reverse("admin:meetings_meeting_change", args=[meeting.pk])).content.decode()


@pytest.fixture
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


@pytest.mark.usefixtures("editor")
def test_one_button_drafts_the_report_and_then_leads_to_it(client, meeting):
    AgendaItemFactory(meeting=meeting, title="Les effectifs")
    assert "Rédiger le compte rendu" in page(client, meeting)
    answer = client.post(address(meeting), follow=True)
    article = Article.objects.get()
    change = reverse("admin:articles_article_change", args=[article.pk])
    assert answer.redirect_chain == [(change, 302)]
    said = answer.content.decode()
    assert "à vous de le réécrire" in said
    assert "Les effectifs" in said
    now = page(client, meeting)
    assert "Rédiger le compte rendu" not in now
    assert "Ouvrir le brouillon" in now
    assert change in now


@pytest.mark.usefixtures("editor")
def test_pressed_twice_the_button_makes_one_draft_and_another_only_on_purpose(client, meeting):
    client.post(address(meeting))
    answer = client.post(address(meeting), follow=True)
    assert "parle déjà de cette réunion" in answer.content.decode()
    assert Article.objects.count() == 1
    assert "Rédiger un autre compte rendu" in page(client, meeting)
    client.post(address(meeting), {"another": "1"})
    assert Article.objects.count() == 2


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("status", [MeetingStatus.PLANNED, MeetingStatus.CANCELLED])
def test_a_meeting_that_was_not_held_has_no_report(client, meeting, status):
    meeting.status = status
    meeting.save()
    assert "Rédiger le compte rendu" not in page(client, meeting)
    answer = client.post(address(meeting), follow=True)
    assert "une fois la réunion tenue" in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.usefixtures("editor")
def test_what_is_left_out_is_said(client, meeting):
    reserved = DemandFactory(members_only=True)
    DemandStepFactory(demand=reserved, meeting=meeting)
    answer = client.post(address(meeting), follow=True)
    assert "Un point réservé aux adhérent·es n’y est pas" in answer.content.decode()


@pytest.mark.usefixtures("editor")
def test_without_any_rubrique_the_officer_is_told_what_to_do(client):
    meeting = MeetingFactory(held=True)
    answer = client.post(address(meeting), follow=True)
    assert "Le secrétariat en crée une" in answer.content.decode()
    assert not Article.objects.exists()


@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_may_not_write_drafts_nothing(client, meeting, role):
    client.force_login(UserFactory(role=role))
    assert client.post(address(meeting)).status_code == 403
    assert not Article.objects.exists()


@pytest.mark.usefixtures("editor")
def test_looking_at_the_address_of_the_button_makes_nothing(client, meeting):
    assert client.get(address(meeting)).status_code == 302
    assert not Article.objects.exists()


def test_the_meetings_without_a_report():
    held = MeetingFactory(held=True)
    boycotted = MeetingFactory(held=True, status=MeetingStatus.BOYCOTTED)
    MeetingFactory(held=True, status=MeetingStatus.CANCELLED)
    MeetingFactory()
    ArticleFactory(meeting=MeetingFactory(held=True))
    assert list(without_report(UserFactory(role="editor"))) == [boycotted, held]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_two_workers_makes_one_draft(meeting):
    author = UserFactory(role="editor")
    together = Barrier(4)

    def press():
        together.wait()
        try:
            return report_of(meeting, author, another=False)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = {future.result() for future in [pool.submit(press) for _ in range(4)]}

    assert made == {Article.objects.get().pk}
