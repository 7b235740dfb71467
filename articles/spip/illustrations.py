"""The pictures that the old site's texts show: encoded again, each one kept once."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files import File

from articles.models import Article, Picture, SpipKind, SpipObject
from articles.models.picture import LARGEST
from articles.spip.files import Folder, Refused, name_of
from articles.spip.findings import Findings, Outcome
from articles.spip.memory import fingerprint, known
from articles.spip.rows import SpipFile
from cgtdouanes import richtext
from cgtdouanes.files import pictures
from cgtdouanes.files.stored_file import StoredFile

_EXTENSIONS = frozenset({"jpg", "jpeg", "png", "gif", "webp"})
# So that a text may name a picture before it is stored, and the same one each time.
_KEYS = uuid.UUID("5b0f3a5e-8c0c-4d0f-9c38-1f0d8f1d2c11")


@dataclass(frozen=True, slots=True)
class Size:
    """In pixels, as the picture is stored."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A picture that a text shows, and what it became earlier, if it did."""

    file: SpipFile
    made: str
    earlier: SpipObject | None

    @property
    def outcome(self) -> Outcome:
        earlier = self.earlier
        if earlier is None:
            return Outcome.CREATED
        if earlier.made == self.made or earlier.picture is None:
            return Outcome.UNCHANGED
        if earlier.kept != earlier.picture.sha256:
            return Outcome.CONFLICT
        return Outcome.UPDATED


class Illustrations:
    """Decides about the pictures of the texts, and stores those that are shown."""

    def __init__(self, folder: Folder, findings: Findings, written: list[StoredFile]) -> None:
        self._folder = folder
        self._findings = findings
        self._written = written
        self._sizes: dict[int, Size | None] = {}
        self._counted: set[int] = set()

    def size(self, file: SpipFile) -> Size | None:
        """Return the size of a picture that a text may show; None for any other file."""
        if file.extension not in _EXTENSIONS or file.is_remote:
            return None
        if file.number not in self._sizes:
            before = known(SpipKind.DOCUMENT, [file.number]).get(file.number)
            kept = _size_of(before)
            # To encode a large one once more takes a second.
            is_the_same = before is not None and before.made == fingerprint(self._folder.mark(file))
            self._sizes[file.number] = (
                kept if kept and is_the_same else self._measured(file) or kept
            )
        return self._sizes[file.number]

    def plan(self, files: Iterable[SpipFile]) -> list[Planned]:
        """Return the pictures that a text shows."""
        shown = list(files)
        earlier = known(SpipKind.DOCUMENT, [file.number for file in shown]) if shown else {}
        planned = [self._planned(file, earlier.get(file.number)) for file in shown]
        for each in planned:
            if each.file.number not in self._counted:
                self._counted.add(each.file.number)
                self._findings.count(SpipKind.DOCUMENT.label, each.outcome)
        return planned

    def _planned(self, file: SpipFile, before: SpipObject | None) -> Planned:
        # What was taken over outlives its file.
        mark = self._folder.mark(file)
        made = fingerprint(mark) if mark or before is None else before.made
        return Planned(file, made, before)

    def store(self, planned: Iterable[Planned], article: Article) -> None:
        """Store these pictures where they are not yet, and note that they stand in this article."""
        for each in planned:
            if each.outcome == Outcome.CREATED:
                self._create(each, article)
            elif each.outcome == Outcome.UPDATED and each.earlier and each.earlier.picture:
                self._update(each, each.earlier, each.earlier.picture)
        article.places.record(article, richtext.pictured(article.body), set())

    def _create(self, planned: Planned, article: Article) -> None:
        key = key_of(planned.file)
        if Picture.objects.filter(key=key).exists():
            return
        picture = Picture(key=key, article=article, alt=planned.file.alt[:500])
        self._give(planned.file, picture)
        SpipObject.objects.create(
            kind=SpipKind.DOCUMENT,
            number=planned.file.number,
            picture=picture,
            made=planned.made,
            kept=picture.sha256,
        )

    def _update(self, planned: Planned, earlier: SpipObject, picture: Picture) -> None:
        """Give the picture its new file, unless somebody changed or deleted it meanwhile."""
        held = Picture.objects.select_for_update(of=("self",)).filter(pk=picture.pk).first()
        if held and held.sha256 == earlier.kept:
            self._give(planned.file, held)
            earlier.made, earlier.kept = planned.made, held.sha256
            earlier.save()

    def _give(self, file: SpipFile, picture: Picture) -> None:
        with self._folder.find(file).open("rb") as content:
            picture.file = File(content, name=name_of(file))
            self._written.append(picture)
            picture.save()

    def _measured(self, file: SpipFile) -> Size | None:
        try:
            content = self._folder.content(file)
            if not pictures.is_picture(content):
                return None
            encoded = pictures.encoded(content, LARGEST)
        except (Refused, ValidationError):
            return None
        return Size(encoded.width, encoded.height)


def _size_of(earlier: SpipObject | None) -> Size | None:
    """Return the size of the picture that a file became; None when it did not, or was deleted."""
    picture = earlier.picture if earlier else None
    return Size(picture.width, picture.height) if picture else None


def key_of(file: SpipFile) -> uuid.UUID:
    """Return the key that a picture of the old site has here."""
    return uuid.uuid5(_KEYS, str(file.number))
