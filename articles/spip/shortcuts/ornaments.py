"""The shortcuts that “Enluminures typographiques” adds, a plugin that most SPIP sites have had.

Its lesser intertitles become stars after the braces of an intertitle, as it does itself; what it
highlights is bold. Its alignments, which only decorate, leave a paragraph.
"""

import re

from articles.spip.shortcuts.work import END_STRONG, STRONG, Work, replace_enclosed

_INTERTITLE = re.compile(r"\{([1-5])()\{")
_INTERTITLE_ENDS = {level: re.compile(rf"\}}{level}\}}") for level in "12345"}
_MARKED = re.compile(r"\[(?:(\*)\*?|(\^))")
_MARKED_ENDS = {sign: re.compile(rf"\{sign}\]") for sign in "*^"}
_SHOWN = {"*": (STRONG, END_STRONG), "^": ("<sup>", "</sup>")}
# A whole paragraph: elsewhere, such signs are the writer's own.
_BLOCK = re.compile(r"^\[([/!|(])()", re.MULTILINE)
_BLOCK_ENDS = {
    opening: re.compile(rf"\{closing}\][ \t]*$", re.MULTILINE)
    for opening, closing in zip("/!|(", "/!|)", strict=True)
}


def without_ornaments(work: Work, text: str) -> str:
    """Return a text where these shortcuts are those of SPIP, or set apart."""

    def intertitle(match: re.Match[str], content: str) -> str:
        return f"{{{{{{{'*' * int(match[1])}{content.strip()}}}}}}}"

    def marked(match: re.Match[str], content: str) -> str:
        before, after = _SHOWN[match[1] or match[2]]
        return f"{before}{content}{after}"

    def block(match: re.Match[str], content: str) -> str:
        box = '<div class="encadre">' if match[1] == "(" else "<div>"
        return f"\n\n{work.put(box)}\n{content.strip()}\n{work.put('</div>')}\n\n"

    text = replace_enclosed(text, _INTERTITLE, _INTERTITLE_ENDS, intertitle)
    text = replace_enclosed(text, _MARKED, _MARKED_ENDS, marked)
    return replace_enclosed(text, _BLOCK, _BLOCK_ENDS, block)
