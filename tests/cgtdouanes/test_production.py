"""What production refuses, and what every answer carries."""

import os
import re
import subprocess
import sys
from runpy import run_path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cgtdouanes import checks
from tests.factories import ArticleFactory, UserFactory

SAFE = {
    "SITE_URL": "https://section.example",
    "SECRET_KEY": "0123456789" * 6,
}


def start(**changes):
    """Load the settings as a fresh process would; return its exit status and what it said."""
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"} | SAFE | changes
    environment = {name: value for name, value in environment.items() if value is not None}
    script = (
        "from cgtdouanes import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME, s.DEBUG)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def documented_settings():
    """The names of the table of the README."""
    table = (settings.BASE_DIR / "README.md").read_text().partition("## Settings")[2]
    rows = [row for row in table.partition("\n## ")[0].splitlines() if row.startswith("| `")]
    return [name for row in rows for name in re.findall("`([A-Z_]+)`", row.split("|")[1])]


# Those that have nothing by default, or that say what they want themselves.
MAY_BE_EMPTY = {
    *("SECRET_KEY_FALLBACKS", "OPERATOR_EMAIL", "DATABASE_REPLICA_URL", "MEDIA_STORAGE"),
}
# Those that take any words: names of folders.
ANY_WORDS = {"MEDIA_ROOT", "STATIC_ROOT", "ERASURE_LEDGER"}


@pytest.fixture
def refused(monkeypatch):
    """Read all settings, with these changes; return why they are refused, or nothing."""
    for name in documented_settings():
        monkeypatch.delenv(name, raising=False)

    def read(**changes):
        for name, value in (SAFE | changes).items():
            monkeypatch.setenv(name, value)
        try:
            run_path(settings.BASE_DIR / "cgtdouanes" / "settings.py")
        except ImproperlyConfigured as error:
            return str(error)
        return ""

    return read


def test_production_cookies_are_bound_to_the_host_and_to_https():
    assert start() == (0, "__Host-session True __Host-csrf False\n")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY est vide"),
        ({"SECRET_KEY": "0123456789"}, "SECRET_KEY a 50 caractères"),
        ({"SECRET_KEY": "x" * 60}, "tirés au hasard"),
        ({"SECRET_KEY": "django-insecure-" + "0123456789" * 6}, "tirés au hasard"),
        ({"DEBUG": "true"}, "DEBUG montre l’intérieur"),
        ({"SITE_URL": "http://section.example"}, "commence par https"),
        ({"SITE_URL": "section.example"}, "SITE_URL s’écrit comme https"),
        ({"SITE_URL": "https://section.example/site"}, "et s’arrête là"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS contient des noms"),
        ({"ALLOWED_HOSTS": "https://section.example"}, "ALLOWED_HOSTS contient des noms"),
        ({"ALLOWED_HOSTS": "autre.example"}, "ne contient pas section.example"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS est vide"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT est text, ou json"),
        ({"REQUIRE_SECOND_FACTOR": "false"}, "REQUIRE_SECOND_FACTOR=false ne sert"),
        ({"CACHE_URL": "locmemcache://"}, "que tous les processus partagent"),
        ({"CACHE_URL": "dummycache://"}, "que tous les processus partagent"),
        ({"SECRET_KEY_FALLBACKS": "changeme"}, "SECRET_KEY_FALLBACKS contient une clé devinable"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL désigne un serveur"),
        ({"EMAIL_URL": "dummymail://"}, "EMAIL_URL désigne un serveur"),
        ({"TRUSTED_PROXY_COUNT": "0"}, "TRUSTED_PROXY_COUNT est au moins 1"),
        ({"DATABASE_URL": "section"}, "DATABASE_URL s’écrit comme"),
        ({"CACHE_URL": "filecache://"}, "CACHE_URL s’écrit comme"),
        ({"EMAIL_URL": "courrier"}, "EMAIL_URL s’écrit comme"),
        ({"DATABASE_REPLICA_URL": "section"}, "DATABASE_REPLICA_URL s’écrit comme"),
        ({"SITE_URL": "https://[section.example"}, "SITE_URL s’écrit comme"),
        ({"SITE_URL": "https://section.example:https"}, "SITE_URL s’écrit comme"),
        ({"OPERATOR_EMAIL": "camille"}, "OPERATOR_EMAIL est une adresse de courrier"),
        ({"SECRET_KEY": "$SECRET_KEY"}, "SECRET_KEY n’a pas la forme"),
        ({"MEDIA_STORAGE": "section"}, "MEDIA_STORAGE s’écrit comme"),
        ({"MEDIA_STORAGE": "s3+http://clef:secret@10.0.0.9/depot"}, "en clair"),
        ({"RETENTION_MAIL_DAYS": "-1"}, "RETENTION_MAIL_DAYS est un nombre entier, de 1 à 36500"),
        ({"MEMBERSHIP_GRACE_DAYS": "99999999999999999999"}, "nombre entier, de 0 à 36500"),
        ({"MAIL_LEAVES_AT_ONCE": "peut-être"}, "MAIL_LEAVES_AT_ONCE est true ou false"),
        ({"MEMBERSHIP_GRACE_DAYS": "deux"}, "MEMBERSHIP_GRACE_DAYS est un nombre entier"),
    ],
)
def test_production_refuses_to_start_with_less(changes, message):
    status, said = start(**changes)
    assert status != 0
    assert message in said


SERVER = ["-m", "cgtdouanes"]


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (["manage.py", "doctor"], {"SECRET_KEY": ""}),
        (SERVER, {"SECRET_KEY": ""}),
        (SERVER, {"WEB_CONCURRENCY": "deux"}),
        (["-m", "gunicorn", "--config", "gunicorn.conf.py"], {"LOG_FORMAT": "xml"}),
    ],
)
def test_a_refusal_is_one_line_for_the_operator(command, wrong):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"} | SAFE | wrong,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.startswith(f"Réglages refusés : {next(iter(wrong))} est")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("s.EMAIL_FILE_PATH == s.VAR_DIR / 'mail'", True),
        ("s.REQUIRE_SECOND_FACTOR", True),
        ("s.CACHES['shared']['BACKEND']", "cgtdouanes.stores.file_cache.FileCache"),
    ],
)
def test_what_a_machine_of_ones_own_has_without_any_variable(expression, value):
    said = subprocess.check_output(
        [sys.executable, "-c", f"from cgtdouanes import settings as s; print({expression})"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        text=True,
    )
    assert said == f"{value}\n"


@pytest.mark.parametrize(
    ("told", "bound"),
    [({}, "127.0.0.1:8000"), ({"LISTEN": "10.0.0.2", "PORT": "8001"}, "10.0.0.2:8001")],
)
def test_gunicorn_listens_on_this_machine_unless_it_is_told_of_a_network(monkeypatch, told, bound):
    for name in ("LISTEN", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    # Read anew, and put back at the end.
    monkeypatch.delitem(sys.modules, "cgtdouanes.settings")
    assert run_path(settings.BASE_DIR / "gunicorn.conf.py")["bind"] == bound


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, "Ne pas répondre <ne-pas-repondre@section.example>"),
        ("cgt@section.example", "Ne pas répondre <cgt@section.example>"),
        ("Camille <cgt@section.example>", "Camille <cgt@section.example>"),
    ],
)
def test_a_sender_always_has_a_name(given, shown):
    script = "from cgtdouanes import settings as s; print(s.DEFAULT_FROM_EMAIL)"
    environment = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"} | SAFE
    said = subprocess.check_output(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment | ({"DEFAULT_FROM_EMAIL": given} if given else {}),
        text=True,
    )
    assert said.strip() == shown


