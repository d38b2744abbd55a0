"""Gates on whole runs: places, bounds, baselines, groups, and what is never go."""

import re

import pytest
from conftest import BINARY_SPEC, binary_rows, call, run
from pypdf import PdfReader

GATES = BINARY_SPEC.index("gates: [") + len("gates: [")


def gate(project, text, more="", rows=None):
    """The one gate of a small project with this gate, and the run's exit code."""
    spec = BINARY_SPEC[:GATES] + text + "]}\n" + more
    path = project(spec.replace("[accuracy]", "[accuracy, recall]"), rows)
    called = run(path, path.parent / "out")
    assert called.results is not None, called.err
    return called.results["gates"][0], called


def sized(north, south):
    """Rows of two regions with this many right and wrong predictions in each."""
    rows = []
    for region, (right, wrong) in (("north", north), ("south", south)):
        for i in range(right + wrong):
            label = "yes" if i % 2 else "no"
            predicted = label if i < right else ("no" if label == "yes" else "yes")
            rows.append({"region": region, "y": label, "p": predicted, "s": 0.5})
    return [{"id": f"r{i}", **row} for i, row in enumerate(rows)]


def test_every_slice_names_the_bad_one(project):
    found, called = gate(project, "{metric: accuracy, slices: every, at_least: 0.8}", "slices: [{by: region}]\n",
                         sized((190, 10), (120, 80)))  # fmt: skip
    assert (found["verdict"], called.code) == ("fail", 1)
    assert {m["name"]: m["verdict"] for m in found["members"]} == {
        "region=north": "pass",
        "region=south": "fail",
    }
    assert found["gate"] == "accuracy for every slice at least 0.8"


def test_a_suspect_within_chance_does_not_fail(project):
    """One slice of eight is below its bound by itself at 5%, but not after Holm."""
    rows = [dict(row) for row in sized((94, 6), (94, 6)) * 3 + sized((86, 14), (94, 6))]
    for i, row in enumerate(rows):
        row["id"] = f"r{i}"
        row["region"] = f"{row['region']}{i // 200}"
    found, _ = gate(
        project, "{metric: accuracy, slices: every, at_least: 0.921}", "slices: [{by: region}]\n", rows
    )
    suspects = [m["name"] for m in found["members"] if m["suspect"]]
    assert suspects == ["region=north3"]
    assert found["verdict"] == "inconclusive"
    assert "region=north3" in found["reason"]


def test_a_suspect_and_what_shrinkage_leaves_of_it_are_shown(project):
    """In the terminal by name, in both reports by a tag beside the slice, with the shrunken value."""
    rows = [dict(row) for row in sized((94, 6), (94, 6)) * 3 + sized((86, 14), (94, 6))]
    for i, row in enumerate(rows):
        row |= {"id": f"r{i}", "region": f"{row['region']}{i // 200}"}
    spec = (
        BINARY_SPEC[:GATES] + "{metric: accuracy, slices: every, at_least: 0.921}]}\nslices: [{by: region}]\n"
    )
    path = project(spec, rows)
    called = run(path, path.parent / "out", formats="html,pdf")
    member = next(m for m in called.results["gates"][0]["members"] if m["suspect"])
    assert 0.86 < member["shrunken"] < 0.93
    assert "Suspect, but within chance for this many: region=north3." in called.out
    assert "worst of 8 slices by its raw value is region=north3, with 0.86 on 100 rows" in called.out
    html = (called.folder / "report.html").read_text()
    assert re.search(r'region=north3(</a>)?</bdi>(</a>)? <span class="tags">suspect</span>', html)
    assert f'<td class="num i">{member["shrunken"]:.3f}</td>' in html
    pages = "".join(page.extract_text() for page in PdfReader(called.folder / "report.pdf").pages)
    assert "suspect" in pages
    assert f"{member['shrunken']:.3f}" in pages


def test_differences_to_a_baseline_are_shrunken_towards_each_other(project):
    rows = [dict(row, id=f"r{i}", region=f"r{i % 6}", q=row["y"]) for i, row in enumerate(binary_rows(240))]
    spec = (
        BINARY_SPEC[:GATES]
        + "{metric: accuracy, slices: every, at_least: {baseline: human, margin: -0.1}}]}\n"
    )
    path = project(spec + "slices: [{by: region}]\nbaselines: {human: {kind: human, column: q}}\n", rows)
    members = run(path, path.parent / "out").results["gates"][0]["members"]
    assert len({round(m["measured"] - m["shrunken"], 9) for m in members}) > 1
    spread = [max(m[key] for m in members) - min(m[key] for m in members) for key in ("measured", "shrunken")]
    assert spread[1] < spread[0]


