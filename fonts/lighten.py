"""Makes the fonts of screens (`*-screen.woff2`) from those of paper, in static/fonts/.

    .venv/bin/python fonts/lighten.py

They are as light as can be without being told from the others while one reads: the characters that
French pages have, a coarser grid, and the kerning of the pairs that a French text has.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "static" / "fonts"
FACES = ("bitter-700", "literata-400")
CHARACTERS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    "ÀÂÇÈÉÊËÎÏÔÙÛÜŒàâäçèéêëîïôöùûüÿœæ"
    " !\"'%&()*+,-./:;=?@[]_«»°²³·–—’“”•…€\u00a0\u2010\u2011\u202f"
)
# Units to the em: as fine as the pixels of the largest title.
GRID = 500
# The pairs kept: found so many times in the reports of the demo, moved by so many units of the
# thousand that the faces of paper have to the em.
OFTEN, FAR = 3, 15

Pair = tuple[str, str]


def main() -> None:
    """Write the files, and say what each weighs."""
    for face in FACES:
        font = TTFont(FOLDER / f"{face}.woff2", recalcTimestamp=False)
        kerning = _kerning(font)
        options = subset.Options(hinting=False, layout_features=[])
        options.drop_tables += ["GDEF", "GPOS", "GSUB", "STAT", "gasp"]
        reducing = subset.Subsetter(options)
        reducing.populate(text=CHARACTERS)
        reducing.subset(font)
        _add_kerning(font, kerning)
        scale_upem(font, GRID)
        font.flavor = "woff2"
        file = FOLDER / f"{face}-screen.woff2"
        font.save(file)
        print(f"{file.stat().st_size:>7}  {file.relative_to(ROOT)}")


def _kerning(font: TTFont) -> dict[Pair, int]:
    """By how much the `kern` feature moves the second glyph of each pair."""
    table = font["GPOS"].table
    features = [each for each in table.FeatureList.FeatureRecord if each.FeatureTag == "kern"]
    lookups = sorted({index for each in features for index in each.Feature.LookupListIndex})
    moved: Counter[Pair] = Counter()
    for index in lookups:
        first_told: dict[Pair, int] = {}
        for part in table.LookupList.Lookup[index].SubTable:
            for pair, value in _pairs(getattr(part, "ExtSubTable", part), font.getGlyphOrder()):
                # The first part of a lookup that knows a pair decides.
                first_told.setdefault(pair, value)
        moved.update(first_told)
    return moved


def _pairs(part: Any, glyphs: list[str]) -> Iterator[tuple[Pair, int]]:
    """What one subtable says, pair by pair or class by class (OpenType, GPOS lookup type 2)."""
    for number, first in enumerate(part.Coverage.glyphs):
        if part.Format == 1:
            for each in part.PairSet[number].PairValueRecord:
                yield (first, each.SecondGlyph), getattr(each.Value1, "XAdvance", 0)
            continue
        row = part.Class1Record[part.ClassDef1.classDefs.get(first, 0)].Class2Record
        for second in glyphs:
            value = row[part.ClassDef2.classDefs.get(second, 0)].Value1
            yield (first, second), getattr(value, "XAdvance", 0)


def _add_kerning(font: TTFont, kerning: dict[Pair, int]) -> None:
    names = font.getBestCmap()
    rules = []
    for first, second in _frequent_pairs():
        pair = names.get(ord(first), ""), names.get(ord(second), "")
        if abs(kerning.get(pair, 0)) >= FAR:
            rules.append(f"pos {' '.join(pair)} {kerning[pair]};")
    addOpenTypeFeaturesFromString(font, f"feature kern {{ {' '.join(sorted(rules))} }} kern;")


def _frequent_pairs() -> list[Pair]:
    reports = sorted((ROOT / "cgtdouanes" / "demo" / "reports").glob("*.html"))
    text = " ".join(re.sub(r"<[^>]+>", " ", each.read_text()) for each in reports)
    counts = Counter(zip(text, text[1:], strict=False))
    return [pair for pair, count in counts.items() if count >= OFTEN]


if __name__ == "__main__":
    main()
