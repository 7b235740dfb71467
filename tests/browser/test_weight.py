"""A page is light, asks nobody else for anything, and does not move while it comes.

`python -m benchmarks.weight` tells what each of them weighs.
"""

import pytest

from benchmarks.weight import REPORT, VISITOR, opened

OPENINGS = [
    (REPORT, 390),
    (REPORT, 1280),
    ("/articles/une-annee-de-section-ligne-par-ligne/", 390),
    ("/articles/", 390),
    ("/revendications/", 390),
    ("/", 390),
]


@pytest.mark.parametrize(("path", "width"), OPENINGS)
def test_a_first_visit_is_light_and_still(browser, site, path, width):
    opening = opened(browser, site, VISITOR, path, width)
    assert any(each.kind == "Font" for each in opening.transfers.values()), "nothing was measured"
    assert opening.faults() == [], [(each.size, each.path) for each in opening.transfers.values()]
