"""The HTML report: complete, escaped, self-contained."""

import os
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from many_samples import many
from report_samples import bare, replaced, small

from specgen.report.anchors import anchor
from specgen.report.html import render_html
from specgen.report.policy import guarded
from specgen.report.templates import render
from specgen.report.view import PDF_ROWS, view

GOLDEN = Path(__file__).parent / "golden" / "small.html"
SECTIONS = ("gates", "models", "baselines", "slices", "business", "labels", "splits", "method")


def text_of(html: str) -> str:
    body = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body)))


def markup(html: str) -> str:
    """Without styles, scripts and their digests; and charts are drawn by another library, whose versions differ."""
    html = re.sub(r"(<style>|<script\b[^>]*>).*?(</style>|</script>)", r"\1\2", html, flags=re.S)
    html = re.sub(r"'sha256-[^']*'", "'sha256'", html)
    return re.sub(r"<figure class=\"chart\"[^>]*>.*?</figure>", "<figure></figure>", html, flags=re.S)


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
    for section in SECTIONS:
        assert f'id="{section}"' in html, section
        assert f'href="#{section}"' in html, section


def test_sections_without_content_are_absent() -> None:
    html = render_html(bare())
    assert [section for section in SECTIONS if f'id="{section}"' in html] == ["method"]
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


def test_the_policy_allows_the_reports_own_code_by_digest_and_nothing_else() -> None:
    html = render_html(small())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    allowed = dict(part.split(" ", 1) for part in policy[1].split("; "))
    for name, tag, count in (("script-src", "script", 2), ("style-src", "style", 1)):
        codes = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", html, flags=re.S)
        digests = [b64encode(sha256(code.encode()).digest()).decode() for code in codes]
        assert allowed.pop(name).split() == [f"'sha256-{digest}'" for digest in digests]
        assert len(codes) == count
    assert allowed == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert not re.search(r"<[a-z][^<>]* (style|on[a-z]+)=", html)


def test_style_attributes_become_rules_and_texts_do_not() -> None:
    page = '<head>\n<meta charset="utf-8">\n<style>a {}\n</style></head>'
    kept = '<p>style="color: red"</p>'
    html = guarded(page + '<b style="width: 8%">x</b><i style="width: 8%" class="y">z</i>' + kept)
    assert '[data-style="0"] { width: 8% }\n</style>' in html
    assert html.endswith('<b data-style="0">x</b><i data-style="0" class="y">z</i>' + kept)


def test_anchors_of_gates_and_slices_depend_on_their_names_alone() -> None:
    before = small()
    after = before.model_copy(update={"gates": before.gates[::-1], "slices": before.slices[::-1]})
    anchors = [
        set(re.findall(r'\bid="((?:gate|slice)-[^"]+)"', render_html(result))) for result in (before, after)
    ]
    assert anchors[0] == anchors[1]
    assert len(anchors[0]) == len(before.gates) + len(before.slices)
    assert anchor("slice", "noise=car") in anchors[0]
    assert anchor("slice", "a b") != anchor("slice", "a-b")


def test_gates_of_the_same_words_have_anchors_of_their_own() -> None:
    result = small()
    html = render_html(result.model_copy(update={"gates": result.gates[:1] * 3}))
    assert len(set(re.findall(r'id="(gate-[^"]+)"', html))) == 3


def test_readers_can_search_more_rows_than_the_pdf_shows() -> None:
    result = many(250)
    assert render_html(result).count('<tr id="slice-shop-') == 250
    printed = render("report.html.j2", view=view(result, PDF_ROWS), paged=True, attached=())
    assert printed.count('<tr id="slice-shop-') == 200
    assert "and 50 more slices in results.json" in printed
    assert "and 238 more in results.json, 80 of them wrong" in printed
    assert "Drawn are the first 200 of 250 slices" in text_of(printed)
    for only_on_screen in ("<script", "<button", "Content-Security-Policy", "data-rows"):
        assert only_on_screen not in printed


def test_a_slices_worst_verdict_stands_beside_its_name() -> None:
    html = render_html(small())
    row = html[html.index(f'id="{anchor("slice", "noise=car")}"') :]
    assert 'data-verdict="fail"' in row[: row.index(">")]
    assert '<span class="tags">fail</span>' in row[: row.index("</tr>")]


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "{{ 7*7 }}", "&amp;", "]]>"]
)
def test_hostile_strings_are_escaped(hostile: str) -> None:
    for old in ("noise=car", "Voice search", "candidate", "annotators", "test"):
        html = render_html(replaced(small(), old, old + hostile))
        assert html.count("<script") == 2
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
    html = markup(render_html(small()))
    if os.environ.get("SPECGEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(html, encoding="utf-8")
    assert html == GOLDEN.read_text(encoding="utf-8")
