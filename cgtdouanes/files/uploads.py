"""Files that officers upload: recognised by their content, and renamed.

Nothing is believed of what the browser says: neither the name's ending nor the declared type.
"""

import hashlib
import io
import unicodedata
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from cgtdouanes.files import office, pdfs, pictures
from cgtdouanes.files.full_disk import validate_room

NAME_LENGTH = 100
_OF_WEB_PAGES = (b"<!doctype", b"<html", b"<script", b"<svg", b"<body", b"<iframe", b"<img")


@dataclass(frozen=True)
class Cleaned:
    """The content to store, the ending of its name, and its type."""

    content: bytes
    extension: str
    content_type: str


@dataclass(frozen=True)
class Facts:
    """What a stored file is. `size` is in bytes, `sha256` in hexadecimal."""

    extension: str
    content_type: str
    size: int
    sha256: str


def generated_name(instance: Any, filename: str) -> str:
    """Return a storage name that says nothing and cannot be guessed; the row keeps the real one."""
    return f"{instance._meta.model_name}/{uuid.uuid4().hex}"


def is_stored(file: FieldFile) -> bool:
    """Tell a file already in storage from one just given."""
    return bool(getattr(file, "_committed", False))


def validate_upload(upload: FieldFile) -> None:
    """Raise ValidationError, in words for the officer, unless the file is one that we accept."""
    if not is_stored(upload):
        validate_size(upload)
        cleaned(upload.file)


def validate_size(upload: FieldFile) -> None:
    """Raise ValidationError for a file that is larger than the server takes, or has room for."""
    validate_room(upload.file)
    if upload.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ValidationError(f"Ce fichier dépasse {limit} Mo : allégez-le avant de l’envoyer.")


def cleaned(file: BinaryIO) -> Cleaned:
    """Return what to store of a file, by what it really is.

    Raises ValidationError for anything but a whole PDF or picture, and nothing else.
    """
    content = content_of(file)
    if content.startswith(b"%PDF-"):
        _refuse_disguised(content)
        return Cleaned(pdfs.without_names(content), "pdf", "application/pdf")
    if pictures.is_picture(content):
        picture = pictures.encoded(content)
        return Cleaned(picture.content, picture.extension, picture.content_type)
    if kind := office.kind_of(content):
        said = f"Ce fichier est {kind}. Faites-en un PDF, que tous les téléphones savent lire."
    else:
        said = (
            "Ce fichier n’est ni un PDF, ni une image JPEG, PNG, WebP ou GIF, quel que soit son "
            "nom. Si c’est un document, faites-en un PDF."
        )
    raise ValidationError([said, *office.HOW_TO_MAKE_A_PDF])


def content_of(file: BinaryIO) -> bytes:
    """Return the whole content of a file, wherever it was read to."""
    file.seek(0)
    return file.read()


def keep_clean(upload: FieldFile, clean: Callable[[BinaryIO], Cleaned] = cleaned) -> Facts:
    """Replace a file about to be stored by its cleaned content, and describe it.

    Raises ValidationError for a file that we do not accept.
    """
    kept = clean(upload.file)
    upload.file = ContentFile(kept.content, name=upload.name)
    sha256 = hashlib.sha256(kept.content).hexdigest()
    return Facts(kept.extension, kept.content_type, len(kept.content), sha256)


def _refuse_disguised(content: bytes) -> None:
    """Refuse a PDF that is not whole, or that is a web page or an archive as well."""
    if b"%%EOF" not in content[-2048:]:
        raise ValidationError("Ce PDF est incomplet ou abîmé : exportez-le de nouveau.")
    beginning = content[:1024].lower()
    if any(tag in beginning for tag in _OF_WEB_PAGES) or zipfile.is_zipfile(io.BytesIO(content)):
        raise ValidationError(
            "Ce PDF contient aussi une page web ou une archive : nous ne pouvons pas le garder. "
            "Ouvrez-le, exportez-le de nouveau au format PDF, puis envoyez ce nouveau fichier."
        )


def clean_name(name: str, extension: str) -> str:
    """Return a name safe in a header and on any disk, with the ending of the real content."""
    stem = PurePosixPath(name.replace("\\", "/")).name.rpartition(".")[0] or name
    stem = unicodedata.normalize("NFC", stem)
    printable = "".join(c if c.isalnum() or c in " -_.’'()" else "_" for c in stem)
    return f"{printable.strip(' .')[:NAME_LENGTH] or 'document'}.{extension}"
