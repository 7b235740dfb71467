"""An officer puts an agenda in order: by mouse, by buttons, by keyboard, and without the script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sign_in

POINTS = ["Les effectifs", "Les horaires", "Les locaux", "Les véhicules"]


@pytest.fixture
def prepared(open_context) -> Callable[..., Page]:
    """Open the page of a new meeting with four points, saved."""

    def _prepared(name: str, **options) -> Page:
        page = open_context(**options).new_page()
        sign_in(page, "redactrice@example.org")
        page.goto("/admin/meetings/meeting/add/")
        page.get_by_label("Type de réunion").select_option("technical")
        page.locator("[name=title]").fill(f"Ordre du jour {name}")
        page.locator("[name=starts_at_0]").fill("27/01/2031")
        page.locator("[name=starts_at_1]").fill("09:30")
        for number, title in enumerate(POINTS):
            page.locator(f"[name=agenda_items-{number}-title]").fill(title)
        save(page)
        expect_order(page, *POINTS)
        return page

    return _prepared


def save(page: Page) -> None:
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def points(page: Page) -> Locator:
    """The points that are not empty rows."""
    return page.locator("[data-agenda-item]:not([data-agenda-name=''])")


def point(page: Page, title: str) -> Locator:
    return page.locator(f"[data-agenda-item][data-agenda-name='{title}']")


def expect_order(page: Page, *titles: str) -> None:
    """Expect these points in this order; those after “> ” are sub-points."""
    expect(points(page)).to_have_count(len(titles))
    for number, title in enumerate(titles):
        row = points(page).nth(number)
        expect(row.get_by_label("Intitulé")).to_have_value(title.removeprefix("> "))
        sub = row.locator("[name$='-sub']")
        expect(sub).to_be_checked(checked=title.startswith("> "))


def drag(page: Page, title: str, to: Locator, aside: int = 0) -> None:
    """Drag a point by its handle to the lower edge of another one, and so far aside."""
    handle = point(page, title).locator("[data-agenda-handle]")
    # Near an edge of the window, the page would scroll under the mouse.
    handle.evaluate("element => element.scrollIntoView({block: 'center'})")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 10, steps=3)
    expect(page.locator(".agenda-desk__list--sorting")).to_have_count(1)
    target = to.bounding_box()
    page.mouse.move(x + aside, target["y"] + target["height"] - 3, steps=8)
    expect(page.locator(".agenda-desk__mark")).to_be_visible()
    page.mouse.up()
    expect(page.locator(".agenda-desk__list--sorting")).to_have_count(0)


def drag_by_finger(page: Page, title: str, to: Locator) -> None:
    """The same by touch, as Chromium receives it from a screen."""
    handle = point(page, title).locator("[data-agenda-handle]")
    handle.evaluate("element => element.scrollIntoView({block: 'center'})")
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", (x, y))
    touch("touchMove", (x, y + 8))
    touch("touchMove", (x, y + 16))
    expect(page.locator(".agenda-desk__list--sorting")).to_have_count(1)
    target = to.bounding_box()
    end = target["y"] + target["height"] - 3
    for step in range(1, 9):
        touch("touchMove", (x, y + (end - y) * step / 8))
    expect(page.locator(".agenda-desk__mark")).to_be_visible()
    touch("touchEnd")
    expect(page.locator(".agenda-desk__list--sorting")).to_have_count(0)


def test_by_finger(prepared):
    screen = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}
    page = prepared("au doigt", **screen)
    drag_by_finger(page, "Les effectifs", point(page, "Les horaires"))
    expect_order(page, "Les horaires", "Les effectifs", "Les locaux", "Les véhicules")
    drag_by_finger(page, "Les effectifs", point(page, "Les véhicules"))
    save(page)
    expect_order(page, "Les horaires", "Les locaux", "Les véhicules", "Les effectifs")


def test_by_mouse(prepared):
    page = prepared("à la souris", viewport={"width": 1280, "height": 1400})
    drag(page, "Les effectifs", point(page, "Les horaires"))
    expect(page.get_by_role("status")).to_have_text(
        "« Les effectifs » est maintenant le point 2 sur 4."
    )
    expect_order(page, "Les horaires", "Les effectifs", "Les locaux", "Les véhicules")
    drag(page, "Les locaux", point(page, "Les véhicules"), aside=90)
    moved = ["Les horaires", "Les effectifs", "Les véhicules", "> Les locaux"]
    expect_order(page, *moved)
    expect(page.get_by_role("status")).to_have_text(
        "« Les locaux » est maintenant le sous-point 1 de « Les véhicules »."
    )
    drag(page, "Les véhicules", point(page, "Les horaires"))
    moved = ["Les horaires", "Les véhicules", "> Les locaux", "Les effectifs"]
    expect_order(page, *moved)
    save(page)
    expect_order(page, *moved)


@pytest.mark.parametrize("width", [390, 1280])
def test_by_buttons_with_the_focus_kept(prepared, width):
    page = prepared(f"au clavier, {width}", viewport={"width": width, "height": 800})
    up = page.get_by_role("button", name="Monter « Les locaux »")
    up.focus()
    up.press("Enter")
    expect_order(page, "Les effectifs", "Les locaux", "Les horaires", "Les véhicules")
    expect(up).to_be_focused()
    up.press("Enter")
    expect_order(page, "Les locaux", "Les effectifs", "Les horaires", "Les véhicules")
    expect(up).to_be_focused()
    expect(up).to_have_attribute("aria-disabled", "true")
    up.press("Enter")
    expect(page.get_by_role("status")).to_have_text("« Les locaux » est déjà en tête.")

    page.get_by_role("button", name="Décaler en sous-point « Les effectifs »").press("Enter")
    expect(page.get_by_role("status")).to_have_text(
        "« Les effectifs » est maintenant le sous-point 1 de « Les locaux »."
    )
    page.get_by_role("button", name="Descendre « Les locaux »").press("Enter")
    moved = ["Les horaires", "Les locaux", "> Les effectifs", "Les véhicules"]
    expect_order(page, *moved)
    save(page)
    expect_order(page, *moved)
    page.get_by_role("button", name="Remonter au premier niveau « Les effectifs »").press("Enter")
    save(page)
    expect_order(page, *(title.removeprefix("> ") for title in moved))


def test_by_the_arrows_of_a_word_processor_and_by_numbers(prepared):
    page = prepared("par les flèches")
    title = point(page, "Les véhicules").get_by_label("Intitulé")
    title.press("Alt+Shift+ArrowUp")
    expect_order(page, "Les effectifs", "Les horaires", "Les véhicules", "Les locaux")
    expect(title).to_be_focused()
    title.press("Alt+Shift+ArrowRight")
    expect_order(page, "Les effectifs", "Les horaires", "> Les véhicules", "Les locaux")
    number = point(page, "Les locaux").get_by_label("Ordre")
    number.fill("1")
    number.press("Tab")
    moved = ["Les locaux", "Les effectifs", "Les horaires", "> Les véhicules"]
    expect_order(page, *moved)
    page.get_by_role("button", name="Ajouter un point").click()
    page.keyboard.type("Un dernier point")
    save(page)
    expect_order(page, *moved, "Un dernier point")


def test_without_the_script(prepared):
    page = prepared("sans script", java_script_enabled=False)
    expect(page.get_by_role("button", name=re.compile("Monter"))).to_have_count(0)
    point(page, "Les véhicules").get_by_label("Ordre").fill("2")
    point(page, "Les véhicules").get_by_label("sous-point du point qui précède").check()
    save(page)
    expect_order(page, "Les effectifs", "> Les véhicules", "Les horaires", "Les locaux")
