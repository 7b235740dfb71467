"""The words of a line or of a link: tags, addresses and emphases, and no block."""

from articles.spip.shortcuts.emphasis import paired
from articles.spip.shortcuts.html_tags import with_tags_apart
from articles.spip.shortcuts.work import Work
from articles.spip.shortcuts.writer import Writer


def inline_html(work: Work, text: str) -> str:
    """Return a text as HTML, its line ends as spaces."""
    writer = Writer(work)
    writer.inline(paired(work, with_tags_apart(work, " ".join(text.split()))))
    return writer.html()
