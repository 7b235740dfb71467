"""The agenda at the desk: put in order with and without the script, and no word lost."""

import pytest

from meetings.models import AgendaItem, Meeting
from meetings.wording import the_meeting
from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)
from tests.meetings.desk_forms import ADD, change, outline, queries, row, sent, stored_rows, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


@pytest.fixture
def meeting():
    """One, with 1.1 and 1.2 under it; Two; Three."""
    meeting = MeetingFactory(held=True)
    one = AgendaItemFactory(meeting=meeting, title="One", position=1)
    AgendaItemFactory(meeting=meeting, title="1.1", position=1, parent=one)
    AgendaItemFactory(meeting=meeting, title="1.2", position=2, parent=one)
    AgendaItemFactory(meeting=meeting, title="Two", position=2)
    AgendaItemFactory(meeting=meeting, title="Three", position=3)
    return meeting


def test_an_agenda_left_as_it_was_stays_so_and_is_not_saved_again(client):
    meeting = MeetingFactory()
    rows = [row("Un"), row("Deux"), row("Deux un", sub=True)]
    client.post(change(meeting), sent(meeting, rows))
    assert outline(meeting) == ["Un", "Deux", "> Deux un"]
    versions = AgendaItem.history.count()
    client.post(change(meeting), sent(meeting, stored_rows(meeting)))
    assert outline(meeting) == ["Un", "Deux", "> Deux un"]
    assert AgendaItem.history.count() == versions


def test_new_items_with_sub_items_in_the_order_typed(client):
    rows = [row("Un"), row("Un un", sub=True), row(), row("Deux"), row("Deux un", sub=True)]
    assert client.post(ADD, sent(rows=rows)).status_code == 302
    assert outline(Meeting.objects.get()) == ["Un", "> Un un", "Deux", "> Deux un"]


def test_new_items_in_the_order_of_their_numbers(client):
    rows = [row("Trois", 3), row("Sans numéro"), row("Un", 1), row("Deux", 2)]
    client.post(ADD, sent(rows=rows))
    assert outline(Meeting.objects.get()) == ["Un", "Deux", "Trois", "Sans numéro"]


@pytest.mark.parametrize(
    ("title", "order", "expected"),
    [
        ("Three", 1, ["Three", "One", "> 1.1", "> 1.2", "Two"]),
        ("Two", 5, ["One", "> 1.1", "> 1.2", "Three", "Two"]),
        # Its sub-items were not renumbered: they follow it.
        ("One", 5, ["Two", "Three", "One", "> 1.1", "> 1.2"]),
        ("1.2", 2, ["One", "> 1.2", "> 1.1", "Two", "Three"]),
        # An item does not part another one from its sub-items.
        ("Two", 2, ["One", "> 1.1", "> 1.2", "Two", "Three"]),
        ("Three", 3, ["One", "> 1.1", "> 1.2", "Three", "Two"]),
        # A sub-item goes under the item that precedes its new place.
        ("1.1", 5, ["One", "> 1.2", "Two", "Three", "> 1.1"]),
    ],
)
def test_one_number_is_changed_by_hand(client, meeting, title, order, expected):
    client.post(change(meeting), sent(meeting, stored_rows(meeting, **{title: order})))
    assert outline(meeting) == expected


def test_the_order_of_the_script_is_taken_as_it_is(client, meeting):
    """1.2 keeps its number, and is now under Three."""
    orders = {"Three": 1, "1.1": 2, "1.2": 3, "One": 4, "Two": 5}
    rows = stored_rows(meeting, **orders)
    client.post(change(meeting), sent(meeting, rows) | {"agenda_items-exact": "1"})
    assert outline(meeting) == ["Three", "> 1.1", "> 1.2", "One", "Two"]


def test_a_new_item_takes_the_place_of_its_number(client, meeting):
    rows = [*stored_rows(meeting), row("Neuf", 4), row("Premier sous-point", 2, sub=True)]
    client.post(change(meeting), sent(meeting, rows))
    assert outline(meeting) == [
        *("One", "> Premier sous-point", "> 1.1", "> 1.2"),
        *("Neuf", "Two", "Three"),
    ]


def test_an_item_that_comes_down_stays_behind_the_sub_items_of_another(client):
    meeting = MeetingFactory()
    AgendaItemFactory(meeting=meeting, title="One", position=1)
    two = AgendaItemFactory(meeting=meeting, title="Two", position=2)
    AgendaItemFactory(meeting=meeting, title="2.1", position=1, parent=two)
    client.post(change(meeting), sent(meeting, stored_rows(meeting, One=2)))
    assert outline(meeting) == ["Two", "> 2.1", "One"]
    client.post(change(meeting), sent(meeting, [*stored_rows(meeting), row("New", 2)]))
    assert outline(meeting) == ["Two", "> 2.1", "New", "One"]


def test_a_stored_item_becomes_a_sub_item_of_a_new_one(client):
    item = AgendaItemFactory(title="Ancien", position=1)
    rows = [row("Ancien", 2, item=item, sub=True), row("Neuf", 1)]
    client.post(change(item.meeting), sent(item.meeting, rows))
    assert outline(item.meeting) == ["Neuf", "> Ancien"]


def test_a_sub_item_with_nothing_before_it_is_an_item(client):
    client.post(ADD, sent(rows=[row("Seul", sub=True)]))
    assert outline(Meeting.objects.get()) == ["Seul"]


