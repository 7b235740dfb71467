"""Deadlines: what is in time, late or missing, by the section's own rules, and how it is said."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.deadlines import Standing, Subject, around, deadlines_of, to_claim
from meetings.models import DeadlineRule, DemandState, DocumentKind, Kind, MeetingStatus
from meetings.opening_statement import sentence, statement
from tests.factories import (
    DeadlineRuleFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2025, 2, 16, 12, tzinfo=PARIS), tick=False):
        yield


def meeting_on(day, **changes):
    starts_at = datetime.combine(day, datetime.min.time(), PARIS).replace(hour=9, minute=30)
    return MeetingFactory(**{"starts_at": starts_at, "status": MeetingStatus.HELD} | changes)


def received(meeting, kind, day):
    return DocumentFactory(meeting=meeting, kind=kind, received_on=day)


def notice(meeting, day):
    return received(meeting, DocumentKind.CONVENING_NOTICE, day)


def paper(meeting, day):
    return received(meeting, DocumentKind.PREPARATORY_DOCUMENT, day)


def minutes(meeting, day):
    return received(meeting, DocumentKind.MINUTES, day)


def the_deadline(meeting, subject):
    (found,) = [each for each in deadlines_of([meeting]) if each.subject == subject]
    return found


def plain(text):
    """The words with ordinary spaces, as one reads them."""
    return text.replace("\u202f", " ")


def said(meeting, subject):
    return plain(sentence(the_deadline(meeting, subject)))


MEETING_DAY = date(2025, 1, 27)
THEN = date(2024, 12, 3)


def test_without_a_rule_nothing_is_said():
    meeting = meeting_on(MEETING_DAY)
    notice(meeting, date(2025, 1, 26))
    assert deadlines_of([meeting]) == []
    DeadlineRuleFactory(kind=Kind.AUDIENCE)
    assert deadlines_of([meeting]) == []


def test_a_deadline_that_is_not_followed_says_nothing():
    DeadlineRuleFactory(documents_days=None, minutes_days=None, answers_days=None)
    meeting = meeting_on(MEETING_DAY)
    assert [each.subject for each in deadlines_of([meeting])] == [Subject.CONVENING_NOTICE]


@pytest.mark.parametrize(
    ("day", "standing", "late"),
    [
        (date(2025, 1, 12), Standing.IN_TIME, 0),
        (date(2025, 1, 13), Standing.LATE, 1),
        (date(2025, 1, 20), Standing.LATE, 8),
        (date(2025, 1, 30), Standing.LATE, 18),
    ],
)
def test_a_convening_notice_counts_in_calendar_days(day, standing, late):
    DeadlineRuleFactory()
    meeting = meeting_on(MEETING_DAY)
    notice(meeting, day)
    found = the_deadline(meeting, Subject.CONVENING_NOTICE)
    assert found.due_on == date(2025, 1, 12)
    assert (found.standing, found.days_late) == (standing, late)


def test_the_day_of_a_meeting_is_the_day_in_paris():
    DeadlineRuleFactory(convening_notice_days=0)
    meeting = MeetingFactory(
        status=MeetingStatus.HELD, starts_at=datetime(2025, 1, 27, 0, 30, tzinfo=PARIS)
    )
    assert the_deadline(meeting, Subject.CONVENING_NOTICE).due_on == MEETING_DAY


def test_the_first_notice_counts_and_the_last_preparatory_document():
    DeadlineRuleFactory()
    meeting = meeting_on(MEETING_DAY)
    for day in (date(2025, 1, 10), date(2025, 1, 25)):
        notice(meeting, day)
        paper(meeting, day)
    assert the_deadline(meeting, Subject.CONVENING_NOTICE).standing == Standing.IN_TIME
    assert the_deadline(meeting, Subject.DOCUMENTS).received_on == date(2025, 1, 25)
    assert said(meeting, Subject.DOCUMENTS) == (
        "Les documents préparatoires de la réunion technique du 27 janvier 2025 ne nous sont "
        "parvenus au complet que le 25 janvier 2025, deux jours avant la séance, quand le délai "
        "est de huit jours (protocole du 3 mai 2022)."
    )


def test_a_document_without_its_day_is_neither_in_time_nor_late():
    DeadlineRuleFactory()
    meeting = meeting_on(MEETING_DAY)
    notice(meeting, None)
    paper(meeting, date(2025, 1, 10))
    paper(meeting, None)
    for subject in (Subject.CONVENING_NOTICE, Subject.DOCUMENTS):
        assert the_deadline(meeting, subject).standing == Standing.UNDATED
        assert said(meeting, subject) == ""
    paper(meeting, date(2025, 1, 24))
    assert the_deadline(meeting, Subject.DOCUMENTS).standing == Standing.LATE


def test_what_is_not_due_yet_is_not_late():
    DeadlineRuleFactory()
    meeting = meeting_on(date(2025, 3, 3), status=MeetingStatus.PLANNED)
    found = the_deadline(meeting, Subject.CONVENING_NOTICE)
    assert found.due_on == date(2025, 2, 16)
    assert found.standing == Standing.NOT_DUE
    assert [each.subject for each in deadlines_of([meeting])] == [
        Subject.CONVENING_NOTICE,
        Subject.DOCUMENTS,
    ]
    with time_machine.travel(datetime(2025, 2, 17, 12, tzinfo=PARIS)):
        found = the_deadline(meeting, Subject.CONVENING_NOTICE)
        assert (found.standing, found.days_late) == (Standing.MISSING, 1)
        assert said(meeting, Subject.CONVENING_NOTICE) == (
            "La convocation à la réunion technique du 3 mars 2025, due le 16 février 2025, ne nous "
            "est toujours pas parvenue : un jour de retard (protocole du 3 mai 2022)."
        )


def test_a_notice_that_never_came_is_claimed_no_more():
    DeadlineRuleFactory()
    meeting = meeting_on(MEETING_DAY)
    found = the_deadline(meeting, Subject.CONVENING_NOTICE)
    assert found.standing == Standing.MISSING
    assert found.days_late == 15
    assert not found.is_owed
    assert said(meeting, Subject.CONVENING_NOTICE) == (
        "La convocation à la réunion technique du 27 janvier 2025, due le 12 janvier 2025, ne nous "
        "est jamais parvenue (protocole du 3 mai 2022)."
    )


def test_a_late_notice_is_said_with_what_the_rule_gives():
    DeadlineRuleFactory()
    meeting = meeting_on(MEETING_DAY)
    notice(meeting, date(2025, 1, 20))
    assert said(meeting, Subject.CONVENING_NOTICE) == (
        "La convocation à la réunion technique du 27 janvier 2025 nous est parvenue "
        "le 20 janvier 2025, sept jours avant la séance, quand le délai est de quinze jours "
        "(protocole du 3 mai 2022)."
    )


def test_minutes_that_do_not_come_are_counted_to_today():
    DeadlineRuleFactory(kind=Kind.SOCIAL_COMMITTEE, source="")
    meeting = meeting_on(THEN, kind=Kind.SOCIAL_COMMITTEE)
    assert said(meeting, Subject.MINUTES) == (
        "Le procès-verbal du CSA du 3 décembre 2024, dû le 2 janvier 2025, ne nous est "
        "toujours pas parvenu : 45 jours de retard."
    )
    minutes(meeting, date(2025, 1, 18))
    minutes(meeting, date(2025, 1, 30))
    assert said(meeting, Subject.MINUTES) == (
        "Le procès-verbal du CSA du 3 décembre 2024, dû le 2 janvier 2025, ne nous est "
        "parvenu que le 18 janvier 2025 : seize jours de retard."
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.TECHNICAL, "à la réunion technique"),
        (Kind.WORKING_GROUP, "au groupe de travail"),
        (Kind.SOCIAL_COMMITTEE, "au CSA"),
        (Kind.HEALTH_PANEL, "à la formation spécialisée"),
        (Kind.JOINT_COMMITTEE, "à la CAP"),
        (Kind.AUDIENCE, "à l’audience"),
        (Kind.GENERAL_ASSEMBLY, "à l’assemblée générale"),
    ],
)
def test_each_kind_has_its_article(kind, name):
    DeadlineRuleFactory(kind=kind)
    meeting = meeting_on(MEETING_DAY, kind=kind)
    notice(meeting, date(2025, 1, 26))
    paper(meeting, date(2025, 1, 27))
    words = said(meeting, Subject.CONVENING_NOTICE)
    assert words.startswith(f"La convocation {name} du 27 janvier 2025 nous est parvenue")
    assert "la veille de la séance" in words
    of = name.replace("au ", "du ").replace("à l", "de l")
    words = said(meeting, Subject.DOCUMENTS)
    assert words.startswith(f"Le document préparatoire {of} du 27 janvier 2025 nous est parvenu")
    assert "le jour même de la séance" in words


def test_a_cancelled_meeting_is_owed_nothing_and_a_boycotted_one_its_preparation():
    DeadlineRuleFactory()
    cancelled = meeting_on(MEETING_DAY, status=MeetingStatus.CANCELLED)
    boycotted = meeting_on(MEETING_DAY, status=MeetingStatus.BOYCOTTED)
    for meeting in (cancelled, boycotted):
        DemandStepFactory(meeting=meeting, state=DemandState.RAISED)
    assert deadlines_of([cancelled]) == []
    assert [each.subject for each in deadlines_of([boycotted])] == [
        Subject.CONVENING_NOTICE,
        Subject.DOCUMENTS,
    ]


def step(demand, meeting, state, **more):
    return DemandStepFactory(demand=demand, meeting=meeting, state=state, **more)


def test_a_demand_without_answer_is_owed_one():
    DeadlineRuleFactory(answers_days=30)
    meeting = meeting_on(date(2024, 12, 16))
    demand = DemandFactory(title="Un local de repos", raised_on=date(2024, 12, 1))
    step(demand, meeting, DemandState.RAISED)
    assert said(meeting, Subject.ANSWERS) == (
        "La revendication REV-2024-001 (Un local de repos), portée à la réunion technique du "
        "16 décembre 2024, attend toujours la réponse due le 15 janvier 2025 : 32 jours de retard "
        "(protocole du 3 mai 2022)."
    )
    other = DemandFactory(title="Des gilets", raised_on=date(2024, 12, 1))
    step(other, meeting, DemandState.UNDER_REVIEW)
    assert said(meeting, Subject.ANSWERS) == (
        "Deux revendications portées à la réunion technique du 16 décembre 2024, "
        "REV-2024-001 (Un local de repos) et REV-2024-002 (Des gilets), attendent toujours la "
        "réponse due le 15 janvier 2025 : 32 jours de retard (protocole du 3 mai 2022)."
    )


def test_an_answer_ends_the_wait_in_time_or_late():
    DeadlineRuleFactory(answers_days=30)
    meeting = meeting_on(date(2024, 12, 16))
    at_once, late, withdrawn = (
        DemandFactory(title=title, raised_on=date(2024, 12, 1))
        for title in ("Un local", "Des gilets", "Une table")
    )
    step(at_once, meeting, DemandState.RAISED)
    step(at_once, meeting, DemandState.GRANTED)
    step(late, meeting, DemandState.RAISED)
    step(late, None, DemandState.REFUSED, on=date(2025, 1, 20))
    step(withdrawn, meeting, DemandState.RAISED)
    step(withdrawn, None, DemandState.WITHDRAWN, on=date(2025, 1, 20))
    found = {each.standing: each for each in deadlines_of([meeting]) if each.demands}
    assert {standing: each.demands for standing, each in found.items()} == {
        Standing.IN_TIME: [at_once],
        Standing.LATE: [late],
    }
    assert plain(sentence(found[Standing.LATE])) == (
        "La réponse due le 15 janvier 2025 à la revendication REV-2024-002 (Des gilets), portée à "
        "la réunion technique du 16 décembre 2024, n’a été donnée que le 20 janvier 2025 : "
        "cinq jours de retard (protocole du 3 mai 2022)."
    )


def test_a_demand_counts_once_since_the_meeting_where_its_wait_began():
    DeadlineRuleFactory(answers_days=10)
    audience = meeting_on(date(2024, 12, 1), kind=Kind.AUDIENCE)
    first = meeting_on(date(2024, 12, 16))
    second = meeting_on(date(2025, 1, 6))
    third = meeting_on(date(2025, 1, 27))
    demand = DemandFactory(raised_on=date(2024, 11, 1))
    step(demand, audience, DemandState.RAISED)
    step(demand, first, DemandState.UNDER_REVIEW)
    step(demand, second, DemandState.POSTPONED)

    def waited_for():
        meetings = [audience, first, second, third]
        return {
            each.meeting: each.standing
            for each in deadlines_of(meetings)
            if each.subject == Subject.ANSWERS
        }

    assert waited_for() == {first: Standing.MISSING}
    step(demand, second, DemandState.REFUSED)
    assert waited_for() == {first: Standing.LATE}
    step(demand, third, DemandState.RAISED)
    assert waited_for() == {first: Standing.LATE, third: Standing.MISSING}


def test_a_corrected_step_does_not_count():
    DeadlineRuleFactory(answers_days=10)
    meeting = meeting_on(date(2024, 12, 16))
    demand = DemandFactory(raised_on=date(2024, 11, 1))
    wrong = step(demand, meeting, DemandState.RAISED)
    step(demand, meeting, DemandState.GRANTED, corrects=wrong)
    assert not [each for each in deadlines_of([meeting]) if each.demands]


def test_a_meeting_recalls_what_its_chain_is_still_owed():
    officer = UserFactory(role="editor")
    DeadlineRuleFactory()
    first = meeting_on(THEN)
    planned = meeting_on(date(2025, 2, 20), follows=first, status=MeetingStatus.PLANNED)
    meeting_on(THEN)
    notice(planned, date(2025, 2, 10))
    paper(planned, date(2025, 2, 10))
    found = around(planned, officer)
    assert [(each.meeting, each.subject) for each in found] == [
        (planned, Subject.CONVENING_NOTICE),
        (planned, Subject.DOCUMENTS),
        (first, Subject.MINUTES),
    ]
    assert plain(statement(found)).splitlines() == [
        "Avant d’ouvrir l’ordre du jour, nous constatons que deux délais n’ont pas été tenus.",
        "La convocation à la réunion technique du 20 février 2025 nous est parvenue "
        "le 10 février 2025, dix jours avant la séance, quand le délai est de quinze jours "
        "(protocole du 3 mai 2022).",
        "Le procès-verbal de la réunion technique du 3 décembre 2024, dû le 2 janvier 2025, ne "
        "nous est toujours pas parvenu : 45 jours de retard (protocole du 3 mai 2022).",
    ]
    assert around(first, officer)[-1].meeting == first
    minutes(first, date(2024, 12, 30))
    assert "qu’un délai n’a pas été tenu." in statement(around(planned, officer))
    notice(planned, date(2025, 1, 10))
    assert statement(around(planned, officer)) == ""


def test_what_is_to_claim_is_of_the_last_year_and_of_the_coming_meetings():
    DeadlineRuleFactory(convening_notice_days=30, documents_days=None, answers_days=None)
    too_old = meeting_on(date(2024, 2, 1))
    past = meeting_on(THEN)
    settled = meeting_on(date(2024, 11, 3))
    minutes(settled, date(2024, 12, 30))
    coming = meeting_on(date(2025, 3, 1), status=MeetingStatus.PLANNED)
    found = to_claim(UserFactory(role="editor"))
    assert [(each.meeting, each.subject) for each in found] == [
        (coming, Subject.CONVENING_NOTICE),
        (past, Subject.MINUTES),
    ]
    assert too_old not in [each.meeting for each in found]


@pytest.mark.parametrize("number", [1, 20])
def test_any_number_of_meetings_takes_the_same_queries(number):
    DeadlineRuleFactory()
    for day in range(number):
        meeting = meeting_on(THEN - timedelta(days=day))
        notice(meeting, THEN - timedelta(days=day + 2))
        step(DemandFactory(raised_on=date(2024, 11, 1)), meeting, DemandState.RAISED)
    officer = UserFactory(superuser=True)
    to_claim(officer)
    with CaptureQueriesContext(connection) as queries:
        assert len(to_claim(officer)) == number * 2
    assert len(queries) == 4


def typed(**changes):
    return {
        "kind": "social_committee",
        "convening_notice_days": "15",
        "documents_days": "8",
        "minutes_days": "",
        "answers_days": "",
        "source": "règlement intérieur",
    } | changes


def test_the_secretary_sets_the_deadlines(client):
    client.force_login(UserFactory(role="secretary"))
    url = reverse("admin:meetings_deadlinerule_add")
    client.post(url, typed())
    rule = DeadlineRule.objects.get()
    assert (rule.kind, rule.convening_notice_days, rule.minutes_days) == (
        Kind.SOCIAL_COMMITTEE,
        15,
        None,
    )
    page = client.post(url, typed(convening_notice_days="800")).content.decode()
    assert "Ce type de réunion a déjà ses délais : ouvrez-les depuis leur liste." in page
    assert "730" in page
    assert DeadlineRule.objects.count() == 1


def test_an_editor_sees_the_deadlines_and_changes_none(client):
    rule = DeadlineRuleFactory()
    client.force_login(UserFactory(role="editor"))
    url = reverse("admin:meetings_deadlinerule_change", args=[rule.pk])
    assert "protocole du 3 mai 2022" in client.get(url).content.decode()
    assert client.post(url, typed()).status_code == 403
    rule.refresh_from_db()
    assert rule.kind == Kind.TECHNICAL
