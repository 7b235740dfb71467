"""What the doctor looks at on a server, whatever the apps: its database, folders, keys, clock."""

import os
import shutil
import socket
import ssl
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cgtdouanes.backup.database import version as database_version
from cgtdouanes.backup.taking import last_taken
from cgtdouanes.checks import demo_accounts_found
from cgtdouanes.doctor import PATIENCE, Finding, good, missing, unsafe
from cgtdouanes.health import database_answers
from cgtdouanes.secrets import SHORTEST_KEY, is_guessable

OLDEST_POSTGRESQL = 15
OLDEST_BACKUP = timedelta(days=2)
ROOM = 1024**3
DRIFT = timedelta(seconds=30)


def live_database() -> Iterator[Finding]:
    if not database_answers(PATIENCE):
        yield unsafe(
            "La base de données ne répond pas, ou elle est vide : le reste n’y a pas été examiné",
            "vérifiez DATABASE_URL et que le serveur tourne, puis lancez « manage.py migrate »",
        )


def database() -> Iterator[Finding]:
    """Whether it is recent enough, and has the tables of this code."""
    plan = MigrationExecutor(connection)
    waiting = plan.migration_plan(plan.loader.graph.leaf_nodes())
    if waiting:
        yield unsafe(f"Migrations à faire : {len(waiting)}", "lancez « manage.py migrate »")
    else:
        yield good("La base répond et ses tables sont à jour")
    if connection.vendor == "postgresql":
        version = database_version()
        if version < OLDEST_POSTGRESQL:
            yield unsafe(
                f"PostgreSQL {version} n’est plus suivi par ce site",
                f"passez à PostgreSQL {OLDEST_POSTGRESQL} ou plus récent",
            )
        else:
            yield good(f"PostgreSQL {version}")
    elif settings.IS_PRODUCTION:
        yield missing(
            "La base est SQLite : assez pour une petite section, sur une seule machine",
            "au-delà, donnez une base PostgreSQL à DATABASE_URL",
        )


def secret_key() -> Iterator[Finding]:
    """Whether it can be guessed; it signs the sessions and seals the second factors."""
    if is_guessable(settings.SECRET_KEY):
        yield unsafe(
            "SECRET_KEY est courte ou devinable",
            f"tirez-en une d’au moins {SHORTEST_KEY} caractères : python3 -c "
            "'import secrets; print(secrets.token_urlsafe(60))'",
        )
    else:
        yield good("SECRET_KEY est assez longue")


def demo_accounts() -> Iterator[Finding]:
    if found := demo_accounts_found():
        yield unsafe(
            f"Comptes de démonstration ouverts : {len(found)}, leur mot de passe est public",
            "supprimez-les, ou repartez d’une base neuve",
        )
    else:
        yield good("Aucun compte de démonstration")


def safe_settings() -> Iterator[Finding]:
    """What Django's own `check --deploy` finds, and what is for a machine of one's own alone."""
    if settings.DEBUG:
        yield unsafe("DEBUG est allumé : les pages d’erreur montrent tout", "retirez DEBUG")
    if not settings.REQUIRE_SECOND_FACTOR:
        yield unsafe(
            "Le bureau se connecte sans second facteur", "retirez REQUIRE_SECOND_FACTOR=false"
        )
    if not settings.IS_PRODUCTION:
        yield missing(
            f"Ce site est réglé pour cette machine seule ({settings.SITE_URL})",
            "donnez à SITE_URL l’adresse publique, en https",
        )
        return
    for message in checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True):
        yield unsafe(f"{message.msg} ({message.id})", str(message.hint or "voyez ce réglage"))


def shared_cache() -> Iterator[Finding]:
    """Whether what one worker notes is read by the others: rate limits live there."""
    if settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")):
        yield unsafe(
            "Le cache n’est pas commun aux processus : les limites d’essais n’y tiennent pas",
            "retirez CACHE_URL, ou donnez-lui un dossier (filecache://) ou un Redis",
        )
        return
    mark = f"{timezone.now():%s%f}"
    cache.set("doctor", mark, 30)
    if cache.get("doctor") != mark:
        yield unsafe("Le cache ne garde pas ce qu’on y met", "vérifiez CACHE_URL et la place libre")
    else:
        yield good("Le cache est commun et garde ce qu’on y met")


