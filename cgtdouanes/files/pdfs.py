"""What a PDF says beside its text of who made it: a word processor notes there whose machine it is.

Whoever downloads a leaflet would read the name of a member, and the administration too.
"""

import io
from typing import Any

from pypdf import PdfReader, PdfWriter

# What names nobody in the description of a document (ISO 32000-1, 14.3.3).
_OF_THE_TEXT = frozenset({"/Title", "/Subject", "/Keywords", "/Trapped"})
_OF_THE_PROGRAM = frozenset({"/Creator", "/Producer", "/CreationDate", "/ModDate"})
# The same in XMP (ISO 16684-1), where a program adds what it likes.
_NAMES_IN_XMP = (b"dc:creator", b"dc:contributor", b"Author", b"Manager", b"xmpMM:History")
# A signature covers the very bytes of the file.
_SIGNED = b"/ByteRange"


def without_names(content: bytes) -> bytes:
    """Return the PDF written again without who made it, nor what an earlier state of it said.

    The same bytes where it names nobody, where they are signed, and where they cannot be read.
    """
    if _SIGNED in content:
        return content
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted or not _names_somebody(reader):
            return content
        return _rewritten(reader)
    except Exception:  # noqa: BLE001  each program that writes PDFs has faults of its own
        return content


def _names_somebody(reader: PdfReader) -> bool:
    said = dict(reader.metadata or {})
    if any(said[key] for key in said.keys() - _OF_THE_TEXT - _OF_THE_PROGRAM):
        return True
    xmp = reader.root_object.get("/Metadata")
    return xmp is not None and any(name in xmp.get_object().get_data() for name in _NAMES_IN_XMP)


def _rewritten(reader: PdfReader) -> bytes:
    said: dict[str, Any] = dict(reader.metadata or {})
    # Before the copy, which takes all that is reached from there.
    reader.root_object.pop("/Metadata", None)
    writer = PdfWriter(clone_from=reader)
    writer.metadata = {key: said[key] for key in sorted(_OF_THE_TEXT & said.keys())}
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()
