"""Reading a SPIP site's database: its SQLite file, or the backup that SPIP itself makes.

The file is opened for reading alone and never changed; nothing in it is run. SPIP 3.2 to 4.x, and
the link tables of older versions where a site has kept them.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from articles.spip.rows import SpipArticle, SpipFile, SpipMessage, SpipRubrique, SpipUrl

# SPIP writes the hours of its server, without saying of which zone.
ZONE = ZoneInfo("Europe/Paris")
BATCH = 100

_COLUMNS = {
    "articles": ("id_article", "id_rubrique", "titre", "texte", "date", "statut"),
    "rubriques": ("id_rubrique", "id_parent", "titre"),
}
_NOT_SQLITE = {
    b"\x1f\x8b": "Ce fichier est compressé : décompressez-le d’abord (gunzip).",
    b"PK": "Ce fichier est une archive zip : extrayez d’abord la base qu’elle contient.",
}
_HOW_TO_SAVE = (
    "Dans l’espace privé de SPIP, « Maintenance », puis « Sauvegarder la base » : le fichier "
    "obtenu se termine par .sqlite."
)

Row = sqlite3.Row


class Entry(NamedTuple):
    """An article as a link names it: its title as it is stored, its state, its date."""

    rubrique: int
    title: str
    state: str
    on: datetime | None


class Unreadable(Exception):
    """The file is not the database of a SPIP site; the message says what to do, in French."""


class Dump:
    """The database of a SPIP site. Raises Unreadable for anything else."""

    def __init__(self, path: Path) -> None:
        _check_file(path)
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True)
        self._connection.row_factory = sqlite3.Row
        self._connection.text_factory = _decoded
        try:
            # A view or a trigger hidden in the file runs nothing; and only tables are read.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA query_only = ON")
            self._columns = self._read_schema()
            self.prefix = self._find_prefix()
            self._meta = self._read_meta()
        except sqlite3.DatabaseError as error:
            self.close()
            raise Unreadable(
                f"Cette base SQLite est abîmée ou illisible ({error}). Refaites la sauvegarde. "
                f"{_HOW_TO_SAVE}"
            ) from error
        except Unreadable:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> "Dump":
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def meta(self, name: str, default: str = "") -> str:
        """Return a setting of the site."""
        return self._meta.get(name, default)

    def count(self, table: str, condition: str = "1", values: Collection[Any] = ()) -> int:
        """Count the rows of a table, 0 where the site has none; `table` has no prefix."""
        if table not in self._columns:
            return 0
        sql = f"SELECT COUNT(*) FROM {self._quoted(table)} WHERE {condition}"  # noqa: S608
        return int(self._connection.execute(sql, list(values)).fetchone()[0])

    def rubriques(self) -> list[SpipRubrique]:
        """Return every rubrique, those above before those within."""
        rows = self._rows("rubriques", "id_rubrique > 0 ORDER BY id_rubrique")
        found = [
            SpipRubrique(
                number=_number(row["id_rubrique"]),
                parent=_number(row["id_parent"]),
                title=_text(row["titre"]),
                summary=_of(row, "descriptif"),
                text=_of(row, "texte"),
            )
            for row in rows
        ]
        return _from_the_top(found)

    def article_numbers(self, since: date | None) -> list[int]:
        """Return the numbers of the articles dated of this day or later, in order."""
        sql = f"SELECT id_article FROM {self._quoted('articles')} WHERE id_article > 0"  # noqa: S608
        values = []
        if since:
            sql += " AND date >= ?"
            values.append(since.isoformat())
        return [_number(row[0]) for row in self._connection.execute(f"{sql} ORDER BY 1", values)]

    def articles(self, numbers: Collection[int]) -> list[SpipArticle]:
        """Return these articles in the order of their numbers."""
        rows = self._rows("articles", f"id_article IN ({_marks(numbers)}) ORDER BY 1", numbers)
        names = self._names(numbers)
        words = self._words(numbers)
        found = []
        for row in rows:
            number = _number(row["id_article"])
            found.append(
                SpipArticle(
                    number=number,
                    rubrique=_number(row["id_rubrique"]),
                    kicker=_of(row, "surtitre"),
                    title=_text(row["titre"]),
                    subtitle=_of(row, "soustitre"),
                    summary=_of(row, "descriptif"),
                    lead=_of(row, "chapo"),
                    text=_text(row["texte"]),
                    postscript=_of(row, "ps"),
                    on=moment(row["date"]),
                    written_on=moment(_of(row, "date_redac")),
                    changed_on=moment(_of(row, "date_modif")) or moment(_of(row, "maj")),
                    state=_text(row["statut"]).strip().lower(),
                    forum=_of(row, "accepter_forum").strip().lower(),
                    language=_of(row, "lang").strip().lower(),
                    site_name=_of(row, "nom_site"),
                    site_url=_of(row, "url_site").strip(),
                    leads_to=_of(row, "virtuel").strip(),
                    names=tuple(names[number]),
                    keywords=tuple(words[number]),
                )
            )
        return found

    def titles(self) -> Iterator[tuple[int, str, str]]:
        """Give the number, the title and the redirection of every article, in order."""
        redirection = "virtuel" if "virtuel" in self._columns["articles"] else "''"
        sql = f"SELECT id_article, titre, {redirection} FROM {self._quoted('articles')} ORDER BY 1"  # noqa: S608
        for row in self._connection.execute(sql):
            yield _number(row[0]), _text(row[1]), _text(row[2]).strip()

    def entry(self, number: int) -> Entry | None:
        """Return what a link to an article needs."""
        columns = "id_rubrique, titre, statut, date"
        sql = f"SELECT {columns} FROM {self._quoted('articles')} WHERE id_article = ?"  # noqa: S608
        row = self._connection.execute(sql, [number]).fetchone()
        if row is None:
            return None
        return Entry(_number(row[0]), _text(row[1]), _text(row[2]).strip().lower(), moment(row[3]))

    def keywords(self) -> dict[int, str]:
        """Return the title of every keyword by its number."""
        return {_number(row["id_mot"]): _text(row["titre"]) for row in self._rows("mots", "1")}

    def files(self, numbers: Collection[int]) -> list[SpipFile]:
        """Return these documents in the order of their numbers."""
        rows = self._rows("documents", f"id_document IN ({_marks(numbers)}) ORDER BY 1", numbers)
        return [
            SpipFile(
                number=_number(row["id_document"]),
                path=_text(row["fichier"]).strip(),
                title=_of(row, "titre"),
                description=_of(row, "descriptif"),
                credits=_of(row, "credits"),
                alt=_of(row, "alt"),
                width=_number(_of(row, "largeur")),
                height=_number(_of(row, "hauteur")),
                extension=_of(row, "extension").strip().lower(),
                mode=_of(row, "mode").strip().lower(),
                is_remote=_of(row, "distant").strip().lower() == "oui",
            )
            for row in rows
        ]

    def file_numbers(self) -> list[int]:
        """Return the numbers of all the documents, in order."""
        if "documents" not in self._columns:
            return []
        sql = f"SELECT id_document FROM {self._quoted('documents')} ORDER BY 1"  # noqa: S608
        return [_number(row[0]) for row in self._connection.execute(sql)]

    def file_at(self, path: str) -> int | None:
        """Return the number of the document whose file is there, under IMG/."""
        rows = list(self._rows("documents", "fichier = ? ORDER BY 1 LIMIT 1", [path]))
        return _number(rows[0]["id_document"]) if rows else None

    def files_of(self, kind: str, numbers: Collection[int]) -> dict[int, list[int]]:
        """Return the documents linked to each of these objects, in their order."""
        found: dict[int, list[int]] = defaultdict(list)
        for of, document in self._links("documents", "id_document", kind, numbers):
            found[of].append(document)
        return found

    def messages(self, numbers: Collection[int]) -> list[SpipMessage]:
        """Return the messages about these articles, a thread after the other, in order of time."""
        condition = f"objet = 'article' AND id_objet IN ({_marks(numbers)})"
        if not {"objet", "id_objet"} <= self._columns.get("forum", set()):
            condition = f"id_article IN ({_marks(numbers)})"
        rows = self._rows("forum", f"{condition} ORDER BY date_heure, id_forum", numbers)
        return [
            SpipMessage(
                number=_number(row["id_forum"]),
                article=_number(_of(row, "id_objet") or _of(row, "id_article")),
                parent=_number(row["id_parent"]),
                on=moment(row["date_heure"]),
                title=_of(row, "titre"),
                text=_text(row["texte"]),
                name=_of(row, "auteur"),
                state=_text(row["statut"]).strip().lower(),
            )
            for row in rows
        ]

    def messages_elsewhere(self) -> int:
        """Count the messages that are about something else than an article."""
        is_about = {"objet", "id_objet"} <= self._columns.get("forum", set())
        return self.count("forum", "objet <> 'article'" if is_about else "id_article = 0")

    def urls(self, kind: str, numbers: Collection[int]) -> list[SpipUrl]:
        """Return the addresses that these objects have had, the lasting one first."""
        condition = f"type = ? AND id_objet IN ({_marks(numbers)})"
        order = "perma DESC, date DESC" if "perma" in self._columns.get("urls", ()) else "date DESC"
        rows = self._rows("urls", f"{condition} ORDER BY {order}, url", [kind, *numbers])
        return [
            SpipUrl(
                path=_text(row["url"]).strip("/"),
                number=_number(row["id_objet"]),
                within=_number(_of(row, "id_parent")),
            )
            for row in rows
        ]

    def object_at(self, path: str) -> tuple[str, int] | None:
        """Return the kind and the number of what bears, or bore, this address."""
        rows = list(self._rows("urls", "url = ? ORDER BY date DESC LIMIT 1", [path]))
        return (_text(rows[0]["type"]), _number(rows[0]["id_objet"])) if rows else None

    def reserved(self) -> tuple[set[int], set[int]]:
        """Return the rubriques and the articles that a zone of restricted access holds."""
        rubriques: set[int] = set()
        articles: set[int] = set()
        if "zones_liens" in self._columns:
            for row in self._rows("zones_liens", "1"):
                kept = {"rubrique": rubriques, "article": articles}.get(_text(row["objet"]))
                if kept is not None:
                    kept.add(_number(row["id_objet"]))
        for row in self._rows("zones_rubriques", "1"):
            rubriques.add(_number(row["id_rubrique"]))
        return rubriques, articles

    def _names(self, numbers: Collection[int]) -> dict[int, list[str]]:
        """The names that sign each of these articles: of a person, nothing else is read."""
        links = list(self._links("auteurs", "id_auteur", "article", numbers))
        authors = {author for _, author in links}
        names = {}
        if "auteurs" in self._columns and authors:
            table = self._quoted("auteurs")
            sql = f"SELECT id_auteur, nom FROM {table} WHERE id_auteur IN ({_marks(authors)})"  # noqa: S608
            for row in self._connection.execute(sql, list(authors)):
                names[_number(row[0])] = _text(row[1]).strip()
        found: dict[int, list[str]] = defaultdict(list)
        for article, author in links:
            if name := names.get(author):
                found[article].append(name)
        return found

    def _words(self, numbers: Collection[int]) -> dict[int, list[str]]:
        links = list(self._links("mots", "id_mot", "article", numbers))
        titles = self.keywords() if links else {}
        found: dict[int, list[str]] = defaultdict(list)
        for article, word in links:
            if title := titles.get(word):
                found[article].append(title)
        return found

    def _links(
        self, table: str, column: str, kind: str, numbers: Collection[int]
    ) -> Iterator[tuple[int, int]]:
        """The pairs of an object of this kind and what is linked to it, in their order."""
        order = "rang_lien, " if "rang_lien" in self._columns.get(f"{table}_liens", ()) else ""
        marks = _marks(numbers)
        condition = f"objet = ? AND id_objet IN ({marks}) ORDER BY id_objet, {order}{column}"
        for row in self._rows(f"{table}_liens", condition, [kind, *numbers]):
            yield _number(row["id_objet"]), _number(row[column])
        # Before SPIP 3, each kind of objects had its own table.
        condition = f"id_{kind} IN ({marks}) ORDER BY id_{kind}, {column}"
        for row in self._rows(f"{table}_{kind}s", condition, numbers):
            yield _number(row[f"id_{kind}"]), _number(row[column])

    def _rows(self, table: str, condition: str, values: Iterable[Any] = ()) -> Iterator[Row]:
        """The rows of a table, none where the site does not have it."""
        if table in self._columns:
            sql = f"SELECT * FROM {self._quoted(table)} WHERE {condition}"  # noqa: S608
            yield from self._connection.execute(sql, list(values))

    def _quoted(self, table: str) -> str:
        return f'"{self.prefix}_{table}"'

    def _read_schema(self) -> dict[str, set[str]]:
        """The columns of each real table, by its whole name at first."""
        found = {}
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        for name, definition in self._connection.execute(sql).fetchall():
            if '"' in name or _text(definition).upper().startswith("CREATE VIRTUAL"):
                continue
            columns = self._connection.execute(f'PRAGMA table_info("{name}")')
            found[name] = {row["name"] for row in columns}
        return found

    def _find_prefix(self) -> str:
        """Find what the names of the tables begin with, “spip” but for sites that share a base."""
        ending = "_articles"
        names = sorted(self._columns, key=lambda name: (name != "spip_articles", name))
        candidates = [name.removesuffix(ending) for name in names if name.endswith(ending)]
        prefixes = [
            prefix
            for prefix in candidates
            if all(
                self._columns.get(f"{prefix}_{table}", set()).issuperset(columns)
                for table, columns in _COLUMNS.items()
            )
        ]
        if not prefixes:
            missing = "les tables spip_articles et spip_rubriques n’y sont pas"
            if "spip_articles" in self._columns:
                missing = "il manque des colonnes aux tables spip_articles ou spip_rubriques"
            raise Unreadable(
                f"Cette base SQLite n’est pas celle d’un site SPIP 3.2 à 4 : {missing}. "
                f"{_HOW_TO_SAVE}"
            )
        start = f"{prefixes[0]}_"
        self._columns = {
            name.removeprefix(start): columns
            for name, columns in self._columns.items()
            if name.startswith(start)
        }
        return prefixes[0]

    def _read_meta(self) -> dict[str, str]:
        return {_text(row["nom"]): _text(row["valeur"]) for row in self._rows_of_meta()}

    def _rows_of_meta(self) -> Iterator[Row]:
        if {"nom", "valeur"} <= self._columns.get("meta", set()):
            yield from self._rows("meta", "1")


def moment(value: Any) -> datetime | None:
    """Return a moment of the old site with its zone; None for “0000-00-00” and what is no date.

    SPIP writes 00 for a month or a day that is not known: the first one stands for it.
    """
    text = _text(value).strip()
    day, _, hour = text.partition(" ")
    parts = day.split("-")
    if len(parts) != 3 or parts[0] == "0000":
        return None
    day = "-".join([parts[0], *(part if part != "00" else "01" for part in parts[1:])])
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(f"{day} {hour or '00:00:00'}").replace(tzinfo=ZONE)
        return found if 1900 <= found.year <= 2100 else None
    return None


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise Unreadable(f"Le fichier « {path} » n’existe pas, ou n’est pas un fichier.")
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise Unreadable(
            f"Le fichier « {path} » ne peut pas être lu : {error.strerror}."
        ) from error
    for mark, message in _NOT_SQLITE.items():
        if start.startswith(mark):
            raise Unreadable(message)
    if not start.startswith(b"SQLite format 3\0"):
        raise Unreadable(
            "Ce fichier n’est pas une base SQLite : un export SQL de MySQL, par exemple, n’est pas "
            f"lu. {_HOW_TO_SAVE}"
        )
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise Unreadable(
            "Cette base est en cours d’utilisation (un fichier -wal l’accompagne) : copiez-la "
            f"quand SPIP est arrêté, ou servez-vous de sa sauvegarde. {_HOW_TO_SAVE}"
        )


def _decoded(raw: bytes) -> str:
    """Decode a text: sites older than their base still hold some of another encoding."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    # PostgreSQL keeps no null character.
    return text.replace("\0", "")


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return _decoded(value)
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")


def _of(row: Row, column: str) -> str:
    """The text of a column that not every version of SPIP has."""
    return _text(row[column]) if column in row.keys() else ""  # noqa: SIM118  a Row, not a dict


def _number(value: Any) -> int:
    with suppress(TypeError, ValueError):
        return max(int(value), 0)
    return 0


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))


def _from_the_top(rubriques: list[SpipRubrique]) -> list[SpipRubrique]:
    """Put each rubrique after the one it is in; those that go round in circles come to the top."""
    within: dict[int, list[SpipRubrique]] = defaultdict(list)
    numbers = {each.number for each in rubriques}
    for each in rubriques:
        within[each.parent if each.parent in numbers else 0].append(each)
    ordered: list[SpipRubrique] = []
    waiting = list(within[0])
    while waiting:
        each = waiting.pop(0)
        ordered.append(each)
        waiting += within[each.number]
    reached = {each.number for each in ordered}
    return ordered + [each.at_the_top() for each in rubriques if each.number not in reached]
