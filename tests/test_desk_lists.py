"""The officers' lists and what their fields propose: as many queries for 1 row as for 100."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import (
    Appeal,
    Article,
    Category,
    MeetingProposal,
    Page,
    Reaction,
    SpipImport,
    Verdict,
    Wording,
)
from meetings.models import AgendaItem, Commitment, DeadlineRule, Demand, Document, Kind, Meeting
from members.models import AccessRequest, AuditEntry, Mandate, Membership, OutgoingMail, User
from tests.factories import (
    AccessRequestFactory,
    AgendaItemFactory,
    ArticleFactory,
    AuditEntryFactory,
    CategoryFactory,
    CommitmentFactory,
    DeadlineRuleFactory,
    DecisionFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    FlagFactory,
    InvitationFactory,
    MandateFactory,
    MeetingFactory,
    MeetingProposalFactory,
    MembershipFactory,
    OutgoingMailFactory,
    ReactionFactory,
    SpipImportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def demand():
    DemandStepFactory(demand=DemandFactory())


def agenda_item():
    """Points with words of their own, and points that have those of what they take up."""
    AgendaItemFactory(takes_up=AgendaItemFactory(title="", demand=DemandFactory()), title="")
    AgendaItemFactory(title="", commitment=CommitmentFactory())


def membership():
    InvitationFactory(membership=MembershipFactory(user=UserFactory()))


MAKERS = {
    User: lambda: UserFactory(adherent=True),
    Membership: membership,
    AccessRequest: lambda: AccessRequestFactory(last_name=MembershipFactory().last_name),
    AuditEntry: lambda: AuditEntryFactory(officer=UserFactory()),
    OutgoingMail: lambda: OutgoingMailFactory(recipient=UserFactory(), failed=True),
    Mandate: lambda: MandateFactory(role="editor"),
    Category: lambda: CategoryFactory(parent=CategoryFactory()),
    Article: lambda: ArticleFactory(meeting=MeetingFactory()),
    Reaction: ReactionFactory,
    SpipImport: SpipImportFactory,
    MeetingProposal: lambda: MeetingProposalFactory(meeting=MeetingFactory()),
    Page: lambda: Page.objects.create(slug=f"page-{Page.objects.count()}", title="Une page"),
    Meeting: lambda: MeetingFactory(follows=MeetingFactory(held=True)),
    Demand: demand,
    Commitment: lambda: CommitmentFactory(demand=DemandFactory(), overdue=True),
    AgendaItem: agenda_item,
    Document: DocumentFactory,
}
LISTED = {
    model
    for model, desk in admin.site._registry.items()
    if model._meta.app_label in {"members", "meetings", "articles"} and desk.get_urls()
}
PROPOSED = [
    (model, field)
    for model, desk in admin.site._registry.items()
    for page in (desk, *(inline(model, admin.site) for inline in desk.inlines))
    for field in page.autocomplete_fields
]


def name(model):
    return model._meta.label_lower.replace(".", "_")


def queries(client, url, asked=None):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, asked).status_code == 200
    return len(captured)


@pytest.fixture
def superuser(client):
    user = UserFactory(superuser=True, role="secretary")
    client.force_login(user)
    return user


def test_every_list_is_counted():
    assert LISTED - {DeadlineRule} <= set(MAKERS)


@pytest.mark.parametrize("model", [model for model in MAKERS if model in LISTED], ids=name)
def test_a_list_takes_the_same_queries_for_1_row_and_for_100(client, superuser, model):
    url = reverse(f"admin:{name(model)}_changelist")
    MAKERS[model]()
    queries(client, url)
    few = queries(client, url)
    for _ in range(99):
        MAKERS[model]()
    assert queries(client, url) == few


@pytest.mark.parametrize("model", [model for model in MAKERS if model in LISTED], ids=name)
def test_deleting_is_named_in_words_that_agree_with_the_list(client, superuser, model):
    MAKERS[model]()
    page = client.get(reverse(f"admin:{name(model)}_changelist")).content.decode()
    assert "sélectionnés</option>" not in page


def test_the_deadlines_take_the_same_queries_for_one_kind_and_for_all(client, superuser):
    url = reverse("admin:meetings_deadlinerule_changelist")
    first, *others = Kind.values
    DeadlineRuleFactory(kind=first)
    queries(client, url)
    few = queries(client, url)
    for kind in others:
        DeadlineRuleFactory(kind=kind)
    assert queries(client, url) == few


def test_the_queue_of_moderators_takes_the_same_queries_for_1_reaction_and_for_a_page(
    client, superuser
):
    """One's own reactions too, which are left to others."""

    def waiting():
        parent = ReactionFactory()
        reaction = ReactionFactory(parent=parent, article=parent.article, to_read=True)
        Wording.objects.create(reaction=reaction, body="Avant")
        FlagFactory(reaction=reaction)
        DecisionFactory(reaction=reaction, verdict=Verdict.KEEP)
        ReactionFactory(author=superuser, to_read=True)
        hidden = DecisionFactory(reaction__author=superuser, by=superuser)
        Appeal.objects.create(decision=hidden, words="Recours")

    url = reverse("admin:articles_reaction_queue")
    waiting()
    queries(client, url)
    few = queries(client, url)
    for _ in range(20):
        waiting()
    for page in (1, 3, 6):
        assert queries(client, url, {"page": page}) <= few
    assert queries(client, url) == few


@pytest.mark.parametrize(
    ("page", "field"), PROPOSED, ids=[f"{name(page)}.{field}" for page, field in PROPOSED]
)
def test_a_field_that_searches_takes_the_same_queries_for_1_row_and_for_20(
    client, superuser, page, field
):
    found = page._meta.get_field(field).related_model
    asked = {
        "app_label": page._meta.app_label,
        "model_name": page._meta.model_name,
        "field_name": field,
        "term": "",
    }
    url = reverse("admin:autocomplete")
    MAKERS[found]()
    queries(client, url, asked)
    few = queries(client, url, asked)
    for _ in range(19):
        MAKERS[found]()
    assert queries(client, url, asked) == few
