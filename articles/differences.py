"""What changed between two versions of an article, word by word, as a person would mark it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from articles.models import AttachmentKind, AttachmentVisibility, Revision
from cgtdouanes import richtext
from cgtdouanes.richtext.tree import Block, Leaf

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
# Under this share of common words, a paragraph was replaced rather than corrected.
_SAME_PARAGRAPH = 0.4
# Comparing takes the square of the number of words: longer paragraphs are shown one by one.
_MOST_WORDS = 4_000
# Paragraphs left as they were that are shown around a change.
_CONTEXT = 1

KINDS = {
    "h2": "intertitre",
    "h3": "intertitre",
    "h4": "intertitre",
    "caption": "légende",
    "figcaption": "légende",
    "footnote": "note",
    "pre": "texte brut",
}

UNDESCRIBED = "(sans texte de remplacement)"
DECORATIVE = "(décorative)"
ANOTHER_PICTURE = " (une autre image remplace la précédente)"
SIDES = {
    "figure": "sur toute la largeur du texte",
    "figure figure--left": "à gauche du texte",
    "figure figure--right": "à droite du texte",
}


@dataclass(frozen=True)
class Piece:
    """Some words; `change` is "ins", "del" or empty for those that stayed."""

    text: str
    change: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph with its marked words; `skipped` stands for so many left as they were.

    `pictures` are the addresses of those to look at, where one replaced another.
    """

    kind: str = ""
    pieces: Sequence[Piece] = ()
    skipped: int = 0
    pictures: Sequence[str] = ()

    @property
    def is_changed(self) -> bool:
        return any(piece.change for piece in self.pieces)


@dataclass(frozen=True)
class Fact:
    """A field other than the text, where it changed."""

    label: str
    pieces: Sequence[Piece]


def facts_changed(before: Revision, after: Revision) -> list[Fact]:
    """Return the fields that differ, with their words as officers read them."""
    pairs = zip(_facts(before), _facts(after), strict=True)
    facts = [Fact(label, marked_words(old, new)) for (label, old), (_, new) in pairs if old != new]
    if replaced := _replaced_files(before, after):
        facts.append(Fact("Fichier remplacé", [Piece(replaced, "ins")]))
    return facts


def body_changed(before: str, after: str) -> list[Line]:
    """Return the paragraphs of two sanitised bodies, those far from any change left out.

    Empty when the words and the pictures are the same.
    """
    old, new = _paragraphs_of(before), _paragraphs_of(after)
    lines: list[Line] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for change, i1, i2, j1, j2 in matcher.get_opcodes():
        if change == "equal":
            lines += [Line(each.kind, [Piece(each.text)]) for each in old[i1:i2]]
        else:
            lines += _replaced(old[i1:i2], new[j1:j2])
    return list(_near_changes(lines)) if any(line.is_changed for line in lines) else []


