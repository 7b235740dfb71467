"""What the operator is told to type exists: the README's lines, the units, the sample of settings.

The units were run by systemd, and the lines typed, on a Debian: here only what changes under them
is watched.
"""

import configparser
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
README = (ROOT / "README.md").read_text()
UNITS = sorted(path for path in (DEPLOY / "systemd").rglob("*") if path.is_file())
SHARED = DEPLOY / "systemd" / "section-.service.d" / "common.conf"


def unit(path):
    parser = configparser.RawConfigParser(strict=False, delimiters=["="], interpolation=None)
    parser.optionxform = str
    parser.read(path)
    return parser


def blocks():
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [lines for language, lines in found if language in {"", "sh"}]


def typed(program):
    """The words that follow this program, wherever the README or a unit has it typed."""
    text = "\n".join([*blocks(), *(path.read_text() for path in UNITS)])
    for line in text.splitlines():
        for command in re.split(r"&&|;|\|", line.partition(" #")[0]):
            _, found, words = command.partition(program)
            if found:
                yield shlex.split(words.replace("…", "DIR"))


@pytest.mark.parametrize("program", ["deploy/manage ", ".venv/bin/python manage.py "])
def test_each_command_of_manage_that_is_typed_exists_with_its_options(program):
    seen = list(typed(program))
    assert seen
    for name, *words in seen:
        command = load_command_class(get_commands()[name], name)
        parser = command.create_parser("manage.py", name)
        parser.parse_args(words)


def test_each_service_that_is_typed_has_its_unit():
    named = set(re.findall(r"\bsection-[a-z]+(?:\.timer)?\b", "\n".join(blocks())))
    named -= {"section-backups"}
    assert {"section-web", "section-mail", "section-publish", "section-daily.timer"} <= named
    for name in named:
        assert (DEPLOY / "systemd" / (name if "." in name else f"{name}.service")).exists(), name


def test_each_file_of_the_repository_that_is_typed_exists():
    named = re.findall(r"\bdeploy/[\w./-]+", "\n".join(blocks()))
    assert {"deploy/manage", "deploy/nginx.conf"} <= set(named)
    for path in named:
        assert (ROOT / path).exists(), path


def test_each_setting_that_is_read_is_in_the_readme():
    source = (ROOT / "cgtdouanes" / "settings.py").read_text()
    read = set(re.findall(r"\benv\.\w+\(\s*\"(\w+)\"", source))
    assert "SECRET_KEY" in read
    assert [name for name in sorted(read) if f"`{name}`" not in README] == []


def test_each_place_that_the_readme_names_is_there():
    """Of those written from the root of the repository: a folder of ours and a slash first."""
    apps = "articles|meetings|members|cgtdouanes"
    beside = "benchmarks|deploy|faults|fonts|static|templates|tests"
    named = set(re.findall(rf"`((?:{apps}|{beside})/[\w./-]*)`", README))
    assert {"tests/test_access.py", "members/departure.py"} <= named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_long_running_unit_comes_back_and_starts_with_the_machine():
    for name in ("web", "mail", "publish"):
        each = unit(DEPLOY / "systemd" / f"section-{name}.service")
        assert each["Service"]["Restart"] == "always"
        assert each["Install"]["WantedBy"] == "multi-user.target"
        assert each["Service"]["InaccessiblePaths"] == "-/srv/section-backups"
    timer = unit(DEPLOY / "systemd" / "section-daily.timer")
    assert timer["Timer"]["Persistent"] == "true"


def test_no_unit_runs_as_root_or_leaves_the_sandbox():
    shared = unit(SHARED)["Service"]
    assert shared["User"] == "section"
    assert shared["CapabilityBoundingSet"] == ""
    assert shared["ProtectSystem"] == "strict"
    for path in UNITS:
        if path != SHARED and path.suffix == ".service":
            own = set(unit(path)["Service"])
            assert not own & (set(shared) - {"ReadWritePaths"}), path.name


def test_the_sample_of_settings_is_read_alike_by_systemd_and_by_a_shell():
    text = (DEPLOY / "section.env").read_text()
    for line in re.findall(r"^[A-Z_]+=.*$", text, re.MULTILINE):
        name, _, value = line.partition("=")
        assert f"`{name}`" in README, name
        said = subprocess.run(
            ["sh", "-c", f'{line}\nprintf %s "${name}"'],
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert said == value.strip("'")


def test_manage_is_for_root_and_says_so():
    done = subprocess.run(
        ["sh"],
        input=(DEPLOY / "manage").read_text(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **({"user": 65534} if os.geteuid() == 0 else {}),
    )
    assert done.returncode == 1
    assert "à lancer par root" in done.stderr


def test_the_container_copies_what_exists():
    text = (DEPLOY / "Containerfile").read_text()
    copied = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", text, re.MULTILINE)
    assert copied
    for sources in copied:
        for source in sources.split():
            assert (ROOT / source).exists(), source
