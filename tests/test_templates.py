"""Our templates: nothing inline, nothing unused, and a word about everything shown unescaped."""

import re
from html.parser import HTMLParser
from pathlib import Path

import allauth
import django.contrib.admin
import pytest
from django.conf import settings
from django.template.loader import get_template

from tests.strictness import TEMPLATES

NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*"))

# Where text is shown as it stands: (template, expression) → who made it safe.
SAFE: dict[tuple[str, str], str] = {}

# Pages are ruled by a policy that refuses what is inline; a mail cannot ask for a style sheet.
NOT_PAGES = {
    "members/mail/base.html": ["<style>"],
    "members/personal_data_file.html": ["<style>"],
}

# What Django and allauth look for by name, without any template or view of ours naming it.
FOUND_BY_NAME = [
    *(Path(app.__file__).parent / "templates" for app in (django.contrib.admin, allauth)),
    Path(django.__file__).parent / "contrib" / "auth" / "templates",
]
ERROR_PAGES = {
    *("400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html")
}


class InlineFinder(HTMLParser):
    """Notes what the Content-Security-Policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        # What describes the page to search engines is read by them, and run by nobody.
        is_data = names.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in names and not is_data):
            self.found.append(f"<{tag}>")
        self.found += [
            f"{tag} {name}=" for name in names if name == "style" or name.startswith("on")
        ]
        self.found += [
            f"{tag} {name}={value}"
            for name, value in attrs
            if (value or "").strip().lower().startswith(("javascript:", "data:"))
        ]


def source(name: str) -> str:
    return (TEMPLATES / name).read_text()


def test_templates_are_found():
    assert {"base.html", "home.html", "articles/article_detail.html"} <= set(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".html")])
def test_nothing_is_inline(name):
    finder = InlineFinder()
    finder.feed(re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", source(name)))
    assert finder.found == NOT_PAGES.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.endswith(".html") and not name.startswith("admin/")]
)
def test_readers_see_french_spaces(name):
    """A narrow no-break space before ; : ! ? and », and after «."""
    text = re.sub(r"{#.*?#}|{%.*?%}|<code>.*?</code>", "", source(name))
    text = re.sub(r"{{.*?}}|<[^>]*>", "x", text)
    assert re.findall(r".{,30}[ \u00a0][;:!?»](?!\w)|«[ \u00a0].{,30}", text) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_unescaped_is_listed(name):
    if name.endswith((".txt", ".svg")):
        return
    found = re.findall(
        r"{{\s*([^}]*\|\s*safe\w*[^}]*?)\s*}}|({%\s*autoescape off\s*%})", source(name)
    )
    unlisted = [
        expression
        for pair in found
        for expression in pair
        if expression and (name, expression) not in SAFE
    ]
    assert unlisted == []


def test_every_template_is_used():
    code = "\n".join(
        path.read_text()
        for folder in ("cgtdouanes", "members", "meetings", "articles")
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py")
    )
    templates = "\n".join(map(source, NAMES))
    unused = [
        name
        for name in NAMES
        if f'"{name}"' not in code + templates
        and f"'{name}'" not in templates
        and name not in ERROR_PAGES
        and not any((folder / name).exists() for folder in FOUND_BY_NAME)
        and not re.fullmatch(
            r"admin/(\w+/){1,2}(change_form(_object_tools)?|change_list|delete_confirmation)\.html",
            name,
        )
    ]
    assert unused == []


def test_partials_are_partial():
    """A template whose name starts with `_` is included; it may only extend another such part."""
    wrong = [
        name
        for name in NAMES
        if Path(name).name.startswith("_")
        for extended in re.findall(r'{% extends "([^"]+)"', source(name))
        if not Path(extended).name.startswith("_")
    ]
    assert wrong == []
