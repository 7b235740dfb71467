"""Every page of the site, for each reader: accessible, readable at any width, by keyboard."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page, expect

READERS = {
    "visitor": None,
    "adherent": "adherente@example.org",
    "lapsed member": "ancien@example.org",
}
OFFICERS = {"editor": "redactrice@example.org", "secretary": "secretaire@example.org"}

WIDTHS = [390, 1280]
SCHEMES = ["light", "dark"]

AXE = """options => axe.run(options.on, {
    resultTypes: ['violations'],
    preload: options.preload,
    ...(options.rules && {runOnly: options.rules}),
})"""
# All that the colours of a page can break: looked at again in each scheme.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# Parts of Django's admin that it has not made accessible yet, and that we leave as they are.
DJANGO_S_OWN = [
    [".select2"],  # lists that search: no accessible name
    [".datetime input"],  # a date and an hour under one label
    ["#result_list input"],  # a list whose cells can be changed: its column is the label
]
# Scripts that move the page are not waited for: without motion there is nothing to wait for.
STILL = {"reduced_motion": "reduce"}

OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > width + 1)
        .map(element => element.outerHTML.slice(0, 120));
}"""

# The elements that the keyboard must reach, numbered so that two equal links are told apart. Radio
# buttons of one name are reached as one: the arrows go from each to the next.
NUMBER_FOCUSABLE = """() => {
    const all = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const entered = radio => {
        const group = [...radio.form.elements].filter(
            other => other.type === 'radio' && other.name === radio.name);
        return radio === (group.find(other => other.checked) ?? group[0]);
    };
    const reachable = [...document.querySelectorAll(all)].filter(
        element => element.checkVisibility({visibilityProperty: true}) && !element.disabled
            && element.tabIndex >= 0 && (element.type !== 'radio' || entered(element)));
    reachable.forEach((element, index) => { element.dataset.stop = index; });
    return reachable.map(element => element.outerHTML.slice(0, 100));
}"""
FOCUSED = """() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
        stop: element.dataset.stop ?? null,
        href: element.getAttribute('href'),
        html: element.outerHTML.slice(0, 100),
        ring: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
            || style.boxShadow !== 'none',
        seen: box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= innerWidth + 1,
    };
}"""


def reading(open_context, session_of, email: str | None) -> BrowserContext:
    return open_context(storage_state=session_of(email) if email else None, **STILL)


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    return complaints(page, {"on": {"include": ["html"]}, "preload": True, "rules": rules})


def violations_on_the_desk(page: Page) -> list[str]:
    """Without "preload", which writes a style sheet in the page, as the policy forbids."""
    on = {"include": ["html"], "exclude": DJANGO_S_OWN}
    return complaints(page, {"on": on, "preload": False})


def complaints(page: Page, options: dict) -> list[str]:
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    result = page.evaluate(AXE, options)
    return [
        f"{page.url} {violation['id']}: {node['html'][:150]} — {node['failureSummary'][:300]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("email", READERS.values(), ids=READERS)
def test_no_accessibility_violation(open_context, session_of, pages_for, email):
    context = reading(open_context, session_of, email)
    page = context.new_page()
    found = []
    pages = pages_for(email)
    assert {"home", "articles:list", "articles:detail", "meetings:detail"} <= {
        reached.name for reached in pages
    }
    for reached in pages:
        page.goto(reached.path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme, rules in zip(SCHEMES, (None, OF_COLOURS), strict=True):
                page.emulate_media(color_scheme=scheme)
                found += [f"{width} {scheme} {line}" for line in violations(page, rules)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("email", [*READERS.values(), *OFFICERS.values()])
def test_no_link_leads_nowhere(pages_for, email):
    pages = pages_for(email) + (pages_for(email, "/admin/") if email in OFFICERS.values() else [])
    assert [(reached.status, reached.path) for reached in pages if reached.status != 200] == []


@pytest.mark.parametrize("email", READERS.values(), ids=READERS)
def test_nothing_sticks_out_sideways(open_context, session_of, pages_for, email):
    context = reading(open_context, session_of, email)
    page = context.new_page()
    found = {}
    for reached in pages_for(email):
        page.goto(reached.path)
        for width in (320, 360, 390, 640, 768, 1024, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            if wide := page.evaluate(OVERFLOW):
                found[width, reached.path] = wide
    assert found == {}


@pytest.mark.parametrize("email", READERS.values(), ids=READERS)
def test_the_keyboard_alone_reaches_everything(open_context, session_of, pages_for, email):
    context = reading(open_context, session_of, email)
    page = context.new_page()
    for reached in pages_for(email):
        page.goto(reached.path)
        stops = page.evaluate(NUMBER_FOCUSABLE)
        visited: list[dict] = []
        for _ in range(len(stops) + 5):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused["stop"] is None or any(one["stop"] == focused["stop"] for one in visited):
                break
            visited.append(focused)
        assert visited, reached.path
        if page.get_by_role("navigation").count():
            assert visited[0]["href"].startswith("#"), f"{reached.path}: no skip link"
        missed = set(range(len(stops))) - {int(one["stop"]) for one in visited}
        assert [stops[index] for index in sorted(missed)] == [], reached.path
        assert [one["html"] for one in visited if not one["ring"]] == [], reached.path
        assert [one["html"] for one in visited if not one["seen"]] == [], reached.path


def test_the_skip_link_leads_to_the_content(page):
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize("path", ["/rien-ici/", "/articles/rien/", "/reunions/rien/"])
def test_the_page_of_a_wrong_address(open_context, path):
    context = open_context(**STILL)
    context.watch.expect(r"console error on .*status of 404")
    page = context.new_page()
    assert page.goto(path).status == 404
    assert violations(page) == []
    assert page.get_by_role("link", name="Accueil").first.is_visible()


@pytest.mark.parametrize("email", OFFICERS.values(), ids=OFFICERS)
def test_the_desk_of_officers(open_context, session_of, pages_for, email):
    """Django's own pages with our additions; the watch on the console is half of this test."""
    page = reading(open_context, session_of, email).new_page()
    pages = pages_for(email, "/admin/")
    assert len(pages) > 5
    found = []
    for reached in pages:
        page.goto(reached.path)
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("lang") == "fr"
        found += violations_on_the_desk(page)
    assert not found, "\n".join(found)
