"""The policy, as a table: every URL name × every role → the status of the answer to a GET.

A route that is not listed fails `test_every_route_is_listed`: whoever adds a page decides here
who may open it.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from articles.models import Page
from members.mail import unsubscribing
from tests.access import (
    HEADS,
    MANAGERS,
    OFFICERS,
    READERS,
    ROLES,
    WRITERS,
    Route,
    World,
    app_list,
    article,
    attached,
    desk,
    document,
    everyone,
    given_to_read,
    illustrated,
    make_user,
    only,
    pk,
    reaction,
    signed_in,
)
from tests.factories import ArticleFactory

PAGES = ["detail", "print", "pdf"]

SITE = [
    Route("home", everyone()),
    Route("search", everyone()),
    Route("robots", everyone()),
    Route("healthz", everyone()),
    Route("sitemap", everyone()),
    Route("django.contrib.sitemaps.views.sitemap", everyone(), lambda world: ["articles"]),
    Route("articles:list", everyone()),
    Route("articles:feed", everyone()),
    Route("articles:personal_feed", everyone(), lambda world: [world.calendar_token], "secret"),
    Route("articles:personal_feed", everyone(404), lambda world: ["inconnu"], "unknown"),
    Route("articles:category_feed", everyone(), lambda world: [world.public.category.slug]),
    *(Route(f"articles:{slug}", everyone()) for slug in Page.ADDRESSES),
    Route("articles:category", everyone(), lambda world: [world.public.category.slug]),
    *(Route(f"articles:{page}", everyone(), article("public"), "public") for page in PAGES),
    *(Route(f"articles:{page}", everyone(), article("teaser"), "teaser") for page in PAGES),
    *(Route(f"articles:{page}", only(READERS), article("reserved"), "reserved") for page in PAGES),
    *(Route(f"articles:{page}", only(WRITERS), article("draft"), "draft") for page in PAGES),
    Route("articles:attachment", everyone(), attached("attachment"), "public"),
    Route("articles:attachment", only(READERS), attached("reserved_attachment"), "reserved"),
    Route("articles:attachment", only(WRITERS), attached("attachment_of_draft"), "of a draft"),
    *(
        Route(name, policy, illustrated(picture, *width), about)
        for name, *width in (("articles:picture",), ("articles:picture_copy", 480))
        for policy, picture, about in (
            (everyone(), "picture", "public"),
            (only(READERS), "reserved_picture", "reserved"),
            (only(WRITERS), "picture_of_draft", "of a draft"),
        )
    ),
    *(
        Route(name, policy, given_to_read(picture, *width), about)
        for name, *width in (("articles:draft_picture",), ("articles:draft_picture_copy", 480))
        for policy, picture, about in (
            (everyone(), "picture_of_draft", "given to read"),
            (everyone(404), "reserved_picture", "that is not in it"),
        )
    ),
    Route("articles:react", everyone(302), article("public"), "public"),
    Route("articles:react", only(READERS, status=302), article("reserved"), "reserved"),
    Route("articles:say", everyone(302), article("public"), "public"),
    Route("articles:say", only(READERS, status=302), article("reserved"), "reserved"),
    Route(
        "articles:reaction_flag",
        everyone(404)
        | {"visitor": 302, "adherent": 200}
        | dict.fromkeys(["moderator", *HEADS], 403),
        reaction,
        "another's",
    ),
    Route("articles:reaction_appeal", signed_in(404), pk("reaction"), "another's"),
    Route("articles:say_of_reaction", everyone(302), reaction, "public"),
    Route("articles:draft", everyone(), lambda world: [world.draft_token], "given to read"),
    Route("articles:draft", everyone(404), lambda world: ["1~faux"], "forged"),
    Route("articles:reaction_edit", signed_in(404), reaction, "another's"),
    Route("articles:reaction_delete", signed_in(404), reaction, "another's"),
    Route("meetings:list", everyone()),
    Route("meetings:detail", everyone(), lambda world: [world.meeting.slug], "public"),
    Route(
        "meetings:detail", only(READERS), lambda world: [world.reserved_meeting.slug], "reserved"
    ),
    Route("meetings:ics", everyone(), lambda world: [world.meeting.slug], "public"),
    Route("meetings:ics", only(READERS), lambda world: [world.reserved_meeting.slug], "reserved"),
    Route("meetings:document", everyone(), document("document"), "public"),
    Route("meetings:document", only(READERS), document("reserved_document"), "reserved"),
    Route(
        "meetings:document",
        only(READERS),
        document("document_of_reserved_meeting"),
        "of a reserved meeting",
    ),
    Route("meetings:calendar", everyone()),
    Route("meetings:personal_calendar", everyone(), lambda world: [world.calendar_token], "secret"),
    Route("meetings:personal_calendar", everyone(404), lambda world: ["inconnu"], "unknown"),
    Route("meetings:my_calendar", only(READERS, others=403) | {"visitor": 302}),
    Route("meetings:demand_list", everyone()),
    Route("meetings:demands_csv", everyone()),
    Route("meetings:demands_json", everyone()),
    Route("meetings:demand", everyone(), lambda world: [world.demand.reference], "public"),
    Route(
        "meetings:demand",
        only(READERS),
        lambda world: [world.reserved_demand.reference],
        "reserved",
    ),
    Route("meetings:follow", everyone(302), lambda world: [world.demand.reference], "public"),
    Route(
        "meetings:follow",
        only([*READERS, "visitor"], status=302),
        lambda world: [world.reserved_demand.reference],
        "reserved",
    ),
    Route("meetings:followed", signed_in()),
    Route("meetings:commitment_list", everyone()),
    Route("members:space", signed_in()),
    Route("members:second_factor", signed_in(403) | dict.fromkeys(OFFICERS, 302)),
    Route("members:sign_in_again", signed_in()),
    Route("members:invitation", everyone(), lambda world: [world.invitation.token], "secret"),
    Route("members:invitation", everyone(404), lambda world: ["inconnu"], "unknown"),
    Route("members:access_request", everyone()),
    Route("members:access_request_sent", everyone()),
    Route("members:notifications", signed_in()),
    Route("members:news", signed_in()),
    Route("members:one_news", everyone(302), lambda world: [world.failed_mail.reference]),
    Route("mail:unsubscribe", everyone(), lambda world: [unsubscribing.token(world.account)]),
    Route("mail:unsubscribe", everyone(404), lambda world: ["inconnu"], "unknown"),
    Route("articles:my_reactions", signed_in()),
    Route("members:data", signed_in()),
    # Who is signed in proves it again first.
    Route("members:data_download", everyone(302)),
    Route("members:departure", signed_in()),
    Route("members:departure_confirm", everyone(302)),
    Route("members:departed", everyone()),
]

ACCOUNT = [
    Route("account_login", everyone(302) | {"visitor": 200}),
    Route("account_logout", signed_in()),
    Route("account_inactive", everyone()),
    Route("account_signup", everyone(302) | {"visitor": 200}),
    Route("account_reauthenticate", signed_in()),
    Route("account_email", signed_in()),
    Route("account_email_verification_sent", everyone()),
    Route("account_change_password", signed_in()),
    Route("account_set_password", signed_in(302)),
    Route("account_reset_password", everyone()),
    Route("account_reset_password_done", everyone()),
    Route("account_reset_password_from_key", everyone(), lambda world: ["1", "nul-nul"]),
    Route("account_reset_password_from_key_done", everyone()),
    Route("account_confirm_login_code", everyone(302)),
    Route("account_confirm_email", everyone(), lambda world: ["cle-inconnue"]),
    Route("account_request_login_code", everyone(302) | {"visitor": 200}),
    Route("mfa_authenticate", everyone(302)),
    Route("mfa_login_webauthn", everyone(302)),
    Route("mfa_index", signed_in()),
    # Who has no second factor is sent to the password.
    Route("mfa_reauthenticate", everyone(302)),
    Route("mfa_reauthenticate_webauthn", everyone(302)),
    # Before these, the password is asked again.
    Route("mfa_activate_totp", everyone(302)),
    Route("mfa_add_webauthn", everyone(302)),
    Route("mfa_generate_recovery_codes", everyone(302)),
    # Who has nothing to see or to remove; the others' keys are as if they were not there.
    Route("mfa_list_webauthn", signed_in()),
    Route("mfa_view_recovery_codes", signed_in(404)),
    Route("mfa_download_recovery_codes", signed_in(404)),
    Route("mfa_deactivate_totp", signed_in(404)),
    Route("mfa_edit_webauthn", everyone(302), lambda world: [world.passkey.pk], "another's"),
    Route("mfa_remove_webauthn", everyone(302), lambda world: [world.passkey.pk], "another's"),
    Route("usersessions_list", signed_in()),
]


def model_pages(
    model: str,
    obj: str,
    *,
    view: list[str],
    add: list[str],
    delete: list[str],
    history: list[str] | None = None,
) -> list[Route]:
    """The admin's pages for one model; who may only look is shown the same page without fields."""
    return [
        Route(f"admin:{model}_changelist", desk(view)),
        Route(f"admin:{model}_add", desk(add)),
        Route(f"admin:{model}_change", desk(view), pk(obj)),
        Route(f"admin:{model}_history", desk(view if history is None else history), pk(obj)),
        Route(f"admin:{model}_delete", desk(delete), pk(obj)),
    ]


