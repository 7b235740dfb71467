"""Waiting for what a page comes to by itself."""

import time
from typing import Any

from playwright.sync_api import Page

PATIENCE = 10


def until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until the expression is true; asked from outside, for the page's policy forbids eval."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression, arg):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)
