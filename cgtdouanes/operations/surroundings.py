"""What the doctor looks at around the site: its settings' file, services, address, clock, mail."""

import os
import smtplib
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.utils import timezone

from cgtdouanes.operations.doctor import PATIENCE, Finding, good, missing, unsafe
from cgtdouanes.operations.trouble import in_french

DRIFT = timedelta(seconds=30)
# certbot renews thirty days before the end.
LAST_DAYS = timedelta(days=20)
UNITS = Path("/etc/systemd/system")
OURS = settings.BASE_DIR / "deploy" / "systemd"
ALWAYS_ON = ("section-web", "section-mail", "section-publish", "section-daily.timer")


def settings_file() -> Iterator[Finding]:
    """Whether the keys that it holds are for root alone."""
    path = Path(os.environ.get("SECTION_ENV", "/etc/section.env"))
    if path.exists() and path.stat().st_mode & 0o077:
        yield unsafe(f"D’autres que root peuvent lire {path}", f"chmod 600 {path}")


def services() -> Iterator[Finding]:
    """Whether those of `deploy/systemd` are of this version, and run; nothing where none is."""
    if not (UNITS / "section-web.service").exists():
        return
    files = [path for path in OURS.rglob("*") if path.is_file()]
    if any(_text(UNITS / path.relative_to(OURS)) != _text(path) for path in files):
        yield missing(
            "Les services installés ne sont pas ceux de cette version",
            f"cp -r {OURS}/* {UNITS}/ && systemctl daemon-reload ; ce qui est propre à ce serveur "
            "s’écrit avec « systemctl edit »",
        )
    asleep = [name for name in ALWAYS_ON if _state(name) in {"inactive", "failed"}]
    for name in asleep:
        yield unsafe(f"{name} ne tourne pas", f"systemctl enable --now {name}")
    # In its last command, the night's work is told what became of the others.
    if "failed" in {_state("section-daily"), *_result_of_tonight()}:
        yield unsafe(
            "Le travail de la nuit a échoué",
            "voyez « journalctl -u section-daily », et recommencez",
        )
    elif not asleep:
        yield good("Les services tournent")


def _result_of_tonight() -> Iterator[str]:
    """What systemd tells the last command of a service (systemd.exec(5), SERVICE_RESULT)."""
    if os.environ.get("SERVICE_RESULT", "success") != "success":
        yield "failed"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _state(unit: str) -> str:
    """Return what systemd says of it, `active` or `failed` for example; nothing if it is away."""
    command = ["systemctl", "show", "--property", "ActiveState", "--value", unit]
    try:
        done = subprocess.run(  # noqa: S603  without a shell, a name of ours
            command, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def public_address() -> Iterator[Finding]:
    """Whether the site is reached at its address, by a valid certificate; and what time it is."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or not site.hostname:
        return
    https = HTTPSConnection(site.hostname, site.port, timeout=PATIENCE)
    try:
        https.request("GET", "/healthz")
        certificate = https.sock.getpeercert() or {}
        answer = https.getresponse()
    except ssl.SSLError:
        yield unsafe(
            f"Le certificat de {site.hostname} n’est pas valable", "renouvelez-le (certbot renew)"
        )
        return
    except (OSError, HTTPException):
        yield missing(
            f"{settings.SITE_URL} ne répond pas depuis cette machine",
            "vérifiez nginx, le pare-feu et le nom de domaine",
        )
        return
    finally:
        https.close()
    yield from _days_left(str(certificate["notAfter"]))
    if answer.status == 200:
        yield good(f"{settings.SITE_URL} répond, son certificat est valable")
    else:
        yield unsafe(
            f"{settings.SITE_URL}/healthz répond {answer.status}",
            "voyez « journalctl -u section-web »",
        )
    if said := answer.headers.get("Date"):
        yield from _clock_beside(said)


def _days_left(until: str) -> Iterator[Finding]:
    left = datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC) - timezone.now()
    if left < LAST_DAYS:
        yield unsafe(
            f"Le certificat du site finit dans {left.days} jours et n’a pas été renouvelé",
            "voyez « systemctl status certbot.timer » et « certbot renew »",
        )


def _clock_beside(said: str) -> Iterator[Finding]:
    if abs(parsedate_to_datetime(said) - timezone.now()) > DRIFT:
        yield unsafe("Deux horloges de ce site ne disent pas la même heure", CLOCK)


CLOCK = "mettez la machine à l’heure : timedatectl set-ntp true"


def database_clock() -> Iterator[Finding]:
    """What one machine dates, the other one compares."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            if abs(cursor.fetchone()[0] - timezone.now()) > DRIFT:
                yield unsafe("L’horloge de la base n’est pas celle de cette machine", CLOCK)


def clock() -> Iterator[Finding]:
    """Whether it is right: the codes of second factors hold for half a minute."""
    synchronised = Path("/run/systemd/timesync/synchronized")
    if synchronised.parent.exists() and not synchronised.exists():
        yield missing("L’horloge n’est pas réglée par le réseau", CLOCK)
    else:
        yield good("Rien ne dit que l’horloge soit fausse")


def mail_server() -> Iterator[Finding]:
    """Whether it lets us in, with our account; no mail is sent."""
    if not settings.EMAIL_BACKEND.endswith("smtp.Backend"):
        yield (unsafe if settings.IS_PRODUCTION else missing)(
            "Le courrier n’est pas envoyé, mais écrit dans des fichiers",
            "donnez un serveur à EMAIL_URL : smtp+tls://compte:motdepasse@serveur:587",
        )
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    server = get_connection(timeout=PATIENCE)
    try:
        server.open()
    except smtplib.SMTPAuthenticationError:
        yield unsafe(
            f"Le serveur de courrier {where} refuse le compte ou le mot de passe",
            "corrigez-les dans EMAIL_URL ; un signe comme @ ou / s’y écrit %40 ou %2F",
        )
        return
    except smtplib.SMTPNotSupportedError:
        yield unsafe(
            f"Le serveur de courrier {where} ne prend pas de mot de passe ainsi",
            "essayez smtp+tls:// (587) ou smtp+ssl:// (465) dans EMAIL_URL",
        )
        return
    except (OSError, smtplib.SMTPException) as error:
        yield unsafe(
            f"Le serveur de courrier {where} ne répond pas comme il faut ({in_french(error)})",
            "vérifiez EMAIL_URL ; beaucoup d’hébergeurs ferment le port 25, le 587 reste ouvert",
        )
        return
    finally:
        server.close()
    yield good("Le serveur de courrier répond")
    distant = settings.EMAIL_HOST not in {"localhost", "127.0.0.1", "::1"}
    if distant and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield unsafe(
            "Le courrier part en clair sur le réseau",
            "écrivez smtp+tls:// (587) ou smtp+ssl:// (465) dans EMAIL_URL",
        )
    if parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@example.org"):
        yield unsafe(
            "Le courrier part d’une adresse qui n’existe pas : celle de l’exemple",
            "donnez à DEFAULT_FROM_EMAIL une adresse du domaine du site",
        )


LOOKS = (settings_file, services, clock, public_address, mail_server)
IN_DATABASE = (database_clock,)