@pytest.mark.parametrize(
    "wrong", [{"MAIL_DIGEST_DAY": "0"}, {"MAIL_DIGEST_DAY": "8"}, {"MAIL_DIGEST_HOUR": "24"}]
)
def test_the_hour_of_the_weekly_mail_exists(wrong):
    status, said = start(**wrong)
    assert status != 0
    assert f"{next(iter(wrong))} est un nombre entier, de " in said


@pytest.mark.parametrize("name", documented_settings())
def test_a_setting_that_is_empty_or_makes_no_sense_is_refused_by_its_name(name, refused):
    for value in ([] if name in ANY_WORDS else ["deux mots"]) + (
        [] if name in MAY_BE_EMPTY else [""]
    ):
        said = refused(**{name: value})
        assert said.startswith(f"{name} "), value
        assert "\n" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://section:un/secret@10.0.0.9/section"),
        ("DATABASE_URL", "mysql://section:secret@10.0.0.9/section"),
        ("EMAIL_URL", "smtp+tls://section:un/secret@mail.example:587"),
        ("CACHE_URL", "redis://section:un/secret@10.0.0.9:6379/0"),
        ("MEDIA_STORAGE", "s3://clef:un/secret@10.0.0.9/depot"),
    ],
)
def test_an_address_that_holds_a_password_is_refused_without_being_shown(name, value, refused):
    said = refused(**{name: value})
    assert said.startswith(f"{name} s’écrit comme")
    assert "dans un mot de passe, / s’écrit %2F" in said
    assert "secret@10" not in said
    assert "un/" not in said


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"PORT": "70000"}, "PORT est un nombre entier, de 1 à 65535"),
        ({"WEB_CONCURRENCY": "0"}, "WEB_CONCURRENCY est un nombre entier, de 1"),
        ({"LISTEN": "::"}, "LISTEN s’écrit comme 10.0.0.2"),
        ({"LISTEN": "8.8.8.8"}, "LISTEN s’écrit comme 10.0.0.2"),
        ({"PUBLISH_EVERY": "souvent"}, "PUBLISH_EVERY est un nombre entier"),
    ],
)
def test_what_only_the_application_server_reads_is_refused_too(changes, message, refused):
    assert refused(**changes).startswith(message)


