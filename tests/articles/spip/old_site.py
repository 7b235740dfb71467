"""A small SPIP site made for tests: its SQLite database, with the tables of SPIP 4, and its files.

What it says is written here; its tables are those that SPIP makes, reduced to the columns read.
"""

import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

from tests.files import PDF, picture

_TABLES = {
    "articles": (
        "id_article INTEGER PRIMARY KEY, surtitre TEXT DEFAULT '', titre TEXT DEFAULT '', "
        "soustitre TEXT DEFAULT '', id_rubrique BIGINT DEFAULT 1, descriptif TEXT DEFAULT '', "
        "chapo TEXT DEFAULT '', texte TEXT DEFAULT '', ps TEXT DEFAULT '', "
        "date DATETIME DEFAULT '2024-03-05 10:00:00', statut VARCHAR(10) DEFAULT 'publie', "
        "id_secteur BIGINT DEFAULT 1, maj TIMESTAMP, "
        "date_redac DATETIME DEFAULT '0000-00-00 00:00:00', accepter_forum CHAR(3) DEFAULT '', "
        "date_modif DATETIME DEFAULT '2024-03-06 11:00:00', lang VARCHAR(10) DEFAULT 'fr', "
        "id_trad BIGINT DEFAULT 0, nom_site TEXT DEFAULT '', url_site TEXT DEFAULT '', "
        "virtuel TEXT DEFAULT ''"
    ),
    "rubriques": (
        "id_rubrique INTEGER PRIMARY KEY, id_parent BIGINT DEFAULT 0, titre TEXT DEFAULT '', "
        "descriptif TEXT DEFAULT '', texte TEXT DEFAULT '', statut VARCHAR(10) DEFAULT 'publie'"
    ),
    "auteurs": (
        "id_auteur INTEGER PRIMARY KEY, nom TEXT DEFAULT '', email TEXT DEFAULT '', "
        "login TEXT, pass TEXT DEFAULT '', statut VARCHAR(255) DEFAULT '1comite'"
    ),
    "auteurs_liens": "id_auteur BIGINT, id_objet BIGINT, objet VARCHAR(25)",
    "mots": (
        "id_mot INTEGER PRIMARY KEY, titre TEXT DEFAULT '', id_groupe BIGINT DEFAULT 1, "
        "type TEXT DEFAULT 'Thèmes'"
    ),
    "mots_liens": "id_mot BIGINT, id_objet BIGINT, objet VARCHAR(25)",
    "documents": (
        "id_document INTEGER PRIMARY KEY, extension VARCHAR(10) DEFAULT '', "
        "titre TEXT DEFAULT '', descriptif TEXT DEFAULT '', fichier TEXT DEFAULT '', "
        "taille BIGINT, largeur INTEGER, hauteur INTEGER, media VARCHAR(10) DEFAULT 'file', "
        "mode VARCHAR(10) DEFAULT 'document', distant VARCHAR(3) DEFAULT 'non', "
        "statut VARCHAR(10) DEFAULT 'publie', credits TEXT DEFAULT '', alt TEXT DEFAULT ''"
    ),
    "documents_liens": (
        "id_document BIGINT, id_objet BIGINT, objet VARCHAR(25), vu VARCHAR(3) DEFAULT 'non', "
        "rang_lien INTEGER DEFAULT 0"
    ),
    "forum": (
        "id_forum INTEGER PRIMARY KEY, id_objet BIGINT DEFAULT 0, objet VARCHAR(25) DEFAULT '', "
        "id_parent BIGINT DEFAULT 0, id_thread BIGINT DEFAULT 0, "
        "date_heure DATETIME DEFAULT '2024-03-07 12:00:00', titre TEXT DEFAULT '', "
        "texte TEXT DEFAULT '', auteur TEXT DEFAULT '', email_auteur TEXT DEFAULT '', "
        "statut VARCHAR(8) DEFAULT 'publie', ip VARCHAR(40) DEFAULT '192.0.2.1', "
        "id_auteur BIGINT DEFAULT 0"
    ),
    "urls": (
        "id_parent BIGINT DEFAULT 0, url VARCHAR(255), type VARCHAR(25), id_objet BIGINT, "
        "date DATETIME DEFAULT '2024-03-05 10:00:00', perma TINYINT DEFAULT 0, "
        "PRIMARY KEY (id_parent, url)"
    ),
    "meta": "nom VARCHAR(255) PRIMARY KEY, valeur TEXT DEFAULT ''",
    "zones_liens": "id_zone BIGINT, id_objet BIGINT, objet VARCHAR(25)",
}
_LINKED = {"auteurs": "id_auteur", "mots": "id_mot", "documents": "id_document"}