def test_few_slices_and_pairs_have_no_shrunken_value(project):
    found, _ = gate(project, "{metric: accuracy, slices: every, at_least: 0.8}", "slices: [{by: region}]\n",
                    sized((90, 10), (88, 12)))  # fmt: skip
    assert [m["shrunken"] for m in found["members"]] == [None, None]


def test_what_it_takes_is_told_both_ways(project):
    found, _ = gate(project, "{metric: accuracy, at_least: 0.9}", "", sized((92, 8), (91, 9)))
    assert found["more_examples"] == found["more_to_pass"]
    assert found["more_to_fail"] > 0
    told = f"about {found['more_to_pass']:,} further examples to pass if it truly is 0.915, {found['more_to_fail']:,} to fail"
    assert told in found["reason"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("{metric: accuracy, by: region, gap_at_most: 0.5}", "pass"),
        ("{metric: accuracy, by: region, gap_at_most: 0.1}", "fail"),
        ("{metric: accuracy, by: region, gap_at_most: 0.35}", "inconclusive"),
        ("{metric: accuracy, by: region, ratio_at_least: 0.5}", "pass"),
        ("{metric: accuracy, by: region, ratio_at_least: 0.8}", "fail"),
        ("{metric: accuracy, by: region, ratio_at_least: 0.63}", "inconclusive"),
    ],
)
def test_gaps_between_groups(project, text, verdict):
    found, _ = gate(project, text, rows=sized((190, 10), (120, 80)))
    assert found["verdict"] == verdict
    assert found["measured"] == pytest.approx(0.35 if "gap" in text else 0.6 / 0.95)


def test_a_model_against_itself_is_never_proof_of_better(project):
    more = "baselines: {previous: {kind: previous, model: twin}}\ncandidate: candidate\n"
    spec = BINARY_SPEC.replace("metrics:", "  twin: {columns: {prediction: p, score: s}}\nmetrics:")
    start = spec.index("gates: [") + len("gates: [")
    verdicts = {}
    for margin in (0.0, -0.2):
        gate_text = f"{{metric: accuracy, at_least: {{baseline: previous, margin: {margin}}}}}"
        path = project(spec[:start] + gate_text + "]}\n" + more)
        verdicts[margin] = run(path, path.parent / f"out{margin}").results["gates"][0]["verdict"]
    assert verdicts == {0.0: "inconclusive", -0.2: "pass"}


@pytest.mark.parametrize(("n", "verdict"), [("", "pass"), (", n: 30", "inconclusive")])
def test_published_values_carry_their_doubt(project, n, verdict):
    more = f"baselines: {{human: {{kind: human, values: [{{metric: accuracy, value: 0.7{n}}}]}}}}\n"
    found, called = gate(project, "{metric: accuracy, at_least: {baseline: human}}", more, binary_rows(600))
    assert found["verdict"] == verdict
    assert ("fixed value" in found["method"]) == (n == "")
    assert any("taken as exact" in note["text"] for note in called.results["notes"]) == (n == "")


def test_a_constraint_of_predictions_without_the_model_is_an_error_and_no_go(project):
    spec = BINARY_SPEC[:GATES] + "{constraint: all}]}\nconstraints: {memory_mb: 512}\n"
    path = project(spec.replace("purpose: explore", "purpose: deploy"))
    called = run(path, path.parent / "out")
    found = called.results["gates"][0]
    assert (found["verdict"], called.code) == ("error", 1)
    assert "predictions without the model; give the model itself" in found["reason"]


def test_a_live_model_is_an_error_and_no_go(project):
    path = project(
        BINARY_SPEC.replace("{columns: {prediction: p, score: s}}", "{onnx: model.onnx, features: [region]}")
    )
    (path.parent / "model.onnx").write_bytes(b"no model")
    called = run(path, path.parent / "out")
    assert (called.results["gates"][0]["verdict"], called.code) == ("error", 1)


