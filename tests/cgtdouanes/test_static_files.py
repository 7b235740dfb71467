"""Static files: light fonts, style sheets that are whole once collected and ask nobody else."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from cgtdouanes.richtext.editor import EXTENSIONS
from cgtdouanes.static_files import StaticFilesStorage

STATIC = Path(settings.STATICFILES_DIRS[0])
SHEETS = sorted(STATIC.rglob("*.css"))


@pytest.fixture
def collected(tmp_path):
    """What becomes of these sheets once collected, by name."""

    def collect(**sheets: str) -> dict[str, str]:
        source, target = tmp_path / "source", tmp_path / "target"
        for folder in (source, target):
            (folder / "css").mkdir(parents=True)
            for name, text in sheets.items():
                (folder / "css" / f"{name}.css").write_text(text)
        storage = StaticFilesStorage(location=target, base_url="/static/")
        paths = {
            f"css/{name}.css": (FileSystemStorage(source), f"css/{name}.css") for name in sheets
        }
        assert not [done for *_, done in storage.post_process(paths) if isinstance(done, Exception)]
        return {
            name: (target / storage.hashed_files[storage.hash_key(f"css/{name}.css")]).read_text()
            for name in sheets
        }

    return collect


def test_a_sheet_holds_those_that_it_imports(collected):
    found = collected(
        site='@import url("base.css");\n@import url("print.css") print;\np { color: red; }\n',
        base='@import url("tokens.css");\nb { color: green; }\n',
        tokens=":root { --ink: black; }\n",
        print="p { color: black; }\n",
    )
    assert "@import" not in found["site"]
    assert " ".join(found["site"].split()) == (
        ":root { --ink: black; } b { color: green; } "
        "@media print { p { color: black; } } p { color: red; }"
    )


def test_a_sheet_that_is_missing_stops_the_collection(collected):
    with pytest.raises(FileNotFoundError):
        collected(site='@import url("elsewhere.css");')


def test_each_file_is_asked_for():
    """By a page, a sheet, a script or the code; the licences of the fonts are there to be read."""
    written = [
        file.read_text()
        for folder in ("templates", "static", "cgtdouanes", "members", "meetings", "articles")
        for kind in ("html", "css", "js", "py")
        for file in Path(settings.BASE_DIR, folder).rglob(f"*.{kind}")
    ]
    asked = "\n".join([*written, *(str(script) for each in EXTENSIONS for script in each["js"])])
    served = [file for file in STATIC.rglob("*.*") if file.suffix not in {".txt", ".md"}]
    assert served
    assert [file.name for file in served if file.name not in asked] == []


def test_fonts_are_light():
    fonts = {font.name: font.stat().st_size for font in STATIC.rglob("*.woff2")}
    assert fonts
    assert {name: size for name, size in fonts.items() if size > 25_000} == {}


def test_sheets_ask_nobody_else():
    asked = [url for sheet in SHEETS for url in re.findall(r"url\(\"?([^\")]+)", sheet.read_text())]
    assert asked
    assert [url for url in asked if not re.match(r"\.\./|[\w-]+\.css$", url)] == []


def test_the_editor_has_the_colours_of_the_site():
    """The desk has colours of its own, so the editor's sheet names the site's again."""

    def colours(sheet: str) -> set[tuple[str, str]]:
        found = re.findall(r"(--[\w-]+): (#\w+);", (STATIC / "css" / sheet).read_text())
        return {(name, value) for name, value in found}

    assert colours("editor.css")
    assert colours("editor.css") <= colours("tokens.css")
