"""Every chart as a picture: well-formed, without a hole, safe with any name, and told in words."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from report_samples import gaps, gate, small

from specgen.record.result import (
    Amount,
    Calibration,
    CalibrationBin,
    Confusion,
    ConstraintValue,
    Deployment,
    Milestone,
    OperatingPoint,
    ScoreCurve,
)
from specgen.report.charts.curve import APART, HEIGHT, _apart
from specgen.report.charts.forest import Panel, Point, forest
from specgen.report.charts.svg import Drawing
from specgen.report.html import render_html
from specgen.report.source import Source
from specgen.report.views.baselines import baselines
from specgen.report.views.climb import climb
from specgen.report.views.confusion import confusion_view, found_rows
from specgen.report.views.constraints import constraints
from specgen.report.views.earlier import earlier
from specgen.report.views.scores import scores

HOSTILE = '"><script>ran = 1</script> ‮rtl 🙂 \x00'


def drawn(chart: Drawing | None) -> str:
    """The text alternative of a picture that is well-formed and has numbers where it should."""
    svg = escape(chart)
    root = ElementTree.fromstring(svg.replace("xlink:", ""))
    assert root.get("role") == "img"
    assert not re.search(r"NaN|undefined|Infinity|null", svg)
    label = root.get("aria-label")
    assert label
    return label


def source(**changes: object) -> Source:
    """The small result, changed."""
    return Source(small().model_copy(update=changes), 100)


def curve(model: str = "candidate", label: str | None = None, **changes: object) -> ScoreCurve:
    """A score curve of three thresholds."""
    given = {
        "split": "test", "model": model, "label": label, "base_rate": 0.3,
        "auc": Amount(value=0.8, low=0.75, high=0.85),
        "average_precision": Amount(value=0.6, low=None, high=None),
        "thresholds": (0.9, 0.5, 0.1), "recall": (0.2, 0.7, 1.0), "false_positive_rate": (0.0, 0.2, 1.0),
        "precision": (1.0, 0.6, 0.3),
        "in_use": OperatingPoint(recall=0.7, false_positive_rate=0.2, precision=0.6),
    }  # fmt: skip
    return ScoreCurve.model_validate(given | changes)


def calibration(label: str | None = None) -> Calibration:
    """Two bins, one of a single score and without an interval."""
    wide = {"low": 0.4, "high": 0.9, "predicted": 0.6, "observed": Amount(value=0.4, low=0.3, high=0.5)}
    one = {"low": 0.1, "high": 0.1, "predicted": 0.1, "observed": Amount(value=0.0, low=None, high=None)}
    bins = tuple(CalibrationBin.model_validate(b | {"rows": 50, "share": 0.5}) for b in (one, wide))
    error = Amount(value=0.14, low=0.1, high=0.2)
    return Calibration(split="test", model="candidate", label=label, error=error, bins=bins)


@pytest.mark.parametrize("rival", ["before", HOSTILE, "x" * 10_000])
def test_scores(rival: str) -> None:
    found = scores(source(score_curves=(curve(rival), curve()), calibrations=(calibration(),)))
    assert found is not None
    (part,) = found.parts
    told = drawn(part.curves)
    # The candidate comes first, whatever comes first in the record.
    assert told.startswith(
        "ROC and precision-recall curves. candidate: AUC 0.800 [0.750, 0.850], average precision 0.600"
    )
    assert len(told) < 400
    assert "candidate as it is used: recall 0.700, false positive rate 0.200, precision 0.600" in escape(
        part.curves
    )
    assert "furthest apart: predicted 0.6, came true 0.4 [0.300, 0.500]" in drawn(part.calibration).lower()
    assert "0.140 [0.100, 0.200]" in part.error


def test_scores_of_labels_are_cut_and_told() -> None:
    labels = [f"finding {k}" for k in range(6)]
    found = scores(
        source(score_curves=tuple(curve(label=x) for x in labels), calibrations=(calibration("finding 1"),))
    )
    assert found is not None
    assert [part.label for part in found.parts] == labels[:4]
    assert [part.calibration is not None for part in found.parts] == [False, True, False, False]
    assert found.hidden == "2 more labels in results.json"


def test_a_model_that_never_says_yes_has_no_precision() -> None:
    never = OperatingPoint(recall=0.0, false_positive_rate=0.0, precision=None)
    found = scores(source(score_curves=(curve(in_use=never),)))
    assert found is not None
    assert "recall 0.000, false positive rate 0.000, precision —" in escape(found.parts[0].curves)


def test_no_scores_no_section() -> None:
    assert scores(source()) is None
    assert 'id="scores"' not in render_html(small())


def test_gaps_times_shares() -> None:
    (view,) = baselines(source())
    assert view.chart is not None
    told = drawn(view.chart.svg)
    assert told.startswith("Gap to annotators times share of rows, of 2 slices. Largest potential: noise=car")
    assert told.endswith("a gap of 7.0\u202fpp on 26.0% of rows: 1.82\u202fpp.")
    names = re.findall(r">([^<]*)</text>", escape(view.chart.svg))[:2]
    assert names == [row[1] for row in view.chart.rows] == ["noise=car", "noise=none"]


def test_the_best_baseline_is_drawn_and_a_naive_rule_only_alone() -> None:
    naive = tuple(gap.model_copy(update={"baseline": "naive", "potential": 9.0}) for gap in gaps())
    info = small().baseline_sources[0]
    infos = (info.model_copy(update={"name": "naive", "kind": "naive"}), info)
    drawn_for = [
        v.name for v in baselines(source(baselines=(*naive, *gaps()), baseline_sources=infos)) if v.chart
    ]
    assert drawn_for == ["annotators"]


def test_milestones_against_what_they_promise() -> None:
    stages = tuple(Milestone(name=name, split="test", verdict="go", reason="") for name in ("test", "launch"))
    gates = (gate("a", "pass"), gate("b", "pass", milestone="launch", bound=0.9))
    found = climb(source(milestones=stages, gates=gates))
    assert found is not None
    assert (
        drawn(found.chart)
        == "Accuracy by milestone: test 0.910 against 0.880; launch (test) 0.910 against 0.900."
    )
    # The same number twice, of which nothing is promised, is no history.
    assert climb(source(milestones=stages, gates=())) is None


def test_percentiles_of_latency() -> None:
    values = tuple(
        ConstraintValue(
            name=f"latency_ms {p}", constraint="latency_ms", value=at, low=low, high=2 * at, limit=limit,
            direction="at_most", state=None, n=100, method="m", origin="live", how="h",
        )
        for p, at, low, limit in (("p50", 10.0, 9.0, None), ("p95", 21.0, None, 50.0), ("p99", 40.0, 30.0, None))
    )  # fmt: skip
    found = constraints(
        source(constraints=Deployment(model="candidate", split=None, batch=1, confidence=0.95, values=values))
    )
    assert found is not None
    assert found.percentiles is not None
    told = drawn(found.percentiles)
    assert told == (
        "Latency percentiles: median 10 ms; 95th percentile 21 ms, limit 50 ms; 99th percentile 40 ms."
    )


def test_confusion_of_many_labels_is_a_map_of_all() -> None:
    labels = tuple(f"{HOSTILE if k == 3 else 'class'} {k}" for k in range(40))
    counts = [[0.0] * 40 for _ in range(40)]
    for k in range(40):
        counts[k][k] = 90.0
        counts[k][(k + 1) % 40] = 10.0 + k
    found = confusion_view(
        Confusion(split="test", model="m", labels=labels, counts=tuple(map(tuple, counts)))
    )
    assert found.rows == ()
    assert found.chart is not None
    told = drawn(found.chart)
    assert told.startswith(
        "Heat map of 40 labels by what they are taken for. Confused most: class 39 taken for"
    )
    assert "class 38 taken for class 39: 34.8%" in escape(found.chart)
    assert escape(found.chart).count("<text") == 80


def test_few_labels_need_no_map() -> None:
    found = confusion_view(small().confusions[0])
    assert found.chart is None
    assert found.most == ""


def test_two_by_two_of_each_label_in_the_order_of_the_labels() -> None:
    found = [
        Confusion(split="test", model="m", label=x, labels=(f"not {x}", x), counts=((80.0, 10.0), (n, 5.0)))
        for x, n in (("a", 15.0), ("b", 0.0))
    ]
    rows = found_rows(found, ["b", "a"])
    assert [row.label for row in rows] == ["b", "a"]
    assert [square.count for square in rows[1].with_it + rows[1].without_it] == ["5", "15", "10", "80"]
    assert [square.part for square in rows[1].with_it] == ["25%", "75%"]


@given(st.lists(st.floats(0, HEIGHT), min_size=1, max_size=10).map(sorted))
def test_names_beside_lines_stay_apart_and_inside(wanted):
    places = _apart(wanted)
    assert all(after - before >= APART - 1e-6 for before, after in pairwise(places))
    assert min(places) >= 0
    assert max(places) <= HEIGHT + 1e-6


def test_names_beside_one_height_stand_around_it():
    assert _apart([60.0, 60.0, 60.0]) == [60 - APART, 60, 60 + APART]
    assert _apart([20.0, 100.0]) == [20, 100]


@pytest.mark.parametrize("count", [1, 3, 4])
def test_numbers_above_narrow_panels_do_not_meet(count):
    points = (Point(0.4, 0.1, 0.63, None), Point(0.2, 0.0, 0.5, None))
    panels = tuple(Panel("Recall", points, (), None, (0.0, 0.63)) for _ in range(count))
    svg = str(escape(forest(("a", "b"), ("", ""), panels, 26, "f")))
    placed = re.findall(r"translate\(([\d.]+),[^>]*>(0\.\d+)</text>", svg)
    tops = [float(x) for x, _ in placed]
    assert len(placed) >= 2 * count
    assert all(after - before > 20 for before, after in pairwise(tops) if after > before)


def test_a_long_history_is_cut_and_told() -> None:
    """The last runs are shown; how many more there are is said."""
    cut, whole = earlier(Source(small(), 1)), earlier(Source(small(), 3))
    assert cut is not None
    assert whole is not None
    assert [row.note for row in cut.rows] == ["this run"]
    assert cut.hidden == "and 2 more in results.json"
    assert [row.note for row in whole.rows] == ["this run", "", "another spec"]
    assert whole.hidden == ""
