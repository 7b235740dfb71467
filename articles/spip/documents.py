"""The documents of an article: which ones are taken over, checked once, and attached to it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files import File
from django.db import transaction

from articles.models import (
    Article,
    Attachment,
    AttachmentVisibility,
    Section,
    SpipKind,
    SpipObject,
)
from articles.spip.files import Folder, Refused, name_of
from articles.spip.findings import Findings, Outcome
from articles.spip.memory import fingerprint, kept_attachment
from articles.spip.places import Places
from articles.spip.rows import SpipFile
from articles.spip.shortcuts import convert_line
from cgtdouanes.files import uploads
from cgtdouanes.files.stored_file import StoredFile

_TITLE_LENGTH = Attachment._meta.get_field("title").max_length or 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A document to attach to an article, and what it became earlier, if it did."""

    file: SpipFile
    title: str
    made: str
    earlier: SpipObject | None

    @property
    def stored(self) -> Attachment | None:
        """What it became earlier; None when it did not, or was deleted since."""
        return self.earlier.attachment if self.earlier else None


class Documents:
    """Decides about each document of the old site, and attaches those that are accepted."""

    def __init__(self, folder: Folder, findings: Findings) -> None:
        self._folder = folder
        self._findings = findings
        self._refusals: dict[int, str] = {}
        # Files written in a transaction that is not over: no rollback removes them.
        self.written: list[StoredFile] = []
        self.seen: set[int] = set()
        # What the old addresses of the files of this batch lead to, by their paths.
        self.by_path: dict[str, Attachment] = {}

    def accepts(self, file: SpipFile) -> bool:
        """Tell whether the file is taken over; it is opened once."""
        if file.number not in self._refusals:
            try:
                self._folder.check(file)
                self._refusals[file.number] = ""
            except Refused as error:
                self._refusals[file.number] = str(error)
        return not self._refusals[file.number]

    def refuses(self, file: SpipFile) -> bool:
        """Tell whether the file was of this site, and is not taken over."""
        is_ours = not (file.is_remote or file.is_logo or ".." in file.path)
        return is_ours and not self.accepts(file)

    def plan(
        self,
        number: int,
        subject: str,
        files: Collection[SpipFile],
        places: Places,
        earlier: Mapping[tuple[int, int], SpipObject],
    ) -> list[Planned]:
        """Return what is to be attached to the article of this number; tell what is not."""
        planned = []
        for file in files:
            self.seen.add(file.number)
            name = f"{subject} – document {file.number} ({name_of(file)})"
            if file.address:
                continue
            if file.is_logo:
                self._findings.count(SpipKind.DOCUMENT.label, Outcome.SKIPPED)
            elif not self.accepts(file):
                why = self._refusals[file.number]
                before = earlier.get((number, file.number))
                if before and before.attachment:
                    why = f"{why} ; celui qui a été repris reste"
                    planned.append(Planned(file, before.attachment.title, before.made, before))
                else:
                    self._findings.count(SpipKind.DOCUMENT.label, Outcome.SKIPPED)
                self._findings.tell(Section.MISSING_DOCUMENT, name, why, number)
            else:
                title = convert_line(file.title, places).text or name_of(file)
                title = title[:_TITLE_LENGTH]
                if file.number not in places.asked_for:
                    self._tell_description(file, name, number, places)
                made = fingerprint([title, self._folder.mark(file)])
                planned.append(Planned(file, title, made, earlier.get((number, file.number))))
        for unknown in sorted(places.unknown):
            self._findings.tell(
                Section.MISSING_DOCUMENT,
                f"{subject} – document {unknown}",
                "le texte le nomme, mais l’ancien site ne le connaît plus",
                number,
            )
        return planned

    def _tell_description(self, file: SpipFile, name: str, number: int, places: Places) -> None:
        """Tell what stood beside a document in the list of its article, which has only titles."""
        source = "\n".join(filter(None, (file.description, file.credits)))
        if words := convert_line(source, places).text:
            detail = f"ce qui en était dit n’est pas repris : {words}"
            self._findings.tell(Section.TO_READ, name, detail, number)

    def gone(
        self,
        number: int,
        files: Collection[SpipFile],
        earlier: Mapping[tuple[int, int], SpipObject],
    ) -> list[Attachment]:
        """Return what was attached to the article of this number and is no longer with it there."""
        still = {file.number for file in files}
        return [
            each.attachment
            for (article, file), each in earlier.items()
            if article == number
            and file not in still
            and each.attachment
            and each.attachment.is_shown
            and each.kept == kept_attachment(each.attachment)
        ]

    def count(self, planned: Planned) -> None:
        """Count what becomes of a document that is accepted."""
        self._findings.count(SpipKind.DOCUMENT.label, _outcome(planned))

    def attach(self, planned: Planned, article: Article, number: int) -> Attachment | None:
        """Attach a document, or bring it up to date; return None where it was deleted here."""
        attachment = self._attached(planned, article, number)
        if attachment:
            if not attachment.is_shown:
                attachment.is_shown = True
                attachment.save()
            self.by_path.setdefault(planned.file.path, attachment)
        return attachment

    def _attached(self, planned: Planned, article: Article, number: int) -> Attachment | None:
        match _outcome(planned):
            case Outcome.CREATED:
                attachment = Attachment(
                    article=article, title=planned.title, visibility=AttachmentVisibility.PUBLIC
                )
                self._store(planned.file, attachment)
                SpipObject.objects.create(
                    kind=SpipKind.DOCUMENT,
                    number=planned.file.number,
                    within=number,
                    attachment=attachment,
                    made=planned.made,
                    kept=kept_attachment(attachment),
                )
                return attachment
            case Outcome.UPDATED if planned.earlier and planned.earlier.attachment:
                attachment = planned.earlier.attachment
                attachment.title = planned.title
                self._store(planned.file, attachment)
                planned.earlier.made = planned.made
                planned.earlier.kept = kept_attachment(attachment)
                planned.earlier.save()
        return planned.stored

    def _store(self, file: SpipFile, attachment: Attachment) -> None:
        with self._folder.find(file).open("rb") as content:
            attachment.file = File(content, name=name_of(file))
            self.written.append(attachment)
            attachment.save()

    @contextmanager
    def one_transaction(self) -> Iterator[None]:
        """Open a transaction; where it is undone, the files that it wrote go too."""
        self.by_path = {}
        self.written.clear()
        try:
            with transaction.atomic():
                yield
        except BaseException:
            for each in self.written:
                if uploads.is_stored(each.file):
                    each.forget_file()
            raise


def _outcome(planned: Planned) -> Outcome:
    earlier = planned.earlier
    if earlier is None:
        return Outcome.CREATED
    if earlier.attachment is None:
        return Outcome.SKIPPED
    if earlier.made == planned.made:
        return Outcome.UNCHANGED
    if earlier.kept != kept_attachment(earlier.attachment):
        return Outcome.CONFLICT
    return Outcome.UPDATED