def test_what_the_address_of_the_database_asks_of_the_network_is_heard():
    script = "from cgtdouanes import settings as s; print(s.DATABASES['default']['OPTIONS'])"
    said = subprocess.check_output(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]}
        | {"DATABASE_URL": "postgres://section:secret@10.0.0.9/section?sslmode=verify-full"},
        text=True,
    )
    assert "'sslmode': 'verify-full'" in said
    assert "'pool'" in said


@pytest.mark.django_db
def test_demo_accounts_are_warned_of_and_refused_in_production(settings):
    UserFactory(email="adherente@example.org")
    assert [message.id for message in checks.demo_accounts(None, ["default"])] == [
        "cgtdouanes.W001"
    ]
    settings.IS_PRODUCTION = True
    assert [message.id for message in checks.demo_accounts(None, ["default"])] == [
        "cgtdouanes.E001"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/", "/articles/", "/compte/login/", "/admin/", "/nulle-part/"])
def test_every_page_carries_a_strict_policy(client, url):
    headers = client.get(url).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["", "?a=1", "?page=99999999", "?page=x"])
def test_a_member_then_a_visitor_get_each_their_own(client, suffix):
    ArticleFactory(published=True, members_only=True, title="CANARI")
    url = f"/articles/{suffix}"
    client.force_login(UserFactory(adherent=True))
    member = client.get(url)
    client.logout()
    visitor = client.get(url)
    assert "CANARI" in member.content.decode()
    assert "CANARI" not in visitor.content.decode()
    assert member.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in visitor.headers["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/articles/?page=%00", "/articles/?%00=1", "/articles/%00/"])
def test_a_null_character_is_a_bad_request(client, url):
    assert client.get(url).status_code == 400


@pytest.mark.django_db
def test_an_unknown_page_answers_in_french(client):
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "page" in answer.content.decode()