class OldSite:
    """The site in a folder; each method adds a row, and returns its number."""

    def __init__(
        self, folder: Path, *, prefix: str = "spip", without: tuple[str, ...] = ()
    ) -> None:
        self.dump = folder / "spip.sqlite"
        self.images = folder / "IMG"
        self.images.mkdir(parents=True)
        self._prefix = prefix
        self._numbers = {name: count(1) for name in _TABLES}
        self._connection = sqlite3.connect(self.dump)
        # A test waits for no disk.
        self._connection.execute("PRAGMA synchronous = OFF")
        for name, columns in _TABLES.items():
            if name not in without:
                self._connection.execute(f"CREATE TABLE {prefix}_{name} ({columns})")
        if "meta" not in without:
            self.meta(adresse_site="https://ancien.example.org", langue_site="fr")
            self.meta(forums_publics="abo", dir_img="IMG/")
        self.rubrique(titre="Vie syndicale")

    def add(self, table: str, **values: Any) -> None:
        """Add a row to any table."""
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO {self._prefix}_{table} ({columns}) VALUES ({marks})"  # noqa: S608
        self._connection.execute(sql, list(values.values()))
        self._connection.commit()

    def run(self, sql: str, *values: Any) -> None:
        """Change anything; `{}` stands for the prefix of the tables."""
        self._connection.execute(sql.format(self._prefix), values)
        self._connection.commit()

    def meta(self, **values: str) -> None:
        for name, value in values.items():
            self.run("INSERT OR REPLACE INTO {}_meta (nom, valeur) VALUES (?, ?)", name, value)

    def article(self, **values: Any) -> int:
        return self._numbered("articles", "id_article", values)

    def rubrique(self, **values: Any) -> int:
        return self._numbered("rubriques", "id_rubrique", values)

    def author(self, nom: str, *articles: int, **values: Any) -> int:
        return self._linked("auteurs", {"nom": nom, **values}, articles)

    def word(self, titre: str, *articles: int) -> int:
        return self._linked("mots", {"titre": titre}, articles)

    def message(self, article: int, **values: Any) -> int:
        return self._numbered(
            "forum", "id_forum", {"id_objet": article, "objet": "article"} | values
        )

    def url(self, url: str, kind: str, number: int, **values: Any) -> None:
        self.add("urls", url=url, type=kind, id_objet=number, **values)

    def document(
        self, fichier: str, *articles: int, content: bytes | None = None, **values: Any
    ) -> int:
        """A document with its file; without `content`, a small one of the kind that it is named."""
        extension = fichier.rpartition(".")[2]
        place = self.images / fichier
        if content is None:
            content = PDF if extension == "pdf" else picture()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return self.missing_document(fichier, *articles, extension=extension, **values)

    def missing_document(self, fichier: str, *articles: int, **values: Any) -> int:
        """A document whose file is not there."""
        return self._linked("documents", {"fichier": fichier} | values, articles)

    def change(self, table: str, number: int, **values: Any) -> None:
        """Change a row, as its author does on the old site."""
        column = {"articles": "id_article", "rubriques": "id_rubrique", "forum": "id_forum"}[table]
        changes = ", ".join(f"{name} = ?" for name in values)
        self.run(f"UPDATE {{}}_{table} SET {changes} WHERE {column} = ?", *values.values(), number)  # noqa: S608

    def close(self) -> None:
        self._connection.close()

    def _numbered(self, table: str, column: str, values: dict[str, Any]) -> int:
        number = values.setdefault(column, next(self._numbers[table]))
        self.add(table, **values)
        return int(number)

    def _linked(self, table: str, values: dict[str, Any], articles: tuple[int, ...]) -> int:
        column = _LINKED[table]
        number = self._numbered(table, column, values)
        for article in articles:
            self.add(f"{table}_liens", **{column: number, "id_objet": article, "objet": "article"})
        return number
