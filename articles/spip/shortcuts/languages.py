"""Texts in several languages: the French one is kept, the others are reported."""

import re

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.work import Work, replace_enclosed

_OPENING = re.compile("<(multi)()>", re.IGNORECASE)
_CLOSINGS = {"multi": re.compile(r"</multi\s*>", re.IGNORECASE)}
_LANGUAGE = re.compile(r"\[([a-z]{2,3}(?:_[a-z_]+)?)\]")
_KEPT = "fr"


def in_french(work: Work, text: str) -> str:
    """Return a text where each `<multi>` says what it says in French, or in its first language."""

    def shown(_match: re.Match[str], content: str) -> str:
        before, *parts = _LANGUAGE.split(content)
        texts = dict(zip(parts[::2], parts[1::2], strict=True))
        if before.strip() or not texts:
            texts = {"": before, **texts}
        kept = _KEPT if _KEPT in texts else next(iter(texts))
        for language, other in texts.items():
            if language != kept and other.strip():
                work.report(
                    ProblemKind.OTHER_LANGUAGE, f"[{language}] {other}" if language else other
                )
        return texts[kept]

    return replace_enclosed(text, _OPENING, _CLOSINGS, shown)
