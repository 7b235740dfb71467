"""The cut marker of a body: what comes after it never shows before."""

import pytest

from cgtdouanes.richtext import (
    rendered,
    sanitise,
    split_at_cut,
)
from tests.cgtdouanes.bodies import CUT, NOTE


def test_what_is_before_the_cut_has_its_own_notes():
    clean = sanitise(f"<p>a{NOTE.format('b')}</p><hr class=cut><p>c{NOTE.format('zq')}</p>")
    before, after = split_at_cut(clean)
    assert "zq" not in rendered(before)
    assert rendered(before).count("<li") == 1
    assert 'id="note-1">zq' in rendered(after)


def test_one_cut_marker_alone():
    html = sanitise("<p>a</p><hr class='big cut'><p>b</p><hr class=cut><hr><p>c</p>")
    assert html == f"<p>a</p>{CUT}<p>b</p><hr><p>c</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<ol><li>a</li><li>b<hr class=cut>c</li><li>d</li></ol>",
            f'<ol><li>a</li><li>b</li></ol>{CUT}<ol start="3"><li>c</li><li>d</li></ol>',
        ),
        (
            "<blockquote><p>a<hr class=cut>b</p></blockquote>",
            f"<blockquote><p>a</p></blockquote>{CUT}<blockquote><p>b</p></blockquote>",
        ),
        (
            "<table><tr><td>a<hr class=cut>b</td></tr></table>",
            f"<table><tbody><tr><td>a</td></tr></tbody></table>{CUT}"
            "<table><tbody><tr><td>b</td></tr></tbody></table>",
        ),
        (
            "<p><b>a<hr class=cut>b</b></p>",
            f"<p><strong>a</strong></p>{CUT}<p><strong>b</strong></p>",
        ),
    ],
)
def test_a_cut_inside_something_splits_it(html, expected):
    assert sanitise(html) == expected
    before, after = expected.split(CUT)
    assert split_at_cut(sanitise(html)) == (before, after)


@pytest.mark.parametrize(
    "marker",
    ["<hr class=cut>", '<HR CLASS="cut"/>', "<hr id=x class='a\ncut'>", "<hr class=&#99;ut>"],
)
def test_a_cut_written_otherwise_never_lets_the_rest_through(marker):
    assert split_at_cut(sanitise(f"<p>public{marker}réservé</p>")) == (
        "<p>public</p>",
        "<p>réservé</p>",
    )


def test_no_cut():
    assert split_at_cut(sanitise("<p>a</p>")) is None
    written = '<p title="<hr class=&quot;cut&quot;>">&lt;hr class="cut"&gt;</p>'
    assert split_at_cut(sanitise(written)) is None
    assert split_at_cut(sanitise("<!-- <hr class=cut> --><p>a</p>")) is None


def test_a_cut_at_either_end():
    assert split_at_cut(sanitise(f"{CUT}<p>réservé</p>")) == ("", "<p>réservé</p>")
    assert split_at_cut(sanitise(f"<p>public</p>{CUT}")) == ("<p>public</p>", "")
