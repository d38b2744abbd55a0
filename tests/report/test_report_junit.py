"""The gates as JUnit XML."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from formats_checks import check_junit
from report_samples import bare, gate, member, replaced, small

from specgen.report.junit import render_junit

GOLDEN = Path(__file__).parent / "golden" / "small-junit.xml"


def outcomes(text):
    """Each case and what became of it."""
    return {
        case.get("name"): case[0].tag if case[0].tag != "system-out" else "passed"
        for case in ElementTree.fromstring(text).iter("testcase")
    }


def only(**changes):
    """A result with one gate."""
    return small().model_copy(update={"gates": (gate("g", changes.pop("verdict"), **changes),)})


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    "result", [small(), bare(), replaced(small(), "test", "test.1")], ids=["small", "bare", "points"]
)
def test_is_counted_and_complete(result, strict):
    check_junit(render_junit(result, strict=strict), result.model_dump(mode="json"), strict)


@pytest.mark.parametrize(
    ("gate_", "wanted", "strictly"),
    [
        ({"verdict": "pass"}, "passed", "passed"),
        ({"verdict": "fail"}, "failure", "failure"),
        ({"verdict": "error"}, "error", "error"),
        ({"verdict": "inconclusive"}, "skipped", "failure"),
        ({"verdict": "inconclusive", "if_inconclusive": "warn"}, "skipped", "skipped"),
        ({"verdict": "fail", "severity": "should"}, "skipped", "skipped"),
        ({"verdict": "error", "severity": "should"}, "skipped", "skipped"),
        ({"verdict": "inconclusive", "severity": "should"}, "skipped", "skipped"),
    ],
)
def test_what_a_verdict_becomes(gate_, wanted, strictly):
    assert outcomes(render_junit(only(**gate_))) == {"g": wanted}
    assert outcomes(render_junit(only(**gate_), strict=True)) == {"g": strictly}


def test_each_slice_is_a_case_with_its_reason():
    members = (member("a", "pass", 0.9), member("b", "inconclusive", None, 30, "2 rows only."))
    text = render_junit(only(verdict="inconclusive", members=members))
    assert outcomes(text) == {"g": "skipped", "g [a]": "passed", "g [b]": "skipped"}
    (skipped,) = [c[0] for c in ElementTree.fromstring(text).iter("testcase") if c.get("name") == "g [b]"]
    assert (skipped.get("type"), skipped.get("message")) == ("inconclusive", "2 rows only.")
    assert "further rows that would likely settle it: 30" in skipped.text


def test_what_was_measured_stands_in_the_case():
    (case,) = ElementTree.fromstring(render_junit(only(verdict="fail"))).iter("testcase")
    told = case[0].text.splitlines()
    assert told == [
        "Measured 0.91, between 0.89 and 0.93.",
        "measured: 0.910 [0.890, 0.930]",
        "bound: ≥ 0.880",
        "rests on: 1,000",
    ]


@pytest.mark.parametrize(
    "hostile", ["<&>\"'", "]]>", "\x00\x0b\x1b", "\ufffe\uffff", "\u202eabc", "a\nb", "😀"]
)
def test_hostile_strings_keep_it_xml(hostile):
    for old in ("noise=car", "Voice search", "candidate", "accuracy at least", "Measured"):
        result = replaced(small(), old, old + hostile)
        check_junit(render_junit(result), result.model_dump(mode="json"))


def test_golden():
    """Set SPECGEN_REWRITE_GOLDEN=1 to accept a change that was looked at."""
    if os.environ.get("SPECGEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(render_junit(small()), encoding="utf-8")
    assert render_junit(small()) == GOLDEN.read_text(encoding="utf-8")
