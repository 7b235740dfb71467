"""When no room is left on the disk: no half file, no row without its file, nothing typed lost.

An upload meets the full disk twice: on its way, where a large file waits in a temporary folder, and
when it is stored. In both cases the file is refused like any other that a form does not take.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

from cgtdouanes.operations.trouble import disk_is_full

logger = logging.getLogger(__name__)

NO_ROOM = (
    "Le disque du site est plein : ce fichier n’a pas pu être gardé. Ce que vous avez écrit est "
    "resté ici : enregistrez-le sans le fichier, et prévenez la personne qui tient le serveur."
)

R = TypeVar("R")


class Stored(Protocol):
    """A row whose file was just stored."""

    def forget_file(self) -> None: ...


def validate_room(file: Any) -> None:
    """Raise ValidationError, in words for the officer, for an upload that found no room."""
    if getattr(file, "found_no_room", False):
        raise ValidationError(NO_ROOM)


class MediaFolder(FileSystemStorage):
    """The folder of uploaded files: what could not be written whole is not there at all."""

    def _save(self, name: str, content: File) -> str:
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError:
            with suppress(OSError):
                self.delete(name)
            raise


class UploadHandler(TemporaryFileUploadHandler):
    """A large file on its way; when it finds no room, the rest of the form still arrives."""

    file: Any = None
    _found_no_room = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._found_no_room = False
        # Not that of the field before: it is whole.
        self.file = None
        with self._noting():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        with self._noting():
            if not self._found_no_room:
                return super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        with self._noting():
            if not self._found_no_room:
                return super().file_complete(file_size)
        upload = SimpleUploadedFile(self.file_name or "", b" ")
        upload.found_no_room = True  # type: ignore[attr-defined]
        return upload

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not disk_is_full(error):
                raise
            logger.error("No room is left for an upload on its way")
            self._found_no_room = True
            # What waits to be written finds no room either.
            with suppress(OSError):
                if self.file:
                    self.file.close()


def kept_or_refused(request: HttpRequest, keep: Callable[[], R]) -> R:
    """Keep what a form gives; where no room is left, once more with its files refused.

    `keep` is atomic, and shows the form again with what is wrong in it.
    """
    try:
        with _undone_on_failure():
            return keep()
    except OSError as error:
        if not (disk_is_full(error) and request.FILES):
            raise
        logger.error("No room is left for an uploaded file")
    for _, uploads in request.FILES.lists():
        for upload in uploads:
            upload.found_no_room = True  # type: ignore[attr-defined]
    return keep()


_stored: ContextVar[list[Stored] | None] = ContextVar("stored", default=None)


def note_stored(row: Stored) -> None:
    """Remember a file that a failure of what goes on must take back: its row will be gone."""
    if (stored := _stored.get()) is not None:
        stored.append(row)


@contextmanager
def _undone_on_failure() -> Iterator[None]:
    stored: list[Stored] = []
    token = _stored.set(stored)
    try:
        yield
    except OSError:
        for row in stored:
            row.forget_file()
        raise
    finally:
        _stored.reset(token)
