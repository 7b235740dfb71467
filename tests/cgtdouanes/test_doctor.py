"""The doctor tells what is missing or unsafe, with what to do, and never of whom."""

import socket
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles import pdf
from articles.models import Article, Status
from cgtdouanes.backup import taking
from cgtdouanes.operations import server, surroundings
from cgtdouanes.operations.doctor import Level, findings
from members.models import OutgoingMail
from tests.factories import ArticleFactory, OutgoingMailFactory, UserFactory
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_server_in_order(settings, tmp_path, monkeypatch):
    """All is well, so that each test spoils one thing."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    settings.LAST_BACKUP = tmp_path / "last.json"
    settings.REQUIRE_SECOND_FACTOR = True
    settings.SECRET_KEY = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    settings.CACHES = {
        "default": {
            "BACKEND": "cgtdouanes.stores.file_cache.FileCache",
            "LOCATION": str(tmp_path / "cache"),
        }
    }
    (tmp_path / "sauvegardes" / "hier").mkdir(mode=0o700, parents=True)
    (tmp_path / "sauvegardes").chmod(0o700)
    backed_up(timedelta(hours=3))
    monkeypatch.setenv("SECTION_ENV", str(tmp_path / "section.env"))
    (tmp_path / "section.env").touch(0o600)
    monkeypatch.setattr(surroundings, "UNITS", tmp_path / "units")
    settings.DEFAULT_FROM_EMAIL = "Ne pas répondre <ne-pas-repondre@exemple.test>"


def backed_up(ago):
    moment = (timezone.now() - ago).isoformat()
    note = server.settings.LAST_BACKUP
    note.write_text(f'{{"at": "{moment}", "in": "{note.parent}/sauvegardes/hier"}}')


def told(level):
    return [finding for finding in findings() if finding.level == level]


def unsafe():
    return " ".join(finding.what for finding in told(Level.UNSAFE))


def test_a_server_in_order_has_nothing_unsafe(capsys):
    call_command("doctor")
    assert "Rien de dangereux n’a été trouvé." in capsys.readouterr().out


def demo(settings, tmp_path, monkeypatch):
    UserFactory(email="adherente@example.org")


def guessable(settings, tmp_path, monkeypatch):
    settings.SECRET_KEY = "x" * 60


def short(settings, tmp_path, monkeypatch):
    settings.SECRET_KEY = "abcdefghijkl"


def debug(settings, tmp_path, monkeypatch):
    settings.DEBUG = True


def one_factor(settings, tmp_path, monkeypatch):
    settings.REQUIRE_SECOND_FACTOR = False


def own_cache(settings, tmp_path, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def forgetful_cache(settings, tmp_path, monkeypatch):
    forgetful = SimpleNamespace(set=lambda *entry: None, get=lambda key: None)
    monkeypatch.setattr(server, "shared_cache", forgetful)


def no_folder(settings, tmp_path, monkeypatch):
    (tmp_path / "media").write_text("a file")


def open_folder(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT.mkdir()
    settings.MEDIA_ROOT.chmod(0o777)


def full_disk(settings, tmp_path, monkeypatch):
    usage = server.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(server.shutil, "disk_usage", lambda path: usage._replace(free=1024**2))


def no_static(settings, tmp_path, monkeypatch):
    (settings.STATIC_ROOT / "staticfiles.json").unlink()


def no_backup(settings, tmp_path, monkeypatch):
    settings.LAST_BACKUP.unlink()


def old_backup(settings, tmp_path, monkeypatch):
    backed_up(timedelta(days=5))


def lost_backup(settings, tmp_path, monkeypatch):
    (tmp_path / "sauvegardes" / "hier").rmdir()


def backups_of_root(settings, tmp_path, monkeypatch):
    def exists(path, look=Path.exists):
        if path.is_relative_to(tmp_path / "sauvegardes"):
            raise PermissionError(13, "Permission denied")
        return look(path)

    monkeypatch.setattr(Path, "exists", exists)


def open_backups(settings, tmp_path, monkeypatch):
    (tmp_path / "sauvegardes").chmod(0o755)


def open_keys(settings, tmp_path, monkeypatch):
    (tmp_path / "section.env").chmod(0o644)


def stuck_mail(settings, tmp_path, monkeypatch):
    mail = OutgoingMailFactory()
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now() - timedelta(hours=2))


def late_article(settings, tmp_path, monkeypatch):
    article = ArticleFactory()
    hour_ago = timezone.now() - timedelta(hours=1)
    Article.objects.filter(pk=article.pk).update(status=Status.SCHEDULED, published_at=hour_ago)


def dead_mail_server(settings, tmp_path, monkeypatch):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        settings.EMAIL_PORT = taken.getsockname()[1]
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_BACKEND = "members.mail.smtp.Backend"


def waiting_migration(settings, tmp_path, monkeypatch):
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415  once it is ready

    MigrationRecorder.Migration.objects.filter(app="members").latest("pk").delete()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (demo, "Comptes de démonstration ouverts"),
        (guessable, "SECRET_KEY est courte ou devinable"),
        (short, "SECRET_KEY est courte ou devinable"),
        (debug, "DEBUG est allumé"),
        (one_factor, "sans second facteur"),
        (own_cache, "n’est pas commun aux processus"),
        (forgetful_cache, "ne garde pas ce qu’on y met"),
        (no_folder, "n’est pas accessible en écriture"),
        (open_folder, "Tout le monde peut écrire"),
        (full_disk, "Il reste 1 Mo"),
        (no_static, "fichiers statiques manquent"),
        (no_backup, "Aucune sauvegarde"),
        (old_backup, "La dernière sauvegarde a 5 jours"),
        (lost_backup, "La dernière sauvegarde n’est plus dans"),
        (backups_of_root, "ou n’est pas au compte du site"),
        (open_backups, "D’autres comptes de cette machine entrent dans"),
        (open_keys, "D’autres que root peuvent lire"),
        (stuck_mail, "Messages en attente depuis plus d’une heure : 1"),
        (late_article, "Articles programmés dont l’heure est passée : 1"),
        (dead_mail_server, "ne répond pas comme il faut (personne ne répond à cette adresse)"),
        (waiting_migration, "Migrations à faire : 1"),
    ],
)
def test_what_is_unsafe_is_told_and_fails(spoil, said, settings, tmp_path, monkeypatch, capsys):
    spoil(settings, tmp_path, monkeypatch)
    with pytest.raises(SystemExit) as end:
        call_command("doctor")
    out = capsys.readouterr().out
    assert end.value.code == 1
    assert said in out
    assert "À corriger avant d’ouvrir le site, ou sans attendre : 1." in out
    assert "example.org" not in out


def test_each_thing_to_correct_says_what_to_do():
    assert all(finding.to_do for finding in findings() if finding.level > Level.GOOD)


def test_officers_without_a_second_factor_are_counted_and_not_named():
    UserFactory(role="secretary", email="secretaire@exemple.test", display_name="Camille")
    said = " ".join(finding.what for finding in findings())
    assert "Membres du bureau sans second facteur : 1" in said
    assert "exemple.test" not in said
    assert "Camille" not in said


def test_a_server_without_pango_is_told_which_packages(monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    assert "libpango" in " ".join(finding.to_do for finding in told(Level.MISSING))


def test_a_pdf_that_could_not_be_made_is_told_until_it_is(client, monkeypatch):
    def fail(html, reader):
        raise pdf.PdfTrouble("a bug")

    article = ArticleFactory(published=True)
    monkeypatch.setattr(pdf, "from_html", fail)
    client.get(f"{article.get_absolute_url()}impression.pdf")
    said = " ".join(finding.what for finding in told(Level.MISSING))
    assert "PDF qui n’ont pas pu être faits : 1" in said
    assert article.title not in said
    monkeypatch.setattr(pdf, "from_html", lambda html, reader: b"%PDF-1.7 made")
    call_command("make_pdfs")
    assert "PDF qui" not in " ".join(finding.what for finding in told(Level.MISSING))


def test_what_cannot_be_looked_at_does_not_hide_the_rest(monkeypatch):
    def broken():
        raise OSError("a secret path")

    monkeypatch.setattr(taking.Path, "read_text", lambda *args, **kwargs: broken())
    looks = [(lambda: broken(), False), (server.last_backup, False)]
    monkeypatch.setattr("cgtdouanes.operations.doctor._looks", looks)
    said = unsafe()
    assert "OSError" in said
    assert "a secret path" not in said
    assert "Aucune sauvegarde" in said


@pytest.fixture
def mail_server(settings):
    with smtp_server() as plan:
        settings.EMAIL_BACKEND = "members.mail.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", plan.port
        yield plan


def test_mail_in_the_clear_to_another_machine_is_unsafe(mail_server, settings, monkeypatch):
    assert unsafe() == ""
    there = SimpleNamespace(open=lambda: None, close=lambda: None)
    monkeypatch.setattr(surroundings, "get_connection", lambda **options: there)
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "mail.test", False, False
    assert "en clair" in unsafe()
    settings.EMAIL_USE_TLS = True
    assert "en clair" not in unsafe()


def test_mail_from_the_address_of_the_example_is_unsafe(mail_server, settings):
    settings.DEFAULT_FROM_EMAIL = "Ne pas répondre <ne-pas-repondre@example.org>"
    assert "celle de l’exemple" in unsafe()


def test_a_password_that_the_mail_server_takes_otherwise_is_told(mail_server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "camille", "secret"
    assert "ne prend pas de mot de passe ainsi" in unsafe()


def test_a_sender_that_reveals_the_union_is_unsafe_in_production(mail_server, settings):
    settings.IS_PRODUCTION = True
    settings.DEFAULT_FROM_EMAIL = "CGT Douanes <ne-pas-repondre@exemple.test>"
    assert "révèle une appartenance syndicale" in unsafe()


def test_a_wrong_password_of_the_mail_server_is_unsafe_and_no_mail_is_sent(mail_server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "camille", "secret"
    mail_server.refuses_passwords = True
    assert "refuse le compte ou le mot de passe" in unsafe()
    assert "secret" not in unsafe()
    assert "camille" not in unsafe()
    assert not mail_server.received


class Units:
    """What systemd would say of units, and where the installed ones are."""

    def __init__(self, folder):
        self.folder = folder
        self.states = {}
        for path in surroundings.OURS.rglob("*.*"):
            if path.is_file():
                copy = folder / path.relative_to(surroundings.OURS)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(path.read_text())

    def show(self, command, **options):
        state = self.states.get(command[-1], "active")
        return subprocess.CompletedProcess(command, 0, stdout=f"{state}\n")


@pytest.fixture
def units(monkeypatch):
    systemd = Units(surroundings.UNITS)
    monkeypatch.setattr(
        surroundings,
        "subprocess",
        SimpleNamespace(run=systemd.show, TimeoutExpired=subprocess.TimeoutExpired),
    )
    return systemd


def test_services_that_run_as_this_version_has_them_are_in_order(units):
    assert "Les services tournent" in [finding.what for finding in told(Level.GOOD)]


def test_services_of_an_earlier_version_are_told(units):
    (units.folder / "section-.service.d" / "common.conf").write_text("[Service]\n")
    assert "ne sont pas ceux de cette version" in " ".join(
        each.what for each in told(Level.MISSING)
    )


@pytest.mark.parametrize("state", ["inactive", "failed"])
def test_a_service_that_does_not_run_is_unsafe(units, state):
    units.states["section-mail"] = state
    assert unsafe() == "section-mail ne tourne pas"


def test_a_night_that_failed_is_unsafe(units, monkeypatch):
    units.states["section-daily"] = "failed"
    assert unsafe() == "Le travail de la nuit a échoué"
    # During that night, its last command is told of the others.
    units.states["section-daily"] = "deactivating"
    monkeypatch.setenv("SERVICE_RESULT", "exit-code")
    assert unsafe() == "Le travail de la nuit a échoué"
    monkeypatch.setenv("SERVICE_RESULT", "success")
    assert unsafe() == ""


def test_a_certificate_that_nobody_renewed_is_unsafe():
    soon = (timezone.now() + timedelta(days=9, hours=1)).strftime("%b %d %H:%M:%S %Y GMT")
    late = (timezone.now() + timedelta(days=60)).strftime("%b %d %H:%M:%S %Y GMT")
    (found,) = surroundings._days_left(soon)
    assert found.level == Level.UNSAFE
    assert "9 jours" in found.what
    assert not list(surroundings._days_left(late))


def test_the_operator_is_written_to_only_when_something_is_unsafe(settings, mailoutbox):
    settings.OPERATOR_EMAIL = "operateur@exemple.test"
    call_command("doctor", mail=True)
    assert not mailoutbox
    settings.LAST_BACKUP.unlink()
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert not mailoutbox
    with pytest.raises(SystemExit):
        call_command("doctor", mail=True)
    (mail,) = mailoutbox
    assert mail.to == ["operateur@exemple.test"]
    assert mail.subject == "Votre serveur, à corriger : 1"
    assert "Aucune sauvegarde" in mail.body
    assert "→ lancez" in mail.body


def test_while_the_database_is_away_nothing_is_claimed_of_what_is_in_it(monkeypatch):
    monkeypatch.setattr("cgtdouanes.operations.doctor.database_answers", lambda patience: False)
    monkeypatch.setattr(server, "database_answers", lambda patience: False)
    said = " ".join(finding.what for finding in findings())
    assert "La base de données ne répond pas" in unsafe()
    assert "démonstration" not in said
    assert "message" not in said
    assert "SECRET_KEY est assez longue" in said
