"""The paragraphs of a plain text, as people part them: by a blank line."""

import re

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")


def paragraphs(text: str) -> list[str]:
    """Return them in order, with their line breaks as newlines; none of an empty text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return [paragraph for paragraph in _BLANK_LINES.split(lines) if paragraph]