def test_an_empty_row_that_was_moved_stays_empty(client):
    client.post(ADD, sent(rows=[row("", 1), row("Un", 2), row("", 3, sub=True)]))
    assert outline(Meeting.objects.get()) == ["Un"]


def test_the_sub_items_of_a_deleted_item_come_up_to_its_level(client, meeting):
    rows = stored_rows(meeting)
    rows[0]["DELETE"] = "on"
    client.post(change(meeting), sent(meeting, rows))
    assert outline(meeting) == ["1.1", "1.2", "Two", "Three"]


def test_an_item_and_its_sub_items_are_deleted_together(client, meeting):
    rows = stored_rows(meeting)
    for number in range(3):
        rows[number]["DELETE"] = "on"
    client.post(change(meeting), sent(meeting, rows))
    assert outline(meeting) == ["Two", "Three"]
    deletions = AgendaItem.history.filter(history_type="-").values_list("title", flat=True)
    assert sorted(deletions) == ["1.1", "1.2", "One"]


def test_a_wrong_row_loses_no_word_of_the_others(client):
    rows = [row("", presented="Une expérimentation"), row("Deux", "x", outcome="Obtenu")]
    page = client.post(ADD, sent(rows=rows, title="Mon titre", place="Ici"))
    content = page.content.decode()
    assert "Donnez un intitulé à ce point." in content
    for words in ("Mon titre", "Ici", "Une expérimentation", "Deux", "Obtenu"):
        assert words in content
    assert not Meeting.objects.exists()


def test_an_item_that_takes_something_up_needs_no_title(client):
    demand = DemandFactory(title="Deux agents de plus")
    item = AgendaItemFactory(title="", demand=demand)
    page = text(client.get(change(item.meeting)))
    assert f"Reprend la revendication : {demand.reference} : Deux agents de plus" in page
    data = sent(item.meeting, [row("", 1, item=item, outcome="Obtenu")])
    assert client.post(change(item.meeting), data).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.outcome, item.demand) == ("", "Obtenu", demand)


def test_what_an_item_takes_up_and_its_meeting_cannot_be_sent(client, meeting):
    demand, other = DemandFactory(), MeetingFactory()
    item = meeting.agenda_items.get(title="Three")
    data = sent(meeting, [row("Three", 1, item=item, demand=demand.pk, meeting=other.pk)])
    client.post(change(meeting), data)
    item.refresh_from_db()
    assert item.demand is None
    assert item.meeting == meeting


def test_an_item_of_another_meeting_is_not_changed(client, meeting):
    foreign = AgendaItemFactory(title="Ailleurs")
    client.post(change(meeting), sent(meeting, [row("Volé", 1, item=foreign)]))
    foreign.refresh_from_db()
    assert foreign.title == "Ailleurs"
    assert foreign.meeting != meeting


def test_an_item_deleted_meanwhile_is_told_and_its_words_stay(client, meeting):
    rows = stored_rows(meeting)
    meeting.agenda_items.get(title="Three").delete()
    rows[-1]["presented"] = "Mes mots"
    page = client.post(change(meeting), sent(meeting, rows))
    assert "Ce point a été supprimé entre-temps" in text(page)
    assert "Mes mots" in page.content.decode()
    rows[-1]["DELETE"] = "on"
    assert client.post(change(meeting), sent(meeting, rows)).status_code == 302


def test_what_the_record_hangs_on_is_not_deleted_and_it_is_said(client):
    step = DemandStepFactory()
    item = AgendaItemFactory(meeting=step.meeting, title="Les effectifs", position=1)
    DemandStepFactory(demand=step.demand, meeting=item.meeting, agenda_item=item)
    CommitmentFactory(agenda_item=item, wording="Nous recruterons.")
    later = AgendaItemFactory(takes_up=item, title="")
    rows = [row("Les effectifs", 1, item=item, outcome="Mes mots") | {"DELETE": "on"}]
    page = client.post(change(item.meeting), sent(item.meeting, rows))
    said = text(page)
    assert "Le point « Les effectifs » ne peut pas être supprimé" in said
    assert "Nous recruterons." in said
    assert step.demand.reference in said
    assert " ".join(the_meeting(later.meeting).split()) in said
    assert "Mes mots" in page.content.decode()
    assert AgendaItem.objects.filter(pk=item.pk).exists()


def test_what_was_said_is_folded_away_until_the_meeting(client):
    def folded(url):
        return client.get(url).content.decode().count('<details class="agenda-item__words">')

    coming, held = MeetingFactory(), MeetingFactory(held=True)
    AgendaItemFactory(meeting=coming)
    AgendaItemFactory(meeting=coming, discussion="Déjà dit par lettre.")
    AgendaItemFactory(meeting=held)
    empty_rows = 1
    in_the_template = 1
    assert folded(ADD) == 4 + in_the_template
    assert folded(change(coming)) == 1 + empty_rows + in_the_template
    assert folded(change(held)) == 0


def test_the_page_takes_the_same_queries_whatever_the_agenda(client, django_assert_num_queries):
    def fill(meeting, count):
        for _ in range(count):
            AgendaItemFactory(meeting=meeting)
            AgendaItemFactory(meeting=meeting, title="", demand=DemandFactory())
            AgendaItemFactory(meeting=meeting, title="", commitment=CommitmentFactory())
            AgendaItemFactory(meeting=meeting, title="", takes_up=AgendaItemFactory())
        return meeting

    few, many = fill(MeetingFactory(), 1), fill(MeetingFactory(), 12)
    with django_assert_num_queries(queries(client, change(few))):
        client.get(change(many))
