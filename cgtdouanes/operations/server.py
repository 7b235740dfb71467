"""What the doctor looks at on a server, whatever the apps: its database, folders, keys, backups."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis.exceptions import ResponseError

from cgtdouanes.backup.database import version as database_version
from cgtdouanes.backup.taking import last_taken
from cgtdouanes.checks import demo_accounts_found
from cgtdouanes.files.inventory import inventory
from cgtdouanes.operations.doctor import PATIENCE, Finding, good, missing, unsafe
from cgtdouanes.operations.health import database_answers
from cgtdouanes.operations.trouble import in_french
from cgtdouanes.secrecy.secrets import SHORTEST_KEY, is_guessable
from cgtdouanes.stores import replica
from cgtdouanes.stores.caches import is_of_one_process
from cgtdouanes.stores.steady_cache import CacheAway, shared_cache

OLDEST_POSTGRESQL = 15
OLDEST_BACKUP = timedelta(days=2)
ROOM = 1024**3


def live_database() -> Iterator[Finding]:
    if not database_answers(PATIENCE):
        yield unsafe(
            "La base de données ne répond pas, ou elle est vide : le reste n’y a pas été examiné",
            "vérifiez DATABASE_URL et que le serveur tourne, puis lancez « deploy/manage migrate »",
        )


def database() -> Iterator[Finding]:
    """Whether it is recent enough, and has the tables of this code."""
    plan = MigrationExecutor(connection)
    waiting = plan.migration_plan(plan.loader.graph.leaf_nodes())
    if waiting:
        yield unsafe(f"Migrations à faire : {len(waiting)}", "lancez « deploy/manage migrate »")
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
        yield from _encoding()
    elif settings.IS_PRODUCTION:
        yield missing(
            "La base est SQLite : assez pour une petite section, sur une seule machine",
            "au-delà, donnez une base PostgreSQL à DATABASE_URL",
        )


def _encoding() -> Iterator[Finding]:
    """A server installed without a language makes databases that know no accents."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if encoding != "UTF8":
        yield unsafe(
            f"La base garde les textes en {encoding}, sans connaître les accents",
            "sauvegardez, refaites la base en UTF8 (README, « createdb »), puis restaurez",
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


def common_cache() -> Iterator[Finding]:
    """Whether what one worker notes is read by the others: rate limits live there."""
    configured = settings.CACHES.get("shared", settings.CACHES["default"])
    if is_of_one_process(configured):
        yield unsafe(
            "Le cache n’est pas commun aux processus : les limites d’essais n’y tiennent pas",
            "retirez CACHE_URL, ou donnez-lui un dossier (filecache://) ou un Redis",
        )
        return
    mark = f"{timezone.now():%s%f}"
    try:
        shared_cache.set("doctor", mark, 30)
        is_kept = shared_cache.get("doctor") == mark
    except CacheAway:
        yield unsafe(
            "Le cache ne répond pas : chaque processus compte les essais de son côté",
            "vérifiez CACHE_URL, que Redis tourne ou que le dossier peut être écrit",
        )
        return
    if not is_kept:
        yield unsafe("Le cache ne garde pas ce qu’on y met", "vérifiez CACHE_URL et la place libre")
    else:
        yield good("Le cache est commun et garde ce qu’on y met")
    if settings.PAGES_SHARED_BY_CACHE and _redis_remembers():
        yield missing(
            "Redis écrit le cache sur le disque : après une panne il rendrait un état passé, et le "
            "site d’anciennes pages pendant cinq minutes",
            'dans redis.conf : save "" et appendonly no',
        )


def _redis_remembers() -> bool:
    """Whether a Redis that restarts takes back what it held some time before."""
    redis = caches["shared"]._cache.get_client(write=True)  # type: ignore[attr-defined]
    try:
        return bool(redis.config_get("save")["save"]) or bool(redis.info()["aof_enabled"])
    except (ResponseError, KeyError):
        # A server that is rented does not let its settings be read.
        return False


def folders() -> Iterator[Finding]:
    """Whether files can be written, by us alone, and whether there is room."""
    places = {"MEDIA_ROOT": Path(settings.MEDIA_ROOT), "var/": Path(settings.VAR_DIR)}
    if settings.MEDIA_STORAGE:
        del places["MEDIA_ROOT"]
    if (taken := last_taken()) and taken.is_there():
        places["sauvegardes"] = taken.folder.parent
    full: set[int] = set()
    for name, place in places.items():
        try:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            yield unsafe(
                f"{name} ({place}) n’est pas accessible en écriture : {in_french(error)}",
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
        yield missing("Ce diagnostic tourne sous root", "lancez-le par « deploy/manage doctor »")


def bucket() -> Iterator[Finding]:
    """Whether the bucket of the uploaded files takes and gives them, to who has the key alone."""
    if not settings.MEDIA_STORAGE:
        return
    try:
        is_open = default_storage.is_open_to_all()  # type: ignore[attr-defined]
    except OSError as error:
        yield unsafe(
            f"MEDIA_STORAGE : {in_french(error)}", "vérifiez l’adresse, la clé et le nom du dépôt"
        )
        return
    if is_open:
        yield unsafe(
            "Tout le monde peut lire les fichiers déposés, sans passer par le site",
            "fermez le dépôt de MEDIA_STORAGE : ni liste ni lecture publiques",
        )
    else:
        yield good("Les fichiers déposés vont dans un dépôt fermé")


def uploads() -> Iterator[Finding]:
    """Whether each file that the database names is stored, and each one stored is named."""
    try:
        with inventory() as found:
            first = next(found.lost(), None)
            lost = sum(1 for _ in found.lost()) if first else 0
            orphans = sum(1 for _ in found.orphans())
    except OSError:
        # Where they are stored is not to be read: that was told above.
        return
    if lost:
        yield unsafe(
            f"Fichiers déposés qui ont disparu, alors que la base les nomme : {lost}, dont {first}",
            "reprenez-les, sous le même nom, dans une sauvegarde qui les a encore (dossier media/)",
        )
    else:
        yield good("Tous les fichiers que la base nomme sont là")
    if orphans:
        yield missing(
            f"Fichiers déposés que rien ne nomme : {orphans}",
            "« deploy/manage purge_personal_data » les efface, ou dit pourquoi il ne le fait pas",
        )


def static_files() -> Iterator[Finding]:
    if Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        yield good("Les fichiers statiques sont en place")
    else:
        yield unsafe("Les fichiers statiques manquent", "lancez « deploy/manage collectstatic »")


def last_backup() -> Iterator[Finding]:
    """Whether there is one of these days, still where it was put, and closed to others."""
    taken = last_taken()
    to_do = "lancez « systemctl start section-daily », et voyez « journalctl -u section-daily »"
    if taken is None:
        yield unsafe("Aucune sauvegarde n’a été faite sur cette machine", to_do)
        return
    if (age := timezone.now() - taken.at) > OLDEST_BACKUP:
        yield unsafe(f"La dernière sauvegarde a {age.days} jours", to_do)
    elif not taken.is_there():
        yield unsafe(
            f"La dernière sauvegarde n’est plus dans {taken.folder.parent}, ou n’est pas au compte "
            "du site",
            to_do,
        )
    else:
        yield good("La dernière sauvegarde a moins de deux jours")
    gathered = taken.folder.parent
    if taken.is_there() and gathered.stat().st_mode & 0o007:
        yield unsafe(
            f"D’autres comptes de cette machine entrent dans {gathered}", f"chmod 700 {gathered}"
        )


LOOKS = (
    *(live_database, secret_key, safe_settings, common_cache, folders, bucket, static_files),
    last_backup,
)
IN_DATABASE = (database, uploads, replica.look, demo_accounts)
