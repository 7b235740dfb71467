"""A visitor follows the demands: filters the list, reads the figures, takes the data away."""

import csv
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenContext

COUNT = re.compile(r"^(\d+) revendications?$")


@pytest.fixture(params=["telephone", "computer", "without JavaScript"])
def visitor(open_context: OpenContext, request) -> Page:
    options = {
        "telephone": {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"},
        "computer": {"viewport": {"width": 1280, "height": 900}},
        "without JavaScript": {"java_script_enabled": False},
    }
    return open_context(**options[request.param]).new_page()


def count(page: Page) -> int:
    """How many demands the list says that it holds."""
    heading = page.get_by_role("heading", name=COUNT)
    return int(COUNT.match(heading.inner_text())[1])


def test_from_the_home_page_to_the_demands_that_were_refused(visitor):
    visitor.goto("/")
    visitor.get_by_role("link", name=re.compile("Les .* revendications suivies")).click()
    every = count(visitor)
    chart = visitor.get_by_role("img", name=re.compile("Où en sont les revendications"))
    expect(chart).to_be_visible()
    shares = visitor.get_by_role("table", name="Les mêmes nombres").get_by_role("row")
    numbers = [int(row.get_by_role("cell").first.inner_text()) for row in shares.all()[1:]]
    assert sum(numbers) == every

    visitor.get_by_role("table").get_by_role("link", name="Refusées").click()
    expect(visitor.get_by_label("État")).to_have_value("refused")
    assert 0 < count(visitor) < every
    expect(visitor.locator(".demand-row .state:not(.state--refused)")).to_have_count(0)


# Names the lists whose choice is wider than they are.
CUT_SHORT = """lists => lists.filter(list => {
  const whole = list.cloneNode()
  whole.append(list.selectedOptions[0].cloneNode(true))
  whole.style.inlineSize = "max-content"
  list.after(whole)
  const isCut = whole.offsetWidth > list.offsetWidth
  whole.remove()
  return isCut
}).map(list => list.name)"""


@pytest.mark.parametrize("width", [390, 800, 1000, 1280])
def test_what_a_filter_says_is_read_whole(open_context, width):
    page = open_context(viewport={"width": width, "height": 900}).new_page()
    for path in ("/reunions/", "/revendications/"):
        page.goto(path)
        assert page.locator(".filters select").evaluate_all(CUT_SHORT) == [], path


def test_on_a_telephone_who_filters_sees_what_was_found(open_context):
    page = open_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto("/revendications/")
    expect(page.get_by_role("heading", name=COUNT)).not_to_be_in_viewport()
    page.get_by_label("Thème").select_option("Temps de travail")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("heading", name=COUNT)).to_be_in_viewport()
    expect(page.locator(".tracker .only-narrow")).to_be_in_viewport()
    expect(page.locator(".tracker .only-narrow")).to_contain_text("Thème « Temps de travail »")
    page.get_by_role("table").get_by_role("link", name="Obtenues", exact=True).click()
    expect(page.locator(".demand-row").first).to_be_in_viewport()
    page.locator(".tracker").get_by_role("link", name="Tout voir").click()
    page.get_by_role("link", name="Page suivante").click()
    expect(page.locator(".demand-row").first).to_be_in_viewport()


def test_on_a_computer_the_filters_stay_in_sight(open_context):
    page = open_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/revendications/")
    page.get_by_label("Thème").select_option("Temps de travail")
    page.get_by_role("button", name="Filtrer").click()
    expect(page).to_have_url(re.compile("#liste$"))
    expect(page.get_by_label("Thème")).to_be_in_viewport()
    expect(page.get_by_role("heading", name=COUNT)).to_be_in_viewport()


def test_filters_together_then_none(visitor):
    visitor.goto("/revendications/")
    every = count(visitor)
    visitor.get_by_label("Thème").select_option("Temps de travail")
    visitor.get_by_label("Réunion").select_option("social_committee")
    visitor.get_by_label("Déposée en").select_option("2025")
    visitor.get_by_label("Mots").fill("EQUIPEMENT")
    visitor.get_by_role("button", name="Filtrer").click()
    found = visitor.locator(".demand-row")
    expect(found).to_have_count(count(visitor))
    assert 0 < count(visitor) < every
    for row in found.all():
        expect(row).to_contain_text("Temps de travail")
        expect(row).to_contain_text("équipement")
        expect(row.locator(".demand-row__reference")).to_contain_text("REV-2025-")

    visitor.get_by_label("Mots").fill("un mot que rien ne contient")
    visitor.get_by_role("button", name="Filtrer").click()
    expect(visitor.locator("main")).to_contain_text("Aucune revendication ne correspond.")
    expect(visitor.get_by_label("Thème")).to_have_value("Temps de travail")
    visitor.get_by_role("link", name="Tout voir").click()
    assert count(visitor) == every


def test_a_demand_is_followed_and_the_list_is_taken_away(visitor):
    visitor.goto("/revendications/?theme=Effectifs")
    number = count(visitor)
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Tableur (CSV)").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Programme (JSON)").click()
    exported = json.loads(download.value.path().read_text())
    assert len(rows) == len(exported["demands"]) == number
    assert {row["Thème"] for row in rows} == {"Effectifs"}

    first = visitor.locator(".demand-row").first
    reference = first.locator(".demand-row__reference").inner_text()
    first.get_by_role("link").click()
    expect(visitor).to_have_url(re.compile(f"/revendications/{reference}/$"))
    steps = next(each for each in exported["demands"] if each["reference"] == reference)["steps"]
    expect(visitor.locator(".timeline__step h3").last).to_be_visible()
    assert visitor.locator(".timeline__step").count() >= len(steps) > 0
    visitor.get_by_role("link", name="Effectifs", exact=True).click()
    assert count(visitor) == number