def test_constraints_never_gate_while_exploring(project):
    spec = BINARY_SPEC.replace("gates: [", "gates: [{constraint: all}, ") + "constraints: {memory_mb: 512}\n"
    path = project(spec)
    called = run(path, path.parent / "out")
    assert called.results["gates"][0]["verdict"] == "error"
    assert called.code == 0


def test_warn_lets_an_open_gate_pass_by(project):
    open_gate = "{metric: accuracy, at_least: 0.74, if_inconclusive: warn}"
    found, called = gate(project, open_gate)
    assert (found["verdict"], called.code) == ("inconclusive", 0)
    assert any("Does not decide" in reason for reason in called.results["reasons"])


def test_should_only_warns(project):
    found, called = gate(project, "{metric: accuracy, at_least: 0.99, severity: should}")
    assert (found["verdict"], called.code) == ("fail", 0)


def test_an_earlier_milestone_holds_back_the_later(project):
    spec = BINARY_SPEC.replace("at_least: 0.5}", "at_least: 0.99}")
    spec += "  - {name: later, split: test, gates: [{metric: accuracy, at_least: 0.5}]}\n"
    path = project(spec)
    called = run(path, path.parent / "out")
    assert [m["verdict"] for m in called.results["milestones"]] == ["no-go", "no-go"]
    assert called.results["milestones"][1]["reason"].startswith("Held back by test.")


def test_key_examples(project):
    more = "key_examples: [{name: famous, ids: ids.txt}]\n"
    spec = (
        BINARY_SPEC[:GATES]
        + "{key_examples: famous, metric: accuracy, at_least: 0.9, evidence: point}]}\n"
        + more
    )
    right = [r["id"] for r in binary_rows() if r["y"] == r["p"]]
    path = project(spec, ids__txt="\n".join([*right[:9], "r001"]) + "\n")
    called = run(path, path.parent / "out")
    assert (
        called.results["gates"][0]["gate"] == "accuracy on key examples famous at least 0.9 (point estimate)"
    )
    assert called.results["gates"][0]["measured"] == pytest.approx(0.9)
    assert called.results["gates"][0]["verdict"] == "pass"


def test_what_nobody_could_measure_is_never_go(project):
    """A constant score has no calibration slope: on no slice, so a gate over slices is an error, warn or not."""
    rows = [{**row, "s": 0.5} for row in binary_rows()]
    text = "{metric: calibration_slope, slices: every, at_least: 0.5, if_inconclusive: warn}"
    start = BINARY_SPEC.index("gates: [") + len("gates: [")
    path = project(BINARY_SPEC[:start] + text + "]}\nslices: [{by: region}]\n", rows)
    called = run(path, path.parent / "out")
    assert (called.results["gates"][0]["verdict"], called.code) == ("error", 1)


def test_the_gates_own_min_rows(project):
    found, called = gate(project, "{metric: accuracy, slices: every, at_least: 0.1, min_rows: 40}",
                         "slices: [{by: region}]\n")  # fmt: skip
    assert (found["verdict"], called.code) == ("inconclusive", 3)
    assert found["members"][0]["reason"] == "30 rows, fewer than the 40 asked for."


@pytest.mark.parametrize("where", ["slice", "gate"])
def test_min_rows_counts_units_where_rows_depend(project, where):
    """Seven stores are seven pieces of evidence, however many rows they have."""
    rows = [row | {"store": f"{row['region']}{i % 7}"} for i, row in enumerate(sized((133, 7), (190, 10)))]
    rows += [
        row | {"id": f"more{i}", "region": "west", "store": f"w{i % 40}"} for i, row in enumerate(rows[:200])
    ]
    in_slice, in_gate = (", min_rows: 30", "") if where == "slice" else ("", ", min_rows: 30")
    spec = BINARY_SPEC[:GATES].replace("id: id", "id: id, unit: store")
    spec += f"{{metric: accuracy, slices: every, at_least: 0.5{in_gate}}}]}}\nslices: [{{by: region{in_slice}}}]\n"
    path = project(spec, rows)
    called = run(path, path.parent / "out")
    members = {member["name"]: member for member in called.results["gates"][0]["members"]}
    assert {name: member["verdict"] for name, member in members.items()} == {
        "region=north": "inconclusive", "region=south": "inconclusive", "region=west": "pass",
    }  # fmt: skip
    assert members["region=north"]["reason"] == "7 units in 140 rows, fewer than the 30 asked for."
    assert members["region=north"]["more_examples"] == 460, "23 stores of 20 rows"
    assert called.code == 3
    planned = call("plan", path, "--format", "json").out
    assert "7 units in 140 rows, fewer than the 30 asked for" in planned


