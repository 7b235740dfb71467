"""The house: who may import whom, and what a module of ours never does."""

import ast
import re
import tokenize
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["members", "meetings", "articles"]
PROJECT = "cgtdouanes"
# To each app, those that are built on it.
UNKNOWN = {"members": {"meetings", "articles"}, "meetings": {"articles"}}

# The modules of the project that bring the apps together; its other modules are tools.
PROJECT_MEETS_THE_APPS = (
    *("cgtdouanes.urls", "cgtdouanes.views", "cgtdouanes.sitemaps"),
    "cgtdouanes.management",
)

# Models with a page of their own which the same people may all see.
SEEN_BY_EVERYBODY = {
    "Category": "the names of the rubriques are the site's menu; their articles have a rule",
}

# Modules that are the same in every app: nothing to tell.
SAYS_ITSELF = {"apps.py", "urls.py"}

# Imports inside a function that would make a circle at the top of the module: (module, imported).
LATE_IMPORTS: dict[tuple[str, str], str] = {}


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name, migrations apart."""
    found = {}
    for package in [PROJECT, *APPS]:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """The modules of ours that this one imports, in functions too, type checking apart."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _running_code(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (_module_of(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, *filter(None, [node.module])])
            yield from (_module_of(f"{base}.{alias.name}") for alias in node.names)


def _running_code(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk the tree, without what stands under `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _running_code(node)


def _module_of(dotted: str) -> str:
    """The longest part of a dotted name that is a module of ours, or an empty string."""
    while dotted and dotted not in MODULES:
        dotted = dotted.rpartition(".")[0]
    return dotted


def graph() -> dict[str, set[str]]:
    return {
        name: {other for other in imports(name) if other and other != name}
        - {other for module, other in LATE_IMPORTS if module == name}
        for name in MODULES
    }


GRAPH = graph()


def test_the_modules_are_found():
    assert {"members.permissions", "meetings.models", "articles.models"} <= set(MODULES)
    assert "members.permissions" in GRAPH["meetings.models.meeting"]


@pytest.mark.parametrize(("app", "unknown_to_it"), UNKNOWN.items())
def test_one_direction(app, unknown_to_it):
    wrong = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name.split(".")[0] == app
        for other in others
        if other.split(".")[0] in unknown_to_it
    ]
    assert wrong == []


def test_the_tools_of_the_project_know_no_app():
    wrong = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name.split(".")[0] == PROJECT and not name.startswith(PROJECT_MEETS_THE_APPS)
        for other in others
        if other.split(".")[0] in APPS or other.startswith(PROJECT_MEETS_THE_APPS)
    ]
    assert wrong == []


def test_the_apps_import_only_the_tools_of_the_project():
    wrong = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name.split(".")[0] in APPS
        for other in others
        if other.startswith(PROJECT_MEETS_THE_APPS)
    ]
    assert wrong == []


def test_no_app_follows_a_relation_back():
    wrong = []
    for app, unknown_to_it in UNKNOWN.items():
        back = {
            relation.get_accessor_name(): relation.related_model.__name__
            for model in apps.get_app_config(app).get_models()
            for relation in model._meta.related_objects
            if relation.related_model._meta.app_label in unknown_to_it
        }
        assert back
        wrong += [
            f"{name} asks for .{node.attr}, of {back[node.attr]}"
            for name, path in MODULES.items()
            if name.split(".")[0] == app
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Attribute) and node.attr in back
        ]
    assert wrong == []


def test_no_module_names_in_a_string_what_it_may_not_import():
    """A model, a view or a function by its dotted name, a page by that of its address."""
    wrong = []
    for name, path in MODULES.items():
        package = name.split(".")[0]
        is_tool = package == PROJECT and not name.startswith(PROJECT_MEETS_THE_APPS)
        unknown = set(APPS) if is_tool else UNKNOWN.get(package, set())
        if not unknown or name == f"{PROJECT}.settings":
            continue
        named = re.compile(rf"(?:{'|'.join(sorted(unknown))})[.:]\w+")
        wrong += [
            f"{name} names {node.value}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and named.match(node.value)
        ]
    assert wrong == []


def test_no_circle_among_modules():
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


@pytest.mark.parametrize("name", MODULES)
def test_module(name):
    path = MODULES[name]
    tree = ast.parse(path.read_text())
    assert f"{PROJECT}.settings" not in GRAPH[name], "settings are read from django.conf"
    assert not list(_signals(tree)), "a signal hides a step: call it where it happens"
    assert not [part for part in path.parts if part in {"utils", "utils.py", "helpers.py"}]
    if tree.body and path.name not in SAYS_ITSELF:
        docstring = ast.get_docstring(tree) or ""
        assert docstring.partition("\n\n")[0].endswith((".", "?")), "it begins with what it is"


def _signals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and "signals" in (node.module or ""):
            yield node.module
        if isinstance(node, ast.Attribute) and node.attr == "connect":
            yield ast.unparse(node)


def test_what_is_read_has_a_rule():
    without = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in APPS
        and hasattr(model, "get_absolute_url")
        and not hasattr(model.objects, "visible_to")
        and model.__name__ not in SEEN_BY_EVERYBODY
    ]
    assert without == []


def test_no_work_is_left_in_comments():
    left = []
    ours = [*MODULES.values(), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.py")]
    for path in ours:
        with tokenize.open(path) as file:
            left += [
                f"{path.relative_to(ROOT)}:{token.start[0]}"
                for token in tokenize.generate_tokens(file.readline)
                if token.type == tokenize.COMMENT
                and any(word in token.string for word in ("TODO", "FIXME", "XXX", "HACK"))
            ]
    assert left == []
