"""Waiting for what a page comes to by itself.

Asked from outside, again and again: the policy of the pages forbids the eval that Playwright's own
`wait_for_function` needs.
"""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page

PATIENCE = 10


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it never came to it"
        page.wait_for_timeout(50)


def wait_for_selection(editor: Locator, *, empty: bool) -> None:
    """The editor hears of a moved selection a moment later: the next key must not come before."""
    compare = "(element, empty) => element.editor.state.selection.empty === empty"
    until(editor.page, lambda: editor.evaluate(compare, empty))