def test_min_rows_of_pairs_counts_units_of_the_smaller_group(project):
    rows = [row | {"store": f"{i % 200}" if row["region"] == "south" else f"n{i % 7}"}
            for i, row in enumerate(sized((190, 10), (190, 10)))]  # fmt: skip
    spec = BINARY_SPEC[:GATES].replace("id: id", "id: id, unit: store")
    path = project(spec + "{metric: accuracy, by: region, gap_at_most: 0.9, min_rows: 30}]}\nslices: [{by: region}]\n"
                   "fairness: [{by: region, metrics: [recall], min_rows: 30}]\n", rows)  # fmt: skip
    called = run(path, path.parent / "out")
    assert called.results["gates"][0]["verdict"] == "inconclusive"
    assert called.results["gates"][0]["members"][0]["reason"].startswith("7 units in 200 rows, fewer than")
    groups = {one["group"]: one for one in called.results["fairness"][0]["metrics"][0]["groups"]}
    assert groups["region=north"]["reason"] == "7 of the 30 units that the spec asks for"


def test_ratios_of_groups_without_any_success(project):
    found, called = gate(
        project, "{metric: accuracy, by: region, ratio_at_least: 0.8}", rows=sized((0, 50), (0, 50))
    )
    assert (found["verdict"], called.code) == ("error", 1)


def test_a_model_against_a_published_value_that_no_rows_can_settle(project):
    """The published value's own doubt, from 30 rows, does not shrink however many rows are added."""
    more = "baselines: {human: {kind: human, values: [{metric: accuracy, value: 0.74, n: 30}]}}\n"
    found, _ = gate(project, "{metric: accuracy, at_least: {baseline: human}}", more)
    assert (found["verdict"], found["more_examples"]) == ("inconclusive", None)


@pytest.mark.parametrize("formats", ["json", "html"])
def test_a_live_model_and_a_metric_of_one_label(project, formats):
    """No row can be measured, so no label is known; that is the gate's error, not the run's."""
    spec = BINARY_SPEC.replace(
        "{columns: {prediction: p, score: s}}", "{onnx: model.onnx, features: [region]}"
    )
    spec = spec.replace(
        'type: binary, target: y, positive: "yes", prediction: p, score: s',
        "type: multiclass, target: y, prediction: p",
    )
    path = project(spec.replace("metric: accuracy", "metric: recall, label: no"))
    (path.parent / "model.onnx").write_bytes(b"no model")
    called = run(path, path.parent / "out", formats=formats)
    assert (called.results["gates"][0]["verdict"], called.code) == ("error", 1), called.err


def test_rows_are_told_as_rows_where_the_value_rests_on_units(project):
    """Four slices of 200 rows from 20 people each; the people are what the interval counts, not what is called rows."""
    rows = sized((190, 10), (188, 12)) + sized((189, 11), (182, 18))
    rows = [
        row | {"id": f"r{i}", "who": f"w{i % 20}", "region": f"{row['region']}{i // 400}"}
        for i, row in enumerate(rows)
    ]
    spec = BINARY_SPEC.replace("id: id", "id: id, unit: who")
    assert spec != BINARY_SPEC
    text = spec[: spec.index("gates: [") + len("gates: [")]
    text += "{metric: accuracy, slices: every, at_least: 0.6}]}\nslices: [{by: region}]\n"
    path = project(text, rows)
    called = run(path, path.parent / "out", formats="html")
    gate = called.results["gates"][0]
    assert {(member["n"], member["rows"]) for member in gate["members"]} == {(20, 200)}
    worst = next(member for member in gate["members"] if member["name"] == gate["worst"])
    for key in ("measured", "low", "high", "bound", "n", "rows"):
        assert gate[key] == worst[key], key
    assert "by its raw value is region=south1, with 0.91 on 200 rows" in gate["reason"]
    html = (called.folder / "report.html").read_text()
    assert "by its raw value is region=south1, with 0.910 on 200 rows" in html


