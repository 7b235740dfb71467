"""Small files of the kinds that people send."""

import io

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(color: str = "red", kind: str = "JPEG") -> bytes:
    """A small picture of one colour."""
    content = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(content, kind)
    return content.getvalue()
