"""SPIP's tables: their headers, their captions and their merged cells."""

import pytest

from articles.spip.problems import ProblemKind
from cgtdouanes.richtext import sanitise
from tests.articles.spip.texts import cases, html, problems

TABLES = {
    "with all": (
        "|| Primes | Par {branche} ||\n"
        "|{{ }}|{{2024}}|{{2025}}|\n|{{Quai}}|1|{{2}}|\n|{{Mer}}|<|^|",
        "<table><caption>Primes<br>Par <em>branche</em></caption>"
        '<thead><tr><th scope="col"></th><th scope="col">2024</th><th scope="col">2025</th></tr>'
        '</thead><tbody><tr><th scope="row">Quai</th><td>1</td><td rowspan="2">'
        '<strong>2</strong></td></tr><tr><th colspan="2" scope="row">Mer</th></tr></tbody></table>',
    ),
    "between two lines": (
        "Avant\n| a | b |\n| c<br>d | e\nf |\nAprès",
        "<p>Avant</p><table><tbody><tr><td>a</td><td>b</td></tr>"
        "<tr><td>c<br>d</td><td>e<br>f</td></tr></tbody></table><p>Après</p>",
    ),
    "a list in a cell": (
        "| a | b :\n-* b\n-* c |",
        "<table><tbody><tr><td>a</td><td>b :<ul><li>b</li><li>c</li></ul></td></tr>"
        "</tbody></table>",
    ),
    "a rectangle": (
        "|a|<|b|\n|^|<|c|",
        '<table><tbody><tr><td colspan="2" rowspan="2">a</td><td>b</td></tr>'
        "<tr><td>c</td></tr></tbody></table>",
    ),
    "no rectangle": (
        "|a|<|\n|^|b|",
        '<table><tbody><tr><td colspan="2">a</td></tr>'
        "<tr><td>a</td><td>b</td></tr></tbody></table>",
    ),
    "bars in links and models": (
        "|[a|b->https://example.org]|<doc4|left>|",
        '<table><tbody><tr><td><a href="https://example.org" title="b">a</a></td>'
        '<td><p><a href="/documents/tract.pdf">Le <em>tract</em></a> (PDF)</p></td></tr></tbody>'
        "</table>",
    ),
    "never ended": ("| a | b\n\nc", "<p>| a | b</p><p>c</p>"),
}


@pytest.mark.parametrize(("source", "expected"), cases(TABLES))
def test_a_table(source, expected):
    assert html(source) == expected
    assert sanitise(expected) == expected


def test_a_cell_merged_with_its_header_says_it_again_and_is_told():
    source = "|{{Branche}}|{{2024}}|\n|Quai|^|\n|Mer|^|"
    assert html(source) == (
        '<table><thead><tr><th scope="col">Branche</th><th scope="col">2024</th></tr></thead>'
        '<tbody><tr><td>Quai</td><td rowspan="2">2024</td></tr><tr><td>Mer</td></tr></tbody>'
        "</table>"
    )
    assert problems(source) == [(ProblemKind.TABLE, "Quai | ^")]


def test_a_merge_that_html_cannot_say_is_told():
    assert problems("|a|<|\n|^|b|") == [(ProblemKind.TABLE, "^ | b")]
