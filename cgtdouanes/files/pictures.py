"""Pictures that officers upload: decoded whole, then encoded again, so that nothing else follows.

What a camera or a program wrote beside the picture (who, where, profiles, comments), what hides
after its end, and every frame but the first, are gone.
"""

import io
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps

MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
_QUALITY = 86

# Pillow warns above this number and refuses twice as much by itself; we refuse above it.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True)
class Encoded:
    """A picture ready to be stored; `width` and `height` are in pixels."""

    content: bytes
    extension: str
    content_type: str
    width: int
    height: int


def is_picture(content: bytes) -> bool:
    """Tell by its first bytes whether a file says that it is a JPEG, PNG, GIF or WebP picture."""
    return content.startswith(_SIGNATURES) or (content[:4], content[8:12]) == (b"RIFF", b"WEBP")


def encoded(content: bytes, max_width: int | None = None) -> Encoded:
    """Encode a picture again, upright and no wider than `max_width`.

    A photograph becomes a JPEG, what has sharp lines or is transparent a PNG. Raises
    ValidationError, in words for the officer, for what is damaged or too large to be decoded.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(
                    f"Cette image fait {picture.width} pixels sur {picture.height} : "
                    "réduisez ses dimensions, puis envoyez-la de nouveau."
                )
            is_photograph = picture.format in ("JPEG", "MPO", "WEBP")
            if max_width:
                # A JPEG is decoded at a fraction of its size, as long as it stays large enough.
                picture.draft(None, (max_width, max_width))
            upright = _with_plain_colours(ImageOps.exif_transpose(picture))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError("Cette image est abîmée ou trop grande.") from error
    if max_width:
        upright = _at_most(upright, max_width)
    return _written(upright, "JPEG" if is_photograph and upright.mode != "RGBA" else "PNG")


def narrowed(content: bytes, width: int) -> Encoded:
    """Make a smaller copy of a picture that `encoded` returned."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        return _written(_at_most(picture, width), picture.format or "PNG")


def _with_plain_colours(picture: Image.Image) -> Image.Image:
    """Copy the pixels alone, as colours that every browser shows."""
    is_transparent = picture.has_transparency_data
    plain = picture.convert("RGBA" if is_transparent else "RGB")
    copy = Image.new(plain.mode, plain.size)
    copy.paste(plain)
    return copy


def _at_most(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _written(picture: Image.Image, kind: str) -> Encoded:
    options: dict[str, Any] = {"optimize": True}
    if kind == "JPEG":
        options |= {"quality": _QUALITY, "progressive": True}
    output = io.BytesIO()
    picture.save(output, kind, **options)
    extension = {"JPEG": "jpg", "PNG": "png"}[kind]
    return Encoded(
        output.getvalue(), extension, f"image/{kind.lower()}", picture.width, picture.height
    )
