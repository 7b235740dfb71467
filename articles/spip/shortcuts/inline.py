"""The words of a line or of a link: tags, addresses and emphases, and no block."""

from articles.spip.shortcuts.emphasis import paired
from articles.spip.shortcuts.html_tags import with_tags_apart
from articles.spip.shortcuts.work import Work
from articles.spip.shortcuts.writer import Writer


def inline_html(work: Work, text: str, *, in_link: bool = False) -> str:
    """Return a text as HTML, its line ends as spaces; inside a link, no address is another one."""
    writer = Writer(work)
    writer.inline(paired(work, with_tags_apart(work, " ".join(text.split()), in_link=in_link)))
    return writer.html()
