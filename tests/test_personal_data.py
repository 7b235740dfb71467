"""What is held of people: nothing that points at a person is missing from their copy."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models

from members import export
from members.models import Membership, User
from members.personal_data import holdings
from tests.people import somebody_known_everywhere

pytestmark = pytest.mark.django_db

PEOPLE = {User, Membership, EmailAddress}

# What points at a person without telling them anything: the relation → why.
EXPLAINED = {
    "members.User_groups.user": "rights come from mandates: no account is put in a group",
    "members.User_user_permissions.user": "rights come from mandates: none is given by hand",
    "account.EmailConfirmation.email_address": "links are signed, not stored: the table is empty",
}


def pointers_at_people() -> set[str]:
    """Every column that refers to a person, or holds an address; those of libraries too."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for field in model._meta.concrete_fields
        if field.related_model in PEOPLE or isinstance(field, models.EmailField)
    }


def test_pointers_are_found():
    assert {
        "admin.LogEntry.user",
        "articles.Reaction.author",
        "meetings.HistoricalDemand.history_user",
        "members.OutgoingMail.address",
        "members.User_groups.user",
    } <= pointers_at_people()


def test_whatever_points_at_a_person_is_in_their_copy_or_explained():
    answered = {relation for holding in holdings() for relation in holding.answers_for}
    assert pointers_at_people() - answered == EXPLAINED.keys()


@pytest.mark.parametrize("name", ["membership", "former_values"])
def test_all_that_a_membership_says_is_told(name):
    columns = {field.name for field in Membership._meta.concrete_fields}
    (told,) = [holding.fields for holding in holdings() if holding.name == name]
    assert columns - told.keys() == {"id", "user"}


def test_no_holding_answers_for_what_is_no_more():
    answered = {relation for holding in holdings() for relation in holding.answers_for}
    assert answered <= pointers_at_people()


def test_each_holding_says_in_french_what_why_and_how_long():
    for holding in holdings():
        said = [holding.title, holding.purpose, holding.kept, *holding.fields.values()]
        assert all(text.strip() for text in said), holding.name
        assert holding.purpose.endswith("."), holding.name
        assert holding.kept.endswith((".", ")")), holding.name


def test_a_row_tells_exactly_the_fields_that_are_named():
    parts = export.gather(somebody_known_everywhere())
    # A kind of which this person has nothing would not be tried here: complete tests/people.py.
    assert [part.holding.name for part in parts if not part.rows] == []
    for part in parts:
        for row in part.rows:
            assert row.keys() == part.holding.fields.keys(), part.holding.name


def opened(user: User) -> tuple[dict, str]:
    with ZipFile(BytesIO(export.archive(user))) as bundle:
        assert bundle.testzip() is None
        assert bundle.namelist() == ["mes-donnees.html", "mes-donnees.json"]
        return json.loads(bundle.read("mes-donnees.json")), bundle.read("mes-donnees.html").decode()


def test_the_copy_has_the_documented_shape():
    told, _ = opened(somebody_known_everywhere())
    assert told.keys() == {"format", "version", "made_at", "site", "parts"}
    assert (told["format"], told["version"]) == ("donnees-personnelles", 1)
    for part in told["parts"]:
        assert part.keys() == {"name", "title", "purpose", "kept", "fields", "rows"}
        for row in part["rows"]:
            assert row.keys() == part["fields"].keys()


def test_the_copy_holds_the_person_s_own_words_and_no_secret_nor_anybody_else():
    person = somebody_known_everywhere()
    told, page = opened(person)
    for text in (json.dumps(told, ensure_ascii=False), page):
        for word in person.words_of_theirs:
            assert word in text
        for word in person.words_of_others:
            assert word not in text


def test_the_page_runs_nothing_and_asks_for_nothing():
    person = somebody_known_everywhere(body="<script>alert(1)</script><img src=//mal.example>")
    _, page = opened(person)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img" not in page
    assert "default-src 'none'" in page