def folders() -> Iterator[Finding]:
    """Whether files can be written, by us alone, and whether there is room."""
    places = {"MEDIA_ROOT": Path(settings.MEDIA_ROOT), "var/": Path(settings.VAR_DIR)}
    if settings.MEDIA_STORAGE:
        del places["MEDIA_ROOT"]
    full: set[int] = set()
    for name, place in places.items():
        try:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            yield unsafe(
                f"{name} ({place}) n’est pas accessible en écriture : {error.strerror}",
                f"donnez ce dossier au compte qui lance le site : chown -R … {place}",
            )
            continue
        if place.stat().st_mode & 0o002:
            yield unsafe(f"Tout le monde peut écrire dans {place}", f"chmod o-rwx {place}")
        free = shutil.disk_usage(place).free
        if free < ROOM and (disk := place.stat().st_dev) not in full:
            full.add(disk)
            yield unsafe(
                f"Il reste {free // 1024**2} Mo sur le disque de {name}",
                "libérez de la place : vieilles sauvegardes, journaux (journalctl --vacuum-time)",
            )
        elif free >= ROOM:
            yield good(f"{name} est accessible en écriture, {free // 1024**3} Go libres")
    if os.geteuid() == 0 and settings.IS_PRODUCTION:
        yield missing(
            "Ce diagnostic tourne sous root", "lancez-le sous le compte du site : sudo -u section …"
        )


def bucket() -> Iterator[Finding]:
    """Whether the bucket of the uploaded files takes and gives them, to who has the key alone."""
    if not settings.MEDIA_STORAGE:
        return
    try:
        is_open = default_storage.is_open_to_all()  # type: ignore[attr-defined]
    except OSError as error:
        yield unsafe(
            f"MEDIA_STORAGE : {error.strerror}", "vérifiez l’adresse, la clé et le nom du dépôt"
        )
        return
    if is_open:
        yield unsafe(
            "Tout le monde peut lire les fichiers déposés, sans passer par le site",
            "fermez le dépôt de MEDIA_STORAGE : ni liste ni lecture publiques",
        )
    else:
        yield good("Les fichiers déposés vont dans un dépôt fermé")


def static_files() -> Iterator[Finding]:
    if Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        yield good("Les fichiers statiques sont en place")
    else:
        yield unsafe("Les fichiers statiques manquent", "lancez « manage.py collectstatic »")


def last_backup() -> Iterator[Finding]:
    taken = last_taken()
    to_do = "lancez « manage.py backup --keep 14 DOSSIER » chaque nuit (deploy/, section-daily)"
    if taken is None:
        yield unsafe("Aucune sauvegarde n’a été faite sur cette machine", to_do)
    elif (age := timezone.now() - taken) > OLDEST_BACKUP:
        yield unsafe(f"La dernière sauvegarde a {age.days} jours", to_do)
    else:
        yield good("La dernière sauvegarde a moins de deux jours")


def public_address() -> Iterator[Finding]:
    """Whether the site is reached at its address, by a valid certificate; and what time it is."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https" or not site.hostname:
        return
    https = HTTPSConnection(site.hostname, site.port, timeout=PATIENCE)
    try:
        https.request("GET", "/healthz")
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
    if answer.status == 200:
        yield good(f"{settings.SITE_URL} répond, son certificat est valable")
    else:
        yield unsafe(
            f"{settings.SITE_URL}/healthz répond {answer.status}",
            "voyez « journalctl -u section-web »",
        )
    if said := answer.headers.get("Date"):
        yield from _clock_beside(said)


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
    """Whether it takes a call; no mail is sent."""
    if not settings.EMAIL_BACKEND.endswith("smtp.Backend"):
        yield (unsafe if settings.IS_PRODUCTION else missing)(
            "Le courrier n’est pas envoyé, mais écrit dans des fichiers",
            "donnez un serveur à EMAIL_URL : smtp+tls://compte:motdepasse@serveur:587",
        )
        return
    try:
        socket.create_connection(
            (settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=PATIENCE
        ).close()
    except OSError as error:
        yield unsafe(
            f"Le serveur de courrier {settings.EMAIL_HOST}:{settings.EMAIL_PORT} ne répond pas "
            f"({error.strerror or type(error).__name__})",
            "vérifiez EMAIL_URL ; beaucoup d’hébergeurs ferment le port 25, le 587 reste ouvert",
        )
        return
    yield good("Le serveur de courrier répond")
    distant = settings.EMAIL_HOST not in {"localhost", "127.0.0.1", "::1"}
    if distant and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield unsafe(
            "Le courrier part en clair sur le réseau",
            "écrivez smtp+tls:// (587) ou smtp+ssl:// (465) dans EMAIL_URL",
        )


LOOKS = (
    *(live_database, secret_key, safe_settings, shared_cache, folders, bucket, static_files),
    *(clock, public_address, mail_server, last_backup),
)
IN_DATABASE = (database, database_clock, demo_accounts)
