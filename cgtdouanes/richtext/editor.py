"""What we add to the rich text editor: a script for each part of a body that it does not know."""

from typing import Any

from django_prose_editor.config import add_allowed_classes, html_tags
from js_asset import static_lazy


def _allow_cut_marker(config: Any, shared_config: dict[str, Any]) -> None:
    """Tell the editor that `<hr class="cut">` is ours."""
    html_tags(["hr"])(config, shared_config)
    add_allowed_classes(shared_config, {"hr": ["cut"]})


def _extension(script: str, **extensions: Any) -> dict[str, Any]:
    """The extensions that a script of ours defines, each with what lets its HTML pass."""
    return {"js": [static_lazy(f"js/{script}.js")], "extensions": extensions}


_NO_TAG = html_tags([])

# For DJANGO_PROSE_EDITOR_EXTENSIONS; a field names those that it uses.
EXTENSIONS = [
    _extension("editor", CutMarker=_allow_cut_marker, FrenchLabels=_NO_TAG),
    _extension("pasted", CleanPaste=_NO_TAG),
    _extension("citation", Citation=html_tags(["data"], {"data": ["value"]})),
    _extension("footnote", Footnote=html_tags(["span"])),
    _extension("encadre", Encadre=html_tags(["div"])),
    _extension(
        "kept", Anchors=_NO_TAG, Preformatted=_NO_TAG, CodeWords=_NO_TAG, Abbreviation=_NO_TAG
    ),
    _extension("table", CaptionedTable=html_tags(["table"])),
    _extension(
        "figure", Illustration=_NO_TAG, Picture=_NO_TAG, FigureCaption=_NO_TAG, Credit=_NO_TAG
    ),
]
