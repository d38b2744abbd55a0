"""Each chart is valid by Vega-Lite's schema, as Altair ships it, and comes out of the process that draws it."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from subprocess import Popen

import altair
import pytest
from conftest import call, run
from jsonschema import Draft7Validator
from markupsafe import escape

import specgen.report.charts.svg as drawing
from specgen.report.charts.batch_latency import BatchPoint, Limit, batch_latency_chart
from specgen.report.charts.calibration import Bin, calibration_chart
from specgen.report.charts.confusion import confusion_chart
from specgen.report.charts.curve import CurveChart, Line, curve
from specgen.report.charts.drawing import DrawingError, ask, drawer
from specgen.report.charts.drift import Bars, paired_bars
from specgen.report.charts.forest import Panel, Point, forest
from specgen.report.charts.over_time import Change, TimePoint, over_time_chart
from specgen.report.charts.percentiles import Percentile, percentile_chart
from specgen.report.charts.potential import PotentialRow, potential_chart
from specgen.report.charts.score_curves import At, ScoreLine, score_curve_chart
from specgen.report.charts.steps import Step, step_chart

# What a user may call things, and what the sizes of letters must not be looked for in.
NAME = '"fontSize": 5, "><script>&amp; font-size="3px" d="0.123456" 名前'
ALL = Point(0.8, 0.7, 0.9, 0.85)
SCORES = tuple(At(NAME, recall, recall / 2, 0.9 - recall / 2) for recall in (0.2, 0.6, 1.0))


def charts() -> list[drawing.Drawing]:
    """One of each kind, with all its marks and with values that are missing."""
    panel = Panel(NAME, (ALL, Point(None, None, None, None)), (0.75, 0.8), 0.82, (0.5, 1.0))
    times = tuple(TimePoint(f"2024-0{k}", 0.8 + k / 100, 0.7, 0.9, 0.8, k > 1) for k in range(1, 6))
    band = CurveChart(NAME, (0.1, 0.5, 0.9), (Line("on dev", (1.0, 2.0, 0.0), main=True),), (Line("naive", (0.5,)),),
                      0.5, 0.6, (0.4, 0.7), "dev")  # fmt: skip
    return [
        forest((NAME, "b"), ("one", "two"), (panel, panel), 12, "forest"),
        step_chart(NAME, (Step(NAME, 0.8, 0.7, 0.9, 0.75), Step("b", None, None, None, None)), "told", "steps"),
        score_curve_chart((ScoreLine(NAME, SCORES, SCORES[1]), ScoreLine("b", SCORES, None)), 0.3, "told", "scores"),
        curve(band, "curve"),
        confusion_chart(tuple(f"{NAME} {k}" for k in range(12)), ((1 / 12,) * 12,) * 12, "told", "confusion"),
        calibration_chart((Bin(0, 0.4, 0.3, 0.35, 0.3, 0.4, 60, 0.6), Bin(0.5, 0.5, 0.5, 0.6, None, None, 40, 0.4)), "told", "bins"),
        paired_bars((Bars(NAME, ("a", NAME), (0.4, 0.6), (0.5, 0.5)),), "train", "test", "drift"),
        over_time_chart(NAME, times, Change(3, 2, 4), "time"),
        percentile_chart((Percentile("p95", 21.0, 18.0, 25.0, 50.0), Percentile("p99", 40.0, None, None, None)), "told", "p"),
        batch_latency_chart([BatchPoint(1, 2.0, 1.5, 2.5, 3.0), BatchPoint(8, 4.0, None, None, 9.0)], [Limit("p95", 1, 5.0)], "b"),
        potential_chart((PotentialRow(NAME, 3.0, 2.0, 4.0, 0.4, 1.2, 0.8, 1.6), PotentialRow("b", 1.0, None, None, 0.1, 0.1, None, None)), "pp", "told", "gap"),
    ]  # fmt: skip


def clear() -> None:
    """Forget charts of other tests."""
    for chart in (forest, step_chart, score_curve_chart, curve, confusion_chart, calibration_chart, paired_bars,
                  over_time_chart, percentile_chart, potential_chart):  # fmt: skip
        chart.cache_clear()


def test_every_chart_is_vega_lite(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that Vega-Lite does not know is passed over, and draws something else."""
    asked: list[str] = []

    def heard(process: Popen[bytes], chart: str) -> str:
        asked.append(chart)
        return ask(process, chart)

    monkeypatch.setattr(drawing, "ask", heard)
    clear()
    drawn = [str(escape(chart)) for chart in charts()]
    schema = Draft7Validator(altair.load_schema())
    faults = {error.message[:300] for chart in asked for error in schema.iter_errors(json.loads(chart))}
    assert not faults
    assert len(asked) >= len(drawn)


def test_letters_have_the_size_that_they_were_given_and_names_stay_as_they_are() -> None:
    """Sizes are made larger to measure texts, and smaller again."""
    for chart in map(str, map(escape, charts())):
        assert set(re.findall(r' font-size="([^"]*)"(?=[^<>]*>)', chart)) <= {
            "8.5px",
            "9.5px",
            "10px",
            "10.5px",
        }, chart[:200]
    named = str(escape(charts()[1]))
    assert "&quot;fontSize&quot;: 5" in named or '"fontSize": 5' in named
    assert "<script" not in named


def test_a_process_that_died_is_told_and_started_again() -> None:
    """A chart that failed does not take later reports with it."""
    before = drawer()
    os.kill(before.process.pid, signal.SIGKILL)
    before.process.wait()
    with pytest.raises(DrawingError, match="ended with -9"):
        before.thread.submit(ask, before.process, "{}").result()
    assert drawer().process.pid != before.process.pid
    clear()
    assert str(escape(charts()[0])).startswith("<svg")


def test_without_a_process_the_results_are_kept(monkeypatch: pytest.MonkeyPatch, project, tmp_path) -> None:
    """What was measured is worth more than its pictures."""
    spec = project()
    drawer.cache_clear()
    clear()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    done = run(spec, tmp_path / "reports", formats="html,md")
    assert done.code == 4, done.err
    assert "report.html was not written: no process that draws charts can be started" in done.err
    assert (done.folder / "results.json").is_file()
    assert (done.folder / "report.md").is_file()
    again = call("report", done.folder, "--format", "html")
    assert again.code == 4
    assert "no process that draws charts can be started" in again.err


def test_what_is_no_chart_is_told() -> None:
    """Vega's own message, and the process goes on."""
    at = drawer()
    with pytest.raises(DrawingError, match="Vega-Lite to SVG conversion failed"):
        at.thread.submit(ask, at.process, '{"mark": 5}').result()
    assert (
        at.thread.submit(ask, at.process, '{"data": {"values": []}, "mark": "point"}')
        .result()
        .startswith("<svg")
    )