ADMIN = [
    Route("admin:index", desk(OFFICERS)),
    Route("admin:login", everyone(403) | {"visitor": 302} | dict.fromkeys(OFFICERS, 302)),
    Route("admin:logout", everyone(302) | dict.fromkeys(OFFICERS, 405)),
    Route("admin:password_change", everyone(302)),
    Route("admin:password_change_done", desk(OFFICERS)),
    Route("admin:jsi18n", desk(OFFICERS)),
    Route("admin:autocomplete", desk([])),
    Route(
        "admin:app_list", app_list([*WRITERS, "moderator"]), lambda world: ["articles"], "articles"
    ),
    Route("admin:app_list", app_list(MANAGERS), lambda world: ["members"], "members"),
    *model_pages(
        "articles_article", "draft", view=WRITERS, add=WRITERS, delete=["publisher", *HEADS]
    ),
    *model_pages("articles_category", "category", view=WRITERS, add=HEADS, delete=HEADS),
    *model_pages("articles_page", "page", view=WRITERS, add=[], delete=[]),
    Route("admin:articles_reaction_queue", desk(["moderator", *HEADS])),
    *model_pages("articles_spipimport", "spip_import", view=WRITERS, add=[], delete=[]),
    *model_pages(
        "articles_meetingproposal",
        "proposal",
        view=WRITERS,
        add=[],
        delete=["publisher", *HEADS],
    ),
    *model_pages("articles_reaction", "reaction", view=["moderator", *HEADS], add=[], delete=[]),
    *model_pages(
        "meetings_meeting", "meeting", view=WRITERS, add=WRITERS, delete=HEADS, history=HEADS
    ),
    *model_pages("meetings_demand", "demand", view=WRITERS, add=WRITERS, delete=[], history=HEADS),
    *model_pages(
        "meetings_commitment",
        "commitment",
        view=WRITERS,
        add=WRITERS,
        delete=["superuser"],
        history=HEADS,
    ),
    Route("admin:meetings_meeting_owed", desk(WRITERS), pk("meeting")),
    Route("admin:meetings_meeting_after", desk(WRITERS), pk("meeting")),
    *model_pages(
        "meetings_deadlinerule",
        "deadline_rule",
        view=WRITERS,
        add=HEADS,
        delete=HEADS,
        history=HEADS,
    ),
    Route("admin:meetings_journal", desk(HEADS)),
    *model_pages("members_user", "account", view=MANAGERS, add=MANAGERS, delete=[], history=HEADS),
    *model_pages(
        "members_membership",
        "membership",
        view=MANAGERS,
        add=MANAGERS,
        delete=HEADS,
        history=HEADS,
    ),
    Route("admin:members_membership_import", desk(MANAGERS)),
    Route("admin:members_membership_process_import", desk(MANAGERS, 405)),
    Route("admin:members_membership_undo_import", desk(MANAGERS), pk("membership_import")),
    Route("admin:members_membership_export", desk(MANAGERS)),
    *model_pages("members_auditentry", "audit_entry", view=HEADS, add=[], delete=[]),
    Route("admin:members_membership_invite", desk(MANAGERS), pk("membership")),
    Route("admin:members_membership_invite_all", desk(MANAGERS)),
    *model_pages("members_accessrequest", "access_request", view=MANAGERS, add=[], delete=[]),
    # Who may open it proves again who they are.
    Route("admin:members_user_departure", desk(HEADS, 302), pk("account")),
    *model_pages("members_mandate", "mandate", view=HEADS, add=HEADS, delete=HEADS),
    Route("admin:members_mandate_whole_history", desk(HEADS)),
    *model_pages("members_outgoingmail", "failed_mail", view=HEADS, add=[], delete=[], history=[]),
    Route("admin:articles_article_preview_new", desk(WRITERS, 422)),
    Route("admin:articles_article_preview", desk(WRITERS, 422), pk("draft")),
    Route("admin:articles_article_illustrations_new", desk(WRITERS)),
    Route("admin:articles_article_illustrations", desk(WRITERS), pk("draft")),
    Route("admin:articles_page_illustrations", desk(WRITERS), pk("page")),
    Route("admin:articles_article_autosave_new", desk(WRITERS, 405)),
    Route("admin:articles_article_autosave", desk(WRITERS, 405), pk("draft")),
    Route("admin:articles_article_draft_links", desk(WRITERS, 405), pk("draft")),
    Route("admin:articles_article_decide", desk(WRITERS, 405), pk("draft")),
    Route("admin:articles_article_compare", desk(WRITERS, 404), pk("draft")),
    Route("admin:articles_article_version", desk(WRITERS), lambda world: [world.draft.pk, 1]),
    Route("admin:articles_article_restore", desk(WRITERS, 405), lambda world: [world.draft.pk, 1]),
    Route("admin:articles_article_citations", desk(WRITERS)),
    Route("admin:articles_article_from_meeting", desk(WRITERS, 302), pk("meeting")),
    Route("admin:auth_user_password_change", desk(["superuser"]), pk("account")),
    Route("admin:members_user_remove_second_factor", desk(HEADS), pk("account")),
]

