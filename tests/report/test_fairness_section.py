"""The section on groups: what it says is what results.json has."""

import pytest
from conftest import run, write_csv

from specgen.record.result import Result
from specgen.report.html import render_html
from specgen.report.source import Source
from specgen.report.views.fairness import fairness

SPEC = """\
specgen: 1
project: {name: t, purpose: explore}
task: {type: binary, target: y, positive: 1, prediction: p}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [accuracy]
fairness: [{by: town, metrics: [selection_rate, recall, false_positive_rate], reference: t00, min_rows: 20}]
milestones: [{name: m, split: test, gates: [{metric: accuracy, at_least: 0.1}]}]
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Result:
    """Twenty towns of 200 rows, one of which is selected a quarter as often, and a hamlet of 5."""
    folder = tmp_path_factory.mktemp("towns")
    rows = [
        {"town": f"t{k:02d}", "y": i % 2, "p": int(i % (8 if k == 7 else 2) == 1)}
        for k in range(20) for i in range(200)
    ]  # fmt: skip
    rows += [{"town": "t20", "y": 1, "p": 1}] * 5
    write_csv(folder / "test.csv", rows)
    (folder / "spec.yaml").write_text(SPEC)
    return Result.model_validate(run(folder / "spec.yaml", folder / "out").results)


def test_long_tables_keep_the_reference_and_what_is_shown(result):
    (view,) = fairness(Source(result, 6))
    selected = view.tables[0]
    names = [row.group for row in selected.rows]
    assert len(names) == 6
    assert {"town=t00", "town=t07"} <= set(names)
    assert selected.hidden == "and 15 more groups in results.json"
    (whole,) = fairness(Source(result, 100))
    verdicts = {row.group: row.verdict for row in whole.tables[0].rows}
    assert (verdicts["town=t00"], verdicts["town=t07"]) == ("reference", "differs")
    assert (verdicts["town=t01"], verdicts["town=t20"]) == ("not shown", "too few to tell")
    assert whole.tables[0].extreme.group == "furthest apart: town=t00 and town=t07"


def test_sentences_say_what_is_shown_and_what_is_not(result):
    (view,) = fairness(Source(result, 100))
    selected, _, alarms = view.tables
    assert selected.title + selected.sentence == (
        "Selection rate is lower for town=t07 (−37.5\u202fpp) than for town=t00; no difference is shown for "
        "town=t01, town=t02, town=t03, town=t04 and 14 others; too few rows to tell for town=t20."
    )
    assert (alarms.title + alarms.sentence).startswith(
        "False positive rate: no difference is shown for town=t01"
    )
    assert "not measurable for town=t20" in alarms.sentence
    rule, odds = view.rules
    assert "Shown to be broken for town=t07 (0.25 of town=t" in rule
    assert "Too few rows: town=t20." in rule
    assert odds.startswith("Equalized odds difference, the larger of the largest differences")
    assert "75.0\u202fpp" in odds


def test_the_section_is_there_and_linked(result):
    html = render_html(result)
    assert '<a href="#fairness">Fairness</a>' in html
    assert "5 of the 20 rows that the spec asks for" in html
    assert "Holm&#39;s correction for all 57 comparisons" in html
