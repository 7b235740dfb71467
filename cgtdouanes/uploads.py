"""Files that officers upload: recognised by their content, renamed, and served as downloads.

Nothing is believed of what the browser says: neither the name's ending nor the declared type.
"""

import hashlib
import io
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from PIL import Image, ImageOps

MAX_PIXELS = 40_000_000
NAME_LENGTH = 100
PICTURES = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png")}

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


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
    if is_stored(upload):
        return
    if upload.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ValidationError(f"Ce fichier dépasse {limit} Mo : allégez-le avant de l’envoyer.")
    cleaned(upload.file)


def cleaned(file: BinaryIO) -> tuple[bytes, str, str]:
    """Return the content to store, its extension and its content type, by what the file really is.

    Raises ValidationError for anything but a whole PDF or picture.
    """
    file.seek(0)
    content = file.read()
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise ValidationError("Ce PDF est incomplet ou abîmé : exportez-le de nouveau.")
        return content, "pdf", "application/pdf"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _cleaned_picture(content)
    raise ValidationError(
        "Ce fichier n’est ni un PDF, ni une image JPEG ou PNG. Depuis un traitement de texte, "
        "choisissez « Exporter au format PDF », puis envoyez le PDF."
    )


def _cleaned_picture(content: bytes) -> tuple[bytes, str, str]:
    """Encode a picture again: its EXIF data (author, camera, position) does not follow."""
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError("Cette image est trop grande : réduisez ses dimensions.")
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            upright = ImageOps.exif_transpose(picture)
            if upright.mode == "P" or "transparency" in upright.info:
                upright = upright.convert("RGBA")
            target = Image.new(upright.mode, upright.size)
            target.paste(upright)
            output = io.BytesIO()
            target.save(output, format=kind, quality=88, optimize=True)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError("Cette image est abîmée ou trop grande.") from error
    return output.getvalue(), *PICTURES[kind]


def keep_clean(upload: FieldFile) -> Facts:
    """Replace a file about to be stored by its cleaned content, and describe it.

    Raises ValidationError for a file that we do not accept.
    """
    content, extension, content_type = cleaned(upload.file)
    upload.file = ContentFile(content, name=upload.name)
    return Facts(extension, content_type, len(content), hashlib.sha256(content).hexdigest())


def clean_name(name: str, extension: str) -> str:
    """Return a name safe in a header and on any disk, with the ending of the real content."""
    stem = PurePosixPath(name.replace("\\", "/")).name.rpartition(".")[0] or name
    stem = unicodedata.normalize("NFC", stem)
    printable = "".join(c if c.isalnum() or c in " -_.’'()" else "_" for c in stem)
    return f"{printable.strip(' .')[:NAME_LENGTH] or 'document'}.{extension}"


def serve(file: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """Return the file as a download, a picture to be shown. The caller checked the rights."""
    response = FileResponse(
        file.open("rb"),
        as_attachment=not content_type.startswith("image/"),
        filename=name,
        content_type=content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