def marked_words(before: str, after: str) -> list[Piece]:
    """Return the words of both, in one text: taken away, added, or left."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        return [Piece(before, "del"), Piece(after, "ins")]
    pieces: list[Piece] = []
    for change, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("".join(old[i1:i2])))
            continue
        if taken := "".join(old[i1:i2]):
            pieces.append(Piece(taken, "del"))
        if added := "".join(new[j1:j2]):
            pieces.append(Piece(added, "ins"))
    return pieces


@dataclass(frozen=True)
class _Paragraph:
    """Some words; or a picture, at the address `src`, by what is said to who does not see it."""

    kind: str
    text: str
    src: str = ""
    side: str = ""


def _paragraphs_of(body: str) -> list[_Paragraph]:
    return list(_paragraphs(richtext.read(body)))


def _paragraphs(block: Block) -> Iterator[_Paragraph]:
    """The texts, each before its notes; the pictures, each before its caption and its credit."""
    for child in block.children:
        if isinstance(child, Leaf):
            yield from _of_leaf(child)
            for note in child.notes:
                yield from _of_leaf(note)
        elif child.tag == "img":
            given = dict(child.attributes)
            alt = given.get("alt")
            text = UNDESCRIBED if alt is None else alt or DECORATIVE
            side = SIDES.get(dict(block.attributes).get("class", ""), "")
            yield _Paragraph("image", text, given["src"], side)
        else:
            yield from _paragraphs(child)


def _of_leaf(leaf: Leaf) -> Iterator[_Paragraph]:
    kind = KINDS.get(leaf.tag, "")
    if leaf.tag != "figcaption":
        yield _Paragraph(kind, leaf.text())
        return
    for named, text in zip((kind, "crédit"), leaf.parted_by("small"), strict=True):
        if words := text.strip():
            yield _Paragraph(named, words)


def _replaced(old: list[_Paragraph], new: list[_Paragraph]) -> Iterator[Line]:
    """Pair each former paragraph with the next new one that keeps enough of its words."""
    waiting = list(new)
    for each in old:
        place = next((i for i, other in enumerate(waiting) if _is_same(each, other)), None)
        if place is None:
            yield Line(each.kind, [Piece(each.text, "del")])
            continue
        yield from (Line(added.kind, [Piece(added.text, "ins")]) for added in waiting[:place])
        yield _changed(each, waiting[place])
        del waiting[: place + 1]
    yield from (Line(added.kind, [Piece(added.text, "ins")]) for added in waiting)


def _changed(old: _Paragraph, new: _Paragraph) -> Line:
    """The line of what became of a paragraph, or of a picture."""
    kind = new.kind
    if old.kind != new.kind:
        kind = f"{old.kind or 'texte'} devenu {new.kind or 'texte'}"
    pieces = [Piece(old.text, "del"), Piece(new.text, "ins")]
    if _has_common_words(old.text, new.text):
        pieces = marked_words(old.text, new.text)
    if old.side != new.side:
        sides = [Piece(f"{old.side} ", "del"), Piece(new.side, "ins")]
        pieces += [Piece(" ; place : "), *sides]
    if old.src == new.src:
        return Line(kind, pieces)
    return Line(kind, [*pieces, Piece(ANOTHER_PICTURE, "ins")], pictures=(old.src, new.src))


def _is_same(one: _Paragraph, other: _Paragraph) -> bool:
    if one.src or other.src:
        is_described_alike = bool(one.src and other.src) and _has_common_words(one.text, other.text)
        return one.src == other.src or is_described_alike
    return _has_common_words(one.text, other.text)


def _has_common_words(one: str, other: str) -> bool:
    words = _WORD.findall(one), _WORD.findall(other)
    if max(map(len, words)) > _MOST_WORDS:
        return False
    matcher = SequenceMatcher(None, *words, autojunk=False)
    return matcher.quick_ratio() > _SAME_PARAGRAPH and matcher.ratio() > _SAME_PARAGRAPH


def _near_changes(lines: list[Line]) -> Iterator[Line]:
    near = {
        place + offset
        for place, line in enumerate(lines)
        if line.is_changed
        for offset in range(-_CONTEXT, _CONTEXT + 1)
    }
    skipped = 0
    for place, line in enumerate(lines):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield Line(skipped=skipped)
            skipped = 0
        yield line
    if skipped:
        yield Line(skipped=skipped)


def _facts(revision: Revision) -> Iterator[tuple[str, str]]:
    yield "Surtitre", revision.kicker
    yield "Titre", revision.title
    yield "Chapo", revision.lead
    yield "Mots-clés", revision.keywords
    yield "Rubrique", str(revision.category)
    yield "Réunion", str(revision.meeting or "")
    yield "Visible par", revision.get_visibility_display()
    yield "Réactions", revision.get_reactions_policy_display()
    yield "Réactions ouvertes pendant", _counted(revision.reactions_days, "jours")
    yield "Entre deux réactions", _counted(revision.reactions_interval, "secondes")
    yield "Pièces jointes", "\n".join(map(_attached, revision.attachments))


def _attached(facts: dict[str, Any]) -> str:
    kind = AttachmentKind(facts["kind"]).label
    readers = AttachmentVisibility(facts["visibility"]).label
    return f"{facts['title']} ({kind} ; visible par : {readers})"


def _replaced_files(before: Revision, after: Revision) -> str:
    """The titles that were kept while another file took the place of the former one."""
    former = {each["title"]: each["id"] for each in before.attachments}
    titles = (
        each["title"]
        for each in after.attachments
        if former.get(each["title"], each["id"]) != each["id"]
    )
    return "\n".join(titles)


def _counted(number: int | None, unit: str) -> str:
    return "" if number is None else f"{number} {unit}"
