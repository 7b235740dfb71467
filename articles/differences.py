"""What changed between two versions of an article, word by word, as a person would mark it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from articles.models import Revision
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


@dataclass(frozen=True)
class Piece:
    """Some words; `change` is "ins", "del" or empty for those that stayed."""

    text: str
    change: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph with its marked words; `skipped` stands for so many left as they were."""

    kind: str = ""
    pieces: Sequence[Piece] = ()
    skipped: int = 0

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
    return [Fact(label, marked_words(old, new)) for (label, old), (_, new) in pairs if old != new]


def body_changed(before: str, after: str) -> list[Line]:
    """Return the paragraphs of two sanitised bodies, those far from any change left out.

    Empty when the words are the same.
    """
    old, new = _leaves(before), _leaves(after)
    lines: list[Line] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for change, i1, i2, j1, j2 in matcher.get_opcodes():
        if change == "equal":
            lines += [Line(kind, [Piece(text)]) for kind, text in old[i1:i2]]
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


Paragraph = tuple[str, str]


def _leaves(body: str) -> list[Paragraph]:
    return list(_paragraphs(richtext.read(body)))


def _paragraphs(block: Block) -> Iterator[Paragraph]:
    """The texts, each before its notes; of a picture, what is said to who does not see it."""
    for child in block.children:
        if isinstance(child, Leaf):
            yield from ((_kind(leaf), leaf.text()) for leaf in (child, *child.notes))
        elif child.tag == "img":
            alt = dict(child.attributes).get("alt")
            yield "image", UNDESCRIBED if alt is None else alt or DECORATIVE
        else:
            yield from _paragraphs(child)


def _kind(leaf: Leaf) -> str:
    return KINDS.get(leaf.tag, "")


def _replaced(old: list[Paragraph], new: list[Paragraph]) -> Iterator[Line]:
    """Pair each former paragraph with the next new one that keeps enough of its words."""
    waiting = list(new)
    for kind, text in old:
        place = next((i for i, (_, other) in enumerate(waiting) if _is_same(text, other)), None)
        if place is None:
            yield Line(kind, [Piece(text, "del")])
            continue
        yield from (Line(k, [Piece(t, "ins")]) for k, t in waiting[:place])
        new_kind, new_text = waiting[place]
        said = kind if kind == new_kind else f"{kind or 'texte'} devenu {new_kind or 'texte'}"
        yield Line(said, marked_words(text, new_text))
        del waiting[: place + 1]
    yield from (Line(kind, [Piece(text, "ins")]) for kind, text in waiting)


def _is_same(one: str, other: str) -> bool:
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
    yield "Pièces jointes", "\n".join(each["title"] for each in revision.attachments)


def _counted(number: int | None, unit: str) -> str:
    return "" if number is None else f"{number} {unit}"
