"""What in a text would stop some of its readers: told to the officers before they publish it.

It follows what the RGAA 4.1 asks of contents: pictures described (1.1), tables with headers and a
title (5.4, 5.6), links whose words say where they lead (6.1, 6.2), headings in their order (9.1).
The remarks are for people who know a word processor; they warn, and who publishes decides.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import Truncator

from cgtdouanes import richtext
from cgtdouanes.richtext.tree import Block, Leaf, Mark, Run
from cgtdouanes.text.words import folded

# As `folded` writes them: words that do not say where a link leads.
_VAGUE = frozenset(
    ("ici", "la", "ici meme", "par ici", "cliquez ici", "cliquer ici", "cliquez", "lien", "ce lien")
    + ("le lien", "suivez ce lien", "voir", "voir ici", "lire", "lire ici", "lire la suite")
    + ("la suite", "suite", "plus", "en savoir plus", "savoir plus", "plus d'informations", "infos")
    + ("article", "cet article", "l'article", "page", "cette page", "document", "ce document")
    + ("le document", "fichier", "site", "le site", "ce site", "pdf", "telecharger", "consulter")
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|heic|bmp)|(?:img|dsc|image)[-_ ]?\d+", re.I)
_NOT_SAID = re.compile(r"[\W_]*")
_LEVELS = {"h2": 2, "h3": 3, "h4": 4}
_QUOTED = 60
# A line of so many letters, all bold and without a full stop, is likely a heading.
_LONGEST_HEADING = 80


@dataclass(frozen=True)
class Remark:
    """What is wrong, where it is, and what to do about it."""

    what: str
    where: str
    advice: str


def remarks(body: str) -> list[Remark]:
    """Return what to mend in a text that the sanitiser returned, in reading order."""
    return list(_Review().of(richtext.read(body)))


def fingerprint(found: list[Remark]) -> str:
    """Return what tells these remarks from others: whether an officer has seen these very ones."""
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16] if found else ""


class _Review:
    """Walks through a text, and remembers under which heading it is."""

    def __init__(self) -> None:
        self.where = "au début du texte"
        self.level = 1

    def of(self, block: Block) -> Iterator[Remark]:
        for child in block.children:
            if isinstance(child, Leaf):
                yield from self.of_leaf(child, block)
            elif child.tag == "img":
                yield from self.of_picture(dict(child.attributes))
            else:
                if child.tag == "table":
                    yield from self.of_table(child)
                yield from self.of(child)

    def of_leaf(self, leaf: Leaf, within: Block) -> Iterator[Remark]:
        if leaf.tag in _LEVELS:
            yield from self.of_heading(leaf)
        elif leaf.tag == "p" and within.tag == "" and _is_like_a_heading(leaf):
            yield Remark(
                f"« {_quoted(leaf.text())} » ressemble à un intertitre, mais n’en est pas un.",
                self.where,
                "Si c’en est un, choisissez « Intertitre » à la place du gras : un lecteur d’écran "
                "s’en sert pour parcourir la page.",
            )
        for each in (leaf, *leaf.notes):
            yield from self.of_links(each)

    def of_heading(self, leaf: Leaf) -> Iterator[Remark]:
        level, words = _LEVELS[leaf.tag], _quoted(leaf.text())
        if _says_nothing(words):
            yield Remark(
                "Un intertitre est vide.", self.where, "Écrivez-le, ou faites-en un paragraphe."
            )
            return
        before, self.level = self.level, level
        self.where = f"sous l’intertitre « {words} »"
        if level > before + 1:
            yield Remark(
                f"L’intertitre « {words} » est de niveau {level - 1}, sans intertitre de niveau "
                f"{level - 2} au-dessus de lui.",
                f"à l’intertitre « {words} »",
                f"Choisissez « Intertitre de niveau {before} ».",
            )

    def of_links(self, leaf: Leaf) -> Iterator[Remark]:
        for words in _links(leaf):
            quoted = _quoted(words)
            if _says_nothing(words):
                yield Remark(
                    "Un lien n’a pas de mots.",
                    self.where,
                    "Écrivez des mots qui disent où il mène, ou retirez-le.",
                )
            elif _ADDRESS.fullmatch(words.strip()):
                yield Remark(
                    f"Le lien « {quoted} » est une adresse, lue lettre à lettre par une synthèse "
                    "vocale.",
                    self.where,
                    "Remplacez-la par des mots qui disent où il mène.",
                )
            elif folded(words).strip(" .…:»«>→!,;()").replace("’", "'") in _VAGUE:
                yield Remark(
                    f"Le lien « {quoted} » ne dit pas où il mène.",
                    self.where,
                    "Mettez le lien sur les mots qui le disent, par exemple : « le compte rendu "
                    "du 27 janvier ».",
                )

    def of_picture(self, given: dict[str, str]) -> Iterator[Remark]:
        alt = given.get("alt")
        if alt is None:
            yield Remark(
                "Une image n’a pas de texte de remplacement.",
                self.where,
                "Sélectionnez-la, puis le bouton « Illustration » : décrivez-la, ou déclarez-la "
                "décorative.",
            )
        elif _FILE_NAME.fullmatch(alt):
            yield Remark(
                f"Le texte de remplacement « {_quoted(alt)} » est un nom de fichier.",
                self.where,
                "Sélectionnez l’image, puis le bouton « Illustration » : dites ce qu’elle montre.",
            )

    def of_table(self, table: Block) -> Iterator[Remark]:
        caption = next((leaf for leaf in table.leaves() if leaf.tag == "caption"), None)
        name = f"Le tableau « {_quoted(caption.text())} »" if caption else "Un tableau"
        headers = table.blocks("th")
        if not headers:
            yield Remark(
                f"{name} n’a pas de cellules d’en-tête : les nombres y sont lus sans leur titre.",
                self.where,
                "Placez le curseur dans le tableau, puis le bouton « Titres de colonnes sur la "
                "première ligne » ou « Titres de lignes dans la première colonne ».",
            )
        elif not all(header.has_words() for header in headers):
            yield Remark(
                f"{name} a une cellule d’en-tête vide.",
                self.where,
                "Écrivez ce titre ; le coin en haut à gauche peut être une cellule ordinaire.",
            )
        if caption is None:
            yield Remark(
                "Un tableau n’a pas de légende.",
                self.where,
                "Placez le curseur dans le tableau, puis le bouton « Légende du tableau ».",
            )


def _links(leaf: Leaf) -> Iterator[str]:
    """The words of each link of a leaf."""
    for link, runs in groupby(leaf.runs, key=_link_of):
        if link is not None:
            yield "".join(text for _marks, text in runs)


def _link_of(run: Run) -> Mark | None:
    return next((mark for mark in run[0] if mark.tag == "a"), None)


def _is_like_a_heading(leaf: Leaf) -> bool:
    words = leaf.text()
    is_bold = all(
        any(mark.tag == "strong" for mark in marks) for marks, text in leaf.runs if text.strip()
    )
    is_a_line = len(words) <= _LONGEST_HEADING and "\n" not in words
    return is_bold and is_a_line and words[-1:] not in ".!?…;,"


def _says_nothing(words: str) -> bool:
    return _NOT_SAID.fullmatch(words) is not None


def _quoted(words: str) -> str:
    return Truncator(" ".join(words.split())).chars(_QUOTED)