def test_an_interval_beside_a_baseline_is_told_as_that_of_the_difference(project):
    """It is not the interval of the value itself, which stands on page one."""
    found, _ = gate(
        project, "{metric: accuracy, at_least: {baseline: naive}}", "baselines: {naive: {kind: naive}}\n"
    )
    assert " by its difference from naive: the bound " in found["reason"]
    fixed, _ = gate(project, "{metric: accuracy, at_least: 0.5}")
    assert "difference" not in fixed["reason"]


@pytest.mark.parametrize(
    ("place", "worst", "n"),
    [("slices: every, ", "region=south", 200), ("", "", 300), ("slice: few, ", "", 100)],
)
def test_a_gate_rests_on_the_rows_of_the_slice_that_decides_it(project, place, worst, n):
    """One word means one thing: results.json, the report and JUnit tell the same number."""
    more = "slices: [{by: region}, {name: few, where: \"region = 'north'\"}]\n"
    path = project(BINARY_SPEC[:GATES] + f"{{metric: accuracy, {place}at_least: 0.8}}]}}\n{more}",
                   sized((95, 5), (120, 80)))  # fmt: skip
    called = run(path, path.parent / "out", formats="html,junit")
    found = called.results["gates"][0]
    assert (found["worst"], found["n"], found["rows"]) == (worst, n, n)
    cells = re.findall(r'<tr class="gate .*?</tr>', (called.folder / "report.html").read_text(), re.DOTALL)
    assert f'<td class="num">{n}</td>' in cells[0]
    assert f"rests on: {n}<" in (called.folder / "junit.xml").read_text().partition("</testcase>")[0]


def test_an_open_slice_is_told_with_its_interval(project):
    rows = sized((95, 5), (20, 20))
    found, called = gate(
        project, "{metric: accuracy, slices: every, at_least: 0.5}", "slices: [{by: region}]\n", rows
    )
    member = next(one for one in found["members"] if one["verdict"] == "inconclusive")
    assert (
        f"region=south with 0.5, between {member['low']:.4g} and {member['high']:.4g}, against 0.5."
        in found["reason"]
    )
    called = run(called.folder.parents[2] / "spec.yaml", called.folder.parents[2] / "de", "--language", "de",
                 formats="html")  # fmt: skip
    assert "region=south mit 0,5, zwischen " in re.sub(
        "<[^>]+>", "", (called.folder / "report.html").read_text()
    )


@pytest.mark.parametrize(
    ("metric", "bound", "told"),
    [
        ("accuracy", "at_least: 0.8", "Accuracy falls below the promised minimum of 0.8 on 1 of 2 slices, most on region=south"),
        ("false_positive_rate", "at_most: 0.2", "False positive rate exceeds the promised maximum of 0.2 on 1 of 2 slices, most on region=south"),
    ],
)  # fmt: skip
def test_page_one_says_on_which_side_slices_miss_their_bound(project, metric, bound, told):
    path = project(
        BINARY_SPEC[:GATES] + f"{{metric: {metric}, slices: every, {bound}}}]}}\nslices: [{{by: region}}]\n",
        sized((190, 10), (120, 80)),
    )
    called = run(path, path.parent / "out")
    assert called.results is not None, called.err
    assert called.results["reasons"][0].startswith(told)


def test_one_row_more_is_one(project):
    """58 right rows nearly prove 0.95; with one more they do."""
    found, _ = gate(project, "{metric: accuracy, at_least: 0.95}", rows=sized((58, 0), (0, 0)))
    assert found["more_examples"] == 1
    assert "one further example to pass" in found["reason"]


def test_why_an_interval_has_no_end(project):
    """WER 0 on every row: nothing varies, and there is no largest error rate."""
    path = project(
        "specgen: 1\nproject: {name: s}\ntask: {type: transcription, target: y, prediction: p, id: id}\n"
        "data: {test: test.csv}\nmodels: {m: {columns: {prediction: p}}}\nmetrics: [wer]\n"
        "milestones: [{name: test, split: test, gates: [{metric: wer, at_most: 0.1}]}]\n",
        [{"id": f"r{i}", "y": "a b", "p": "a b"} for i in range(40)],
    )
    called = run(path, path.parent / "out")
    found = called.measurement(model="m", slice="all", metric="wer")
    assert (found["value"], found["low"], found["high"]) == (0, 0, None)
    assert found["reason"] == (
        "every row says the same, and the metric has no end that bounds how far another could be from it"
    )
