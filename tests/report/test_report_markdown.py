"""The report as Markdown: complete, escaped, whole tables, short enough for a comment."""

import os
import re
from html import unescape
from pathlib import Path

import pytest
from formats_checks import check_tables, rendered
from hypothesis import example, given, settings
from hypothesis import strategies as st
from report_samples import bare, gate, replaced, small

from specgen.report.markdown import MOST_CHARACTERS, render_markdown
from specgen.report.markdown_text import APART, escaped
from specgen.report.text import clean

GOLDEN = Path(__file__).parent / "golden" / "small.md"
HOSTILE = [
    "a|b", "<script>alert(1)</script>", "![pic](http://example.org/x.png)", "[link](javascript:alert(1))", "`code`",
    "**bold** _it_ ~~no~~", "line\nbreak\n\n# heading", "| a |\n|---|\n| b |", "@octocat #1", "&lt;", "\\", "]]>",
    "<!--", "</details>", "[^1]", "- [ ] todo", "{{ 7*7 }}", "$x$", "<img src=x onerror=y>", "\x00\u202e",
]  # fmt: skip


def shown(markdown: str) -> str:
    """The text that a reader sees, in one line."""
    text = unescape(re.sub(r"<[^>]*>", "", rendered(markdown)))
    return re.sub(r"\s+", " ", text.replace(APART, "")).strip()


def test_first_lines_say_verdict_and_reasons():
    lines = [line for line in render_markdown(small()).splitlines() if line]
    assert lines[0] == "## ❌ NO-GO: Voice search"
    assert lines[2:4] == [f"- {reason}" for reason in small().reasons]


def test_says_every_gate_change_rung_and_slice_that_does_not_pass():
    result, text = small(), shown(render_markdown(small()))
    wanted = [g.gate for g in result.gates] + [*result.changes, "train → test", "noise=car pays most"]
    wanted += [m.name for g in result.gates for m in g.members if m.verdict != "pass"]
    wanted += [note.text for note in result.notes if note.level == "warning"]
    assert [part for part in wanted if part not in text] == []


def test_tables_are_whole():
    assert check_tables(render_markdown(small())) == 5
    assert check_tables(render_markdown(bare())) == 1


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "old", ["noise=car", "Voice search", "candidate", "annotators", "accuracy at least", "test"]
)
def test_hostile_strings_are_text(old, hostile):
    plain, text = render_markdown(small()), render_markdown(replaced(small(), old, f"{old}{hostile}"))
    assert check_tables(text) == check_tables(plain)
    html = rendered(text)
    for tag in ("<script", "<img", "<a ", "<code", "<em>it", "<del", "<input", "<strong>bold", "<h1"):
        assert tag not in html, tag
    assert html.count("<details>") == html.count("</details>") == 1
    if f"{old}{hostile}" != clean(f"{old}{hostile}") or len(hostile) > 60:
        return
    assert re.sub(r"\s+", " ", f"{old}{hostile}") in shown(text), "the text itself is lost"


ANY = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"])


@example("1. first")
@example("12) first")
@example("![pic](pic.png)")
@example("[link](y)")
@example("[link]: y")
@example("a\\")
@settings(max_examples=300)
@given(st.text(ANY, max_size=30) | st.text("`*_[]()<>|\\~$&#@!:;-+=. 1ax\"'/", max_size=20))
def test_escaped_text_reads_as_it_was(text):
    """In a sentence, in a list and in a table's cell."""
    wanted = re.sub(r"\s+", " ", text).strip()
    for markdown in (
        f"- {escaped(text)}\n",
        f"| a | b |\n|---|---|\n| {escaped(text)} | x |\n",
        f"so {escaped(text)}",
    ):
        html = rendered(markdown)
        assert not re.search(r"<(?!/?(?:ul|li|p|table|thead|tbody|tr|th|td)\b)", html), markdown
        assert wanted in shown(markdown), markdown


def test_names_of_fields_stay_readable():
    text = "word_accuracy of AGEP=[16, 25) & SEX=1: ndcg@10 at least human − 0.01"
    assert escaped(text) == text


def test_github_links_and_tells_nobody():
    """Its mentions, issues, addresses, footnotes and boxes are no Markdown of other renderers."""
    found = escaped("@octocat (@octocat) #12 https://x.y www.x.y [^1] [ ] [x]")
    assert found.replace(APART, "") == "@octocat (@octocat) #12 https:\\//x.y www\\.x.y \\[^1] \\[ ] \\[x]"
    assert found.count(APART) == 3


def test_long_reports_are_cut_to_a_comment():
    result = small()
    many = tuple(m.model_copy(update={"name": f"{m.name} {k} " + "x|" * 30}) for k in range(500) for m in result.gates[1].members)  # fmt: skip
    gates = [gate(f"gate {k} " + "y<" * 70, "fail" if k == 290 else "pass", members=many if k == 290 else ()) for k in range(300)]  # fmt: skip
    text = render_markdown(result.model_copy(update={"gates": tuple(gates), "reasons": ("z* " * 300,) * 90}))
    assert len(text) <= MOST_CHARACTERS
    assert check_tables(text) > 0
    assert "gate 290" in text, "what fails is kept"
    for left_out in (
        "more gates in results.json",
        "more slices in results.json",
        "more reasons in results.json",
    ):
        assert left_out in text


def test_control_and_direction_characters_are_taken_out():
    text = render_markdown(replaced(small(), "noise=car", "noise=\x00\x07\x1b[31m\u202egnirts"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)


def test_golden():
    """Set SPECGEN_REWRITE_GOLDEN=1 to accept a change that was looked at."""
    if os.environ.get("SPECGEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(render_markdown(small()), encoding="utf-8")
    assert render_markdown(small()) == GOLDEN.read_text(encoding="utf-8")