TABLE = [*SITE, *ACCOUNT, *ADMIN]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(role, client):
    world = World()
    if user := make_user(role):
        client.force_login(user)
    cookies = client.cookies.output()
    answered = {}
    for route in TABLE:
        # Each page is opened by who has opened no other.
        with transaction.atomic():
            client.cookies.clear()
            client.cookies.load(cookies.replace("Set-Cookie: ", ""))
            response = client.get(reverse(route.name, args=route.args(world)))
            transaction.set_rollback(True)
        answered[str(route)] = response.status_code
    assert answered == {str(route): route.policy[role] for route in TABLE}


def test_no_two_routes_of_the_table_bear_one_name():
    assert len({str(route) for route in TABLE}) == len(TABLE)


def route_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Every name that leads somewhere; the admin's unnamed catch-alls only redirect."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from route_names(pattern, namespace + inner)
        elif pattern.name:
            yield namespace + pattern.name


def test_every_route_is_listed():
    names = set(route_names(get_resolver()))
    assert names == {route.name for route in TABLE}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_what_is_served_to_a_signed_in_person_is_kept_by_no_cache(role, client):
    ArticleFactory(published=True)
    user = make_user(role)
    if user:
        client.force_login(user)
    response = client.get(reverse("articles:list"))
    kept = response.headers.get("Cache-Control", "")
    assert ("no-store" in kept and "private" in kept) is bool(user)
