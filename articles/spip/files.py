"""The files of the old site's IMG folder: found, and checked by their content as an upload is."""

import io
import re
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError

from articles.spip.rows import SpipFile
from cgtdouanes.files import uploads
from cgtdouanes.operations.trouble import in_french

_LOGO = re.compile(
    r"(?:art|aut|breve|groupe|mot|rub|site)o(?:n|ff)\d+\.(?:gif|jpe?g|png|svg|webp)", re.IGNORECASE
)
_PLAYED = frozenset(
    {"aac", "avi", "flac", "flv", "m4a", "m4v", "mid", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg"}
    | {"oga", "ogg", "ogv", "ra", "rm", "swf", "wav", "webm", "wma", "wmv"}
)


class Refused(Exception):
    """The file is not taken over; the message says why, in French."""


class Folder:
    """The IMG folder; `path` may also be the folder that holds it."""

    def __init__(self, path: Path) -> None:
        inner = path / "IMG"
        self.root = (inner if inner.is_dir() else path).resolve()
        self._names: dict[Path, dict[str, Path]] = {}

    def logos(self) -> int:
        """Count the files that are the logo of an object by their names alone: “arton12.jpg”."""
        return sum(bool(_LOGO.fullmatch(file.name)) for file in self.root.iterdir())

    def find(self, file: SpipFile) -> Path:
        """Return where the file is. Raises Refused when it is missing, or is out of the folder."""
        if file.is_remote:
            raise Refused(
                f"il est sur un autre site, sans adresse que l’on puisse suivre : {file.path}"
            )
        place = (self.root / file.path).resolve()
        if not file.path or not place.is_relative_to(self.root) or "\0" in file.path:
            raise Refused("son emplacement n’est pas dans le dossier des documents")
        try:
            found = place if place.is_file() else self._alike(place)
        except OSError as error:
            raise _unreadable(error) from error
        if found is None:
            raise Refused("le fichier manque dans le dossier des documents")
        return found

    def _alike(self, place: Path) -> Path | None:
        """Return the file of that name in other capitals, or whose accents another system wrote."""
        names = self._names.get(place.parent)
        if names is None:
            there = place.parent.iterdir() if place.parent.is_dir() else ()
            names = {_in_any_system(each.name): each for each in there if each.is_file()}
            self._names[place.parent] = names
        found = names.get(_in_any_system(place.name))
        return found if found and found.resolve().is_relative_to(self.root) else None

    def content(self, file: SpipFile) -> bytes:
        """Return what a file holds. Raises Refused when it is too large, or cannot be read."""
        place = self.find(file)
        if place.stat().st_size > settings.UPLOAD_MAX_BYTES:
            raise Refused(f"le fichier dépasse {settings.UPLOAD_MAX_BYTES // 1024 // 1024} Mo")
        try:
            return place.read_bytes()
        except OSError as error:
            raise _unreadable(error) from error

    def check(self, file: SpipFile) -> None:
        """Raise Refused for a file that is not accepted as an upload."""
        try:
            uploads.cleaned(io.BytesIO(self.content(file)))
        except ValidationError as error:
            raise Refused(_in_one_sentence(error, file)) from error

    def mark(self, file: SpipFile) -> str:
        """Tell one state of a file from another without reading it; empty where it is missing."""
        with suppress(Refused):
            return f"{file.path} {self.find(file).stat().st_size}"
        return ""


def name_of(file: SpipFile) -> str:
    """Return the name of a file, without its folders."""
    return PurePosixPath(file.path).name or f"document {file.number}"


def _in_any_system(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _unreadable(error: OSError) -> Refused:
    return Refused(f"le fichier ne peut pas être lu ({in_french(error)})")


def _in_one_sentence(error: ValidationError, file: SpipFile) -> str:
    if file.extension in ("pdf", "jpg", "jpeg", "png", "gif", "webp"):
        return str(error.messages[0])
    if file.extension in _PLAYED:
        return (
            f"les sons et les films (« {file.extension} ») ne sont pas gardés ici : déposez-le sur "
            "un site qui les montre, puis mettez son adresse dans le texte"
        )
    return (
        f"les fichiers « {file.extension or '?'} » ne sont pas acceptés ici : convertissez-le en "
        "PDF, en JPEG ou en PNG, puis joignez-le à l’article"
    )
