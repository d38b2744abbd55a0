"""The HTML report: complete, escaped, self-contained."""

import os
import re
from html import unescape
from pathlib import Path

import pytest
from report_samples import bare, replaced, small

from specgen.report.html import render_html

GOLDEN = Path(__file__).parent / "golden" / "small.html"
SECTIONS = ("gates", "models", "baselines", "slices", "business", "labels", "splits", "method")


def text_of(html: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body)))


def without_svg_paths(html: str) -> str:
    """Charts are drawn by another library, whose coordinates may change with its version."""
    return re.sub(r"<figure class=\"chart\">.*?</figure>", "<figure></figure>", html, flags=re.S)


def test_says_verdict_reasons_changes_and_every_gate() -> None:
    result = small()
    text = text_of(render_html(result))
    wanted = ["NO-GO", *result.reasons, *result.changes, *(gate.gate for gate in result.gates)]
    wanted += [gate.reason for gate in result.gates]
    assert [part for part in wanted if part not in text] == []


@pytest.mark.parametrize(
    ("verdict", "word"), [("go", "GO"), ("no-go", "NO-GO"), ("inconclusive", "INCONCLUSIVE")]
)
def test_each_verdict_has_its_word(verdict: str, word: str) -> None:
    html = render_html(bare().model_copy(update={"verdict": verdict}))
    assert f'<p class="word">{word}</p>' in html


def test_all_sections_are_there_and_linked() -> None:
    html = render_html(small())
    for anchor in SECTIONS:
        assert f'id="{anchor}"' in html, anchor
        assert f'href="#{anchor}"' in html, anchor


def test_sections_without_content_are_absent() -> None:
    html = render_html(bare())
    assert [anchor for anchor in SECTIONS if f'id="{anchor}"' in html] == ["method"]
    assert "None" not in text_of(html)


def test_no_baseline_is_a_warning_on_page_one() -> None:
    front = render_html(bare()).split("</section>")[0]
    assert "No baseline is declared" in front


def test_ids_are_unique() -> None:
    ids = re.findall(r'\bid="([^"]+)"', render_html(small()))
    assert len(ids) == len(set(ids))


def test_loads_nothing_from_outside() -> None:
    html = render_html(small())
    loads = re.findall(r'(?:src|href|action|data)\s*=\s*"(?!#)[^"]*"|@import[^;]*|url\((?!#)[^)]*\)', html)
    assert loads == []
    assert "<script" not in html


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7*7 }}", "&amp;", "]]>"]
)
def test_hostile_strings_are_escaped(hostile: str) -> None:
    for old in ("noise=car", "Voice search", "candidate", "annotators", "test"):
        html = render_html(replaced(small(), old, old + hostile))
        assert "<script" not in html
        assert "<img" not in html
        assert hostile in unescape(html), f"{old}: the text itself is lost"


def test_control_and_direction_characters_are_taken_out() -> None:
    html = render_html(replaced(small(), "noise=car", "noise=\x00\x07\x1b[31m\u202egnirts"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html)


def test_endless_names_are_cut() -> None:
    html = render_html(replaced(small(), "noise=car", "x" * 10_000))
    assert max(len(word) for word in text_of(html).split()) <= 400


def test_missing_value_has_its_reason() -> None:
    text = text_of(render_html(small()))
    assert "no row has this label" in text
    assert "one row only" in text


def test_ranks_slices_by_potential_and_says_which_pays() -> None:
    html = render_html(small())
    part = html[html.index('id="baselines"') : html.index('id="slices"')]
    assert part.index("noise=car</bdi>") < part.index("noise=none</bdi>")
    assert "noise=car pays most: closing its gap of 7.0\u202fpp on 26.0% of rows" in part
    assert "1.82\u202fpp" in part


def test_long_gates_are_cut_and_say_so() -> None:
    result = small()
    many = result.gates[1].members * 50
    gates = (result.gates[1].model_copy(update={"members": many}),)
    assert "and 50 more in results.json" in text_of(render_html(result.model_copy(update={"gates": gates})))


def test_same_result_same_bytes() -> None:
    assert render_html(small()) == render_html(small())


def test_golden() -> None:
    """Set SPECGEN_REWRITE_GOLDEN=1 to accept a change that was looked at."""
    html = without_svg_paths(render_html(small()))
    if os.environ.get("SPECGEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(html, encoding="utf-8")
    assert html == GOLDEN.read_text(encoding="utf-8")
