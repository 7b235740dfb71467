"""What a SPIP site holds, as it stands in its tables: those of SPIP 3.2 to 4.x, and the link tables
of older versions where a site has kept them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from sqlite3 import Row
from typing import Any, NamedTuple

from articles.spip.cells import as_number, as_text, moment, text_of
from articles.spip.database import Database
from articles.spip.rows import SpipArticle, SpipFile, SpipMessage, SpipRubrique, SpipUrl

BATCH = 100


class Entry(NamedTuple):
    """An article as a link names it: its title as it is stored, its state, its date."""

    rubrique: int
    title: str
    state: str
    on: datetime | None


class Dump(Database):
    """The rows of a SPIP site. Raises Unreadable for what is none."""

    def rubriques(self) -> list[SpipRubrique]:
        """Return every rubrique, those above before those within."""
        rows = self.rows("rubriques", "id_rubrique > 0 ORDER BY id_rubrique")
        found = [
            SpipRubrique(
                number=as_number(row["id_rubrique"]),
                parent=as_number(row["id_parent"]),
                title=as_text(row["titre"]),
                summary=text_of(row, "descriptif"),
                text=text_of(row, "texte"),
            )
            for row in rows
        ]
        return _from_the_top(found)

    def article_numbers(self, since: date | None) -> list[int]:
        """Return the numbers of the articles dated of this day or later, in order."""
        sql = f"SELECT id_article FROM {self.quoted('articles')} WHERE id_article > 0"  # noqa: S608
        values = []
        if since:
            sql += " AND date >= ?"
            values.append(since.isoformat())
        return [as_number(row[0]) for row in self.execute(f"{sql} ORDER BY 1", values)]

    def articles(self, numbers: Collection[int]) -> list[SpipArticle]:
        """Return these articles in the order of their numbers."""
        rows = self.rows("articles", f"id_article IN ({_marks(numbers)}) ORDER BY 1", numbers)
        names = self._names(numbers)
        words = self._words(numbers)
        found = []
        for row in rows:
            number = as_number(row["id_article"])
            found.append(
                SpipArticle(
                    number=number,
                    rubrique=as_number(row["id_rubrique"]),
                    kicker=text_of(row, "surtitre"),
                    title=as_text(row["titre"]),
                    subtitle=text_of(row, "soustitre"),
                    summary=text_of(row, "descriptif"),
                    lead=text_of(row, "chapo"),
                    text=as_text(row["texte"]),
                    postscript=text_of(row, "ps"),
                    on=moment(row["date"]),
                    written_on=moment(text_of(row, "date_redac")),
                    changed_on=moment(text_of(row, "date_modif")) or moment(text_of(row, "maj")),
                    state=as_text(row["statut"]).strip().lower(),
                    forum=text_of(row, "accepter_forum").strip().lower(),
                    language=text_of(row, "lang").strip().lower(),
                    site_name=text_of(row, "nom_site"),
                    site_url=text_of(row, "url_site").strip(),
                    leads_to=text_of(row, "virtuel").strip(),
                    names=tuple(names[number]),
                    keywords=tuple(words[number]),
                )
            )
        return found

    def titles(self) -> Iterator[tuple[int, str, str]]:
        """Give the number, the title and the redirection of every article, in order."""
        redirection = "virtuel" if "virtuel" in self.columns["articles"] else "''"
        sql = f"SELECT id_article, titre, {redirection} FROM {self.quoted('articles')} ORDER BY 1"  # noqa: S608
        for row in self.execute(sql):
            yield as_number(row[0]), as_text(row[1]), as_text(row[2]).strip()

    def entry(self, number: int) -> Entry | None:
        """Return what a link to an article needs."""
        columns = "id_rubrique, titre, statut, date"
        sql = f"SELECT {columns} FROM {self.quoted('articles')} WHERE id_article = ?"  # noqa: S608
        row = self.execute(sql, [number]).fetchone()
        if row is None:
            return None
        return Entry(
            as_number(row[0]), as_text(row[1]), as_text(row[2]).strip().lower(), moment(row[3])
        )

    def keywords(self) -> dict[int, str]:
        """Return the title of every keyword by its number."""
        return {as_number(row["id_mot"]): as_text(row["titre"]) for row in self.rows("mots", "1")}

    def files(self, numbers: Collection[int]) -> list[SpipFile]:
        """Return these documents in the order of their numbers."""
        rows = self.rows("documents", f"id_document IN ({_marks(numbers)}) ORDER BY 1", numbers)
        return [
            SpipFile(
                number=as_number(row["id_document"]),
                path=as_text(row["fichier"]).strip(),
                title=text_of(row, "titre"),
                description=text_of(row, "descriptif"),
                credits=text_of(row, "credits"),
                alt=text_of(row, "alt"),
                width=as_number(text_of(row, "largeur")),
                height=as_number(text_of(row, "hauteur")),
                extension=text_of(row, "extension").strip().lower(),
                mode=text_of(row, "mode").strip().lower(),
                is_remote=text_of(row, "distant").strip().lower() == "oui",
            )
            for row in rows
        ]

    def file_numbers(self) -> list[int]:
        """Return the numbers of all the documents, in order."""
        if "documents" not in self.columns:
            return []
        sql = f"SELECT id_document FROM {self.quoted('documents')} ORDER BY 1"  # noqa: S608
        return [as_number(row[0]) for row in self.execute(sql)]

    def file_at(self, path: str) -> int | None:
        """Return the number of the document whose file is there, under IMG/."""
        rows = list(self.rows("documents", "fichier = ? ORDER BY 1 LIMIT 1", [path]))
        return as_number(rows[0]["id_document"]) if rows else None

    def files_of(self, kind: str, numbers: Collection[int]) -> dict[int, list[int]]:
        """Return the documents linked to each of these objects, in their order."""
        found: dict[int, list[int]] = defaultdict(list)
        for of, document in self._links("documents", "id_document", kind, numbers):
            found[of].append(document)
        return found

    def messages(self, numbers: Collection[int]) -> list[SpipMessage]:
        """Return the messages about these articles, a thread after the other, in order of time."""
        condition = f"objet = 'article' AND id_objet IN ({_marks(numbers)})"
        if not {"objet", "id_objet"} <= self.columns.get("forum", set()):
            condition = f"id_article IN ({_marks(numbers)})"
        rows = self.rows("forum", f"{condition} ORDER BY date_heure, id_forum", numbers)
        return [
            SpipMessage(
                number=as_number(row["id_forum"]),
                article=as_number(text_of(row, "id_objet") or text_of(row, "id_article")),
                parent=as_number(row["id_parent"]),
                on=moment(row["date_heure"]),
                title=text_of(row, "titre"),
                text=as_text(row["texte"]),
                name=text_of(row, "auteur"),
                state=as_text(row["statut"]).strip().lower(),
            )
            for row in rows
        ]

    def briefs(self) -> Iterator[tuple[int, str]]:
        """Give the number and the title of each brève that visitors could read."""
        for row in self.rows("breves", "statut = 'publie' ORDER BY id_breve"):
            yield as_number(row["id_breve"]), as_text(row["titre"])

    def messages_elsewhere(self) -> int:
        """Count the messages that are about something else than an article."""
        is_about = {"objet", "id_objet"} <= self.columns.get("forum", set())
        return self.count("forum", "objet <> 'article'" if is_about else "id_article = 0")

    def urls(self, kind: str, numbers: Collection[int]) -> list[SpipUrl]:
        """Return the addresses that these objects have had, the lasting one first."""
        condition = f"type = ? AND id_objet IN ({_marks(numbers)})"
        order = "perma DESC, date DESC" if "perma" in self.columns.get("urls", ()) else "date DESC"
        rows = self.rows("urls", f"{condition} ORDER BY {order}, url", [kind, *numbers])
        return [
            SpipUrl(
                path=as_text(row["url"]).strip("/"),
                number=as_number(row["id_objet"]),
                within=as_number(text_of(row, "id_parent")),
            )
            for row in rows
        ]

    def object_at(self, path: str) -> tuple[str, int] | None:
        """Return the kind and the number of what bears, or bore, this address.

        In a tree of addresses, each part is that of an object within the one before.
        """
        row = self._bearer([path], 0)
        if row is None and "/" in path:
            parts, number = path.split("/"), 0
            while parts:
                # “article/effectifs” is one part.
                row = self._bearer([parts[0], "/".join(parts[:2])], number)
                if row is None:
                    return None
                number = as_number(row["id_objet"])
                del parts[: as_text(row["url"]).count("/") + 1]
        return (as_text(row["type"]), as_number(row["id_objet"])) if row else None

    def _bearer(self, urls: Sequence[str], within: int) -> Row | None:
        """The address that is one of these, preferably within this rubrique and the longest."""
        marks = _marks(urls)
        is_within = "id_parent = ? DESC, " if "id_parent" in self.columns.get("urls", ()) else ""
        order = f"url IN ({marks}) DESC, {is_within}LENGTH(url) DESC, date DESC"
        values = [*urls, *urls, *([within] if is_within else [])]
        condition = f"url COLLATE NOCASE IN ({marks}) ORDER BY {order} LIMIT 1"
        return next(self.rows("urls", condition, values), None)

    def reserved(self) -> tuple[set[int], set[int]]:
        """Return the rubriques and the articles that a zone of restricted access holds."""
        rubriques: set[int] = set()
        articles: set[int] = set()
        # Some zones only keep people out of the private space.
        only_inside = set()
        if "publique" in self.columns.get("zones", ()):
            only_inside = {
                as_number(row["id_zone"]) for row in self.rows("zones", "publique = 'non'")
            }
        for row in self.rows("zones_liens", "1"):
            if as_number(row["id_zone"]) not in only_inside:
                kept = {"rubrique": rubriques, "article": articles}.get(as_text(row["objet"]))
                if kept is not None:
                    kept.add(as_number(row["id_objet"]))
        for row in self.rows("zones_rubriques", "1"):
            if as_number(row["id_zone"]) not in only_inside:
                rubriques.add(as_number(row["id_rubrique"]))
        return rubriques, articles

    def _names(self, numbers: Collection[int]) -> dict[int, list[str]]:
        """The names that sign each of these articles: of a person, nothing else is read."""
        links = list(self._links("auteurs", "id_auteur", "article", numbers))
        authors = {author for _, author in links}
        names = {}
        if "auteurs" in self.columns and authors:
            table = self.quoted("auteurs")
            sql = f"SELECT id_auteur, nom FROM {table} WHERE id_auteur IN ({_marks(authors)})"  # noqa: S608
            for row in self.execute(sql, list(authors)):
                names[as_number(row[0])] = as_text(row[1]).strip()
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
        order = "rang_lien, " if "rang_lien" in self.columns.get(f"{table}_liens", ()) else ""
        marks = _marks(numbers)
        condition = f"objet = ? AND id_objet IN ({marks}) ORDER BY id_objet, {order}{column}"
        for row in self.rows(f"{table}_liens", condition, [kind, *numbers]):
            yield as_number(row["id_objet"]), as_number(row[column])
        # Before SPIP 3, each kind of objects had its own table.
        condition = f"id_{kind} IN ({marks}) ORDER BY id_{kind}, {column}"
        for row in self.rows(f"{table}_{kind}s", condition, numbers):
            yield as_number(row[f"id_{kind}"]), as_number(row[column])


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
