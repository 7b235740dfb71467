"""The pictures of a body: ours alone, named by the address at which we serve them."""

import re

from cgtdouanes.richtext.tree import Attributes

ADDRESS = "/images/"
_SRC = re.compile(rf"{ADDRESS}([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/")
_SIDE = re.compile(r"[1-9][0-9]{0,4}")
_MAX_ALT = 500
# The widths, in pixels, in which a wider picture is served too.
WIDTHS = (480, 960)
# A figure is as wide as the text.
_SIZES = "(min-width: 48rem) 44rem, 100vw"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


def picture_attributes(given: dict[str, str]) -> Attributes:
    """Return what is kept of a picture's attributes; nothing when it is none of ours.

    Without `alt` nobody described it yet; an empty one declares that it says nothing.
    """
    src = given.get("src", "").strip()
    if not is_ours(src):
        return ()
    kept = [("src", src)]
    kept += [(side, given[side]) for side in ("width", "height") if _is_side(given.get(side, ""))]
    if "alt" in given:
        kept.append(("alt", " ".join(_UNSEEN.sub(" ", given["alt"]).split())[:_MAX_ALT].strip()))
    return tuple(kept)


def figure_attributes(classes: str) -> Attributes:
    """Return the class of a figure: where it stands beside the text, if it does."""
    sides = [name for name in ("figure--left", "figure--right") if name in classes.split()]
    return (("class", " ".join(["figure", *sides[:1]])),)


def responsive(given: dict[str, str]) -> str:
    """Return the attributes by which a browser takes the smallest file that its screen needs."""
    src, width = given["src"], int(given.get("width", "0"))
    smaller = [f"{src}{each}/ {each}w" for each in WIDTHS if each < width]
    lazy = ' loading="lazy" decoding="async"'
    if not smaller:
        return lazy
    return f' srcset="{", ".join([*smaller, f"{src} {width}w"])}" sizes="{_SIZES}"{lazy}'


def is_ours(src: str) -> bool:
    """Tell an address at which we serve a picture from any other."""
    return _SRC.fullmatch(src) is not None


def key_of(src: str) -> str:
    """Return the key of the picture that this address names. Raises ValueError for another."""
    if match := _SRC.fullmatch(src):
        return match[1]
    raise ValueError(src)


def _is_side(value: str) -> bool:
    return _SIDE.fullmatch(value) is not None
