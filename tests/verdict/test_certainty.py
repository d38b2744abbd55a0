"""How sure a verdict is: the same gates at a stricter confidence, on whole runs."""

import pytest
from conftest import BINARY_SPEC, run

GATES = BINARY_SPEC.index("gates: [") + len("gates: [")


def certainty(project, gates, right=190, wrong=10, always=None):
    """What is said of a run on rows with this many right and wrong predictions, and its verdict."""
    rows = []
    for i in range(right + wrong):
        label = "yes" if i % 2 else "no"
        predicted = label if i < right else ("no" if label == "yes" else "yes")
        rows.append({"id": f"r{i}", "region": "north", "y": label, "p": always or predicted, "s": 0.5})
    path = project(f"{BINARY_SPEC[:GATES]}{gates}]}}\n", rows)
    called = run(path, path.parent / "out")
    assert called.results is not None, called.err
    return called.results["certainty"], called.results["verdict"]


def test_a_clear_go_stands_a_stricter_look(project):
    found, verdict = certainty(project, "{metric: accuracy, at_least: 0.8}")
    assert (verdict, found["verdict"], found["weaker"]) == ("go", "go", [])
    assert found["stricter"] == pytest.approx(0.99)
    assert found["text"] == (
        "If the promise were broken, the gate would pass by chance in at most 5 of 100 runs."
        " At 99% confidence the verdict is the same."
    )


def test_a_narrow_go_would_be_open(project):
    """190 of 200: the exact lower bound is 0.9167 at 95% and 0.9008 at 99%."""
    found, verdict = certainty(
        project, "{metric: accuracy, at_least: 0.91}, {metric: accuracy, at_least: 0.7}"
    )
    assert (verdict, found["verdict"]) == ("go", "inconclusive")
    assert found["weaker"] == ["accuracy at least 0.91"]
    assert found["text"] == (
        "If any of the 2 promises were broken, all would pass by chance in at most 5 of 100 runs."
        " At 99% confidence it would be inconclusive: accuracy at least 0.91 would be open."
    )


def test_a_narrow_no_go_would_be_open(project):
    """The exact upper bound of 190 of 200 is 0.9727 at 95% and 0.9799 at 99%."""
    found, verdict = certainty(project, "{metric: accuracy, at_least: 0.975, confidence: 0.95}")
    assert (verdict, found["verdict"]) == ("no-go", "inconclusive")
    assert found["text"].startswith(
        "The required gate that fails would fail by chance in at most 5 of 100 runs"
    )


def test_a_gate_asks_for_its_own_confidence(project):
    found, _ = certainty(project, "{metric: accuracy, at_least: 0.8, confidence: 0.9}")
    assert "in at most 10 of 100 runs" in found["text"]


def test_what_could_not_be_measured_says_nothing_of_the_model(project):
    found, verdict = certainty(
        project, "{metric: precision, at_least: 0.5}, {metric: accuracy, at_least: 0.1}", always="no"
    )
    assert verdict == "no-go"
    assert found["text"].startswith("This no-go says nothing about how good the model is")


def test_open_gates_are_counted(project):
    found, verdict = certainty(
        project, "{metric: accuracy, at_least: 0.95}, {metric: accuracy, at_least: 0.7}"
    )
    assert verdict == "inconclusive"
    assert found["text"].startswith("1 of 2 required gates is settled at 95% confidence")


def test_a_value_alone_allows_for_no_chance(project):
    found, _ = certainty(project, "{metric: accuracy, at_least: 0.95, evidence: point}")
    assert found["text"] == "1 gate is judged by the value alone, without allowance for chance."


def test_without_a_required_gate_nothing_is_promised(project):
    found, _ = certainty(project, "{metric: accuracy, at_least: 0.8, severity: should}")
    assert found["text"] == "No gate is required, so nothing is promised."
