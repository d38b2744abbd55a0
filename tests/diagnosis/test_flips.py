"""Rows that the new model breaks and mends, against counts by hand, for every kind of task that has right rows."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import call, run, write_csv
from statsmodels.stats.proportion import proportion_confint

SPEC = """\
specgen: 1
project: {name: flips, purpose: explore}
task: {type: binary, target: y, positive: "yes", prediction: p, id: id%(task)s}
data: {test: test.csv}
models:
  new: {columns: {prediction: p}}
  old: {columns: {prediction: q}}
candidate: new
metrics: [accuracy, {name: negative_flip_rate, baseline: previous}]
baselines:
  previous: {kind: previous, model: old}
  person: {kind: human, column: person}
slices: [{by: region}]
key_examples: [{name: vip, where: "vip = 1"}]
milestones:
  - name: test
    split: test
    gates:
%(gates)s
"""
GATE = "      - {metric: negative_flip_rate, baseline: previous, at_most: 0.2}"


def rows(count=500, seed=1):
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        y, right, before, known = (
            rng.random() < 0.4,
            rng.random() < 0.9,
            rng.random() < 0.85,
            rng.random() < 0.5,
        )
        word = {True: "yes", False: "no"}
        found.append({
            "id": f"r{i:04d}", "region": "north" if i % 3 else "south", "y": word[y], "p": word[y == right],
            "q": word[y == before], "person": word[y] if known else "", "vip": int(i < 20),
            "w": 1 + i % 4, "user": i // 5,
        })  # fmt: skip
    return found


def flipped(some, old="q", new="p"):
    broken = [r["id"] for r in some if r[old] == r["y"] != r[new]]
    mended = [r["id"] for r in some if r[new] == r["y"] != r[old] and r[old]]
    return broken, mended


def evaluated(folder, some, task="", gates=GATE, spec=SPEC):
    write_csv(folder / "test.csv", some)
    (folder / "spec.yaml").write_text(spec % {"task": task, "gates": gates})
    return run(folder / "spec.yaml", folder / "out")


def test_counts_rates_and_ids_are_those_by_hand(tmp_path):
    some = rows()
    called = evaluated(tmp_path, some)
    flips = next(one for one in called.results["flips"] if one["baseline"] == "previous")
    for name, part in (("all", some), ("region=north", [r for r in some if r["region"] == "north"]),
                       ("vip", some[:20])):  # fmt: skip
        broken, mended = flipped(part)
        found = next(one for one in flips["slices"] if one["slice"] == name)
        assert (found["broken"], found["mended"], found["compared"]) == (
            len(broken),
            len(mended),
            len(part),
        ), name
        assert found["negative"]["value"] == pytest.approx(len(broken) / len(part))
        assert found["positive"]["value"] == pytest.approx(len(mended) / len(part))
    broken, mended = flipped(some)
    low, high = proportion_confint(len(broken), len(some), method="wilson")
    assert flips["slices"][0]["negative"]["low"] == pytest.approx(low, abs=1e-9)
    assert flips["slices"][0]["negative"]["high"] == pytest.approx(high, abs=1e-9)
    assert sorted(row["id"] for row in flips["broken"]) == broken
    assert sorted(row["id"] for row in flips["mended"]) == mended[:100]
    first = flips["broken"][0]
    assert first["was"] == first["label"] != first["now"]
    accuracy = called.measurement(model="new", metric="accuracy", slice="all")["value"]
    before = called.measurement(model="old", metric="accuracy", slice="all")["value"]
    assert accuracy - before == pytest.approx((len(mended) - len(broken)) / len(some))


def test_only_the_candidate_has_flip_rates(tmp_path):
    called = evaluated(tmp_path, rows())
    rates = [m for m in called.results["measurements"] if m["metric"].startswith("negative_flip_rate")]
    assert {m["model"] for m in rates} == {"new"}
    assert {m["metric"] for m in rates} == {"negative_flip_rate@previous"}
    title = next(m["title"] for m in called.results["metrics"] if m["key"] == "negative_flip_rate@previous")
    assert title == "Negative flip rate against previous"


def test_a_baseline_that_is_silent_on_some_rows_counts_only_where_it_speaks(tmp_path):
    some = rows()
    gates = "      - {metric: negative_flip_rate, baseline: person, at_most: 0.5}"
    called = evaluated(tmp_path, some, gates=gates)
    known = [r for r in some if r["person"]]
    found = next(one for one in called.results["flips"] if one["baseline"] == "person")["slices"][0]
    broken, mended = flipped(known, old="person")
    assert (found["rows"], found["compared"]) == (len(some), len(known))
    assert (found["broken"], found["mended"]) == (len(broken), len(mended))
    assert called.results["gates"][0]["measured"] == pytest.approx(len(broken) / len(known))


def test_weights_move_rates_and_units_widen_them(tmp_path):
    some = rows()
    plain = evaluated(tmp_path / "a", some).results["flips"][0]["slices"][0]["negative"]
    weighted = evaluated(tmp_path / "b", some, ", weight: w").results["flips"][0]["slices"][0]
    broken = set(flipped(some)[0])
    total = sum(r["w"] for r in some)
    assert weighted["negative"]["value"] == pytest.approx(
        sum(r["w"] for r in some if r["id"] in broken) / total
    )
    assert weighted["broken"] == len(broken)  # counts are of rows, whatever they weigh
    alike = [{**r, **{k: some[i - i % 5][k] for k in ("y", "p", "q")}} for i, r in enumerate(some)]
    single = evaluated(tmp_path / "c", alike).results["flips"][0]["slices"][0]["negative"]
    clustered = evaluated(tmp_path / "d", alike, ", unit: user").results["flips"][0]["slices"][0]["negative"]
    assert clustered["value"] == pytest.approx(single["value"])
    assert clustered["high"] - clustered["low"] > 1.5 * (single["high"] - single["low"])
    assert plain["method"] != clustered["method"]


@pytest.mark.parametrize(("most", "verdict", "code"), [(0, "fail", 1), (100, "pass", 0)])
def test_a_gate_on_regressions_of_key_examples_counts_them(tmp_path, most, verdict, code):
    some = rows(seed=4)
    broken = flipped(some[:20])[0]
    assert broken, "the sample has none"
    gates = f"      - {{key_examples: vip, regressions: {{baseline: previous}}, at_most: {most}}}"
    called = evaluated(tmp_path, some, gates=gates)
    gate = called.results["gates"][0]
    assert (gate["verdict"], gate["measured"], gate["kind"], called.code) == (
        verdict,
        len(broken),
        "regressions",
        code,
    )
    assert broken[0] in gate["reason"]
    if most == 0:
        assert "vip" in called.results["reasons"][0]
        assert any("one by one" in change for change in called.results["changes"])


def test_examples_without_an_answer_may_be_regressions(tmp_path):
    some = [{**r, "person": "" if i < 3 else r["y"], "p": r["y"]} for i, r in enumerate(rows())]
    gates = "      - {key_examples: vip, regressions: person, at_most: 0}"
    called = evaluated(tmp_path, some, gates=gates)
    gate = called.results["gates"][0]
    assert (gate["verdict"], gate["low"], gate["high"]) == ("inconclusive", 0, 3)
    assert "unknown" in gate["reason"]


def test_multiclass_multilabel_and_transcripts_have_right_rows_too(tmp_path):
    texts = [
        {"id": i, "ref": "turn the  light on", "hyp": new, "prev": old}
        for i, (new, old) in enumerate([("turn the light on", "turn light on"), ("turn light", "turn the light on"),
                                        ("turn the light on", "turn the light  on"), ("off", "of")])
    ]  # fmt: skip
    spec = """\
specgen: 1
project: {name: speech, purpose: explore}
task: {type: transcription, target: ref, prediction: hyp, id: id}
data: {test: test.csv}
models: {new: {columns: {prediction: hyp}}, old: {columns: {prediction: prev}}}
candidate: new
metrics: [wer]
baselines: {previous: {kind: previous, model: old}}
milestones: [{name: test, split: test, gates: [{metric: wer, at_most: 2}]}]
"""
    found = evaluated(tmp_path / "speech", texts, spec=spec).results["flips"][0]
    assert [row["id"] for row in found["broken"]] == ["1"]
    assert [row["id"] for row in found["mended"]] == ["0"]
    labels = [
        {"id": i, "a": 1, "b": 0, "pa": pa, "pb": pb, "qa": qa, "qb": qb}
        for i, (pa, pb, qa, qb) in enumerate(
            [(1, 0, 1, 1), (0, 0, 1, 0), (1, 0, 1, 0), (0, 1, 0, 0), (1, 0, 1, 0)]
        )
    ]
    labels[4] |= {"a": 0, "b": 1, "pa": 0, "pb": 1, "qa": 0, "qb": 1}
    spec = """\
specgen: 1
project: {name: labels, purpose: explore}
task: {type: multilabel, target: [a, b], prediction: [pa, pb], id: id}
data: {test: test.csv}
models: {new: {columns: {prediction: [pa, pb]}}, old: {columns: {prediction: [qa, qb]}}}
candidate: new
metrics: [micro_f1]
baselines: {previous: {kind: previous, model: old}}
milestones: [{name: test, split: test, gates: [{metric: micro_f1, at_least: 0}]}]
"""
    found = evaluated(tmp_path / "labels", labels, spec=spec).results["flips"][0]
    assert [row["id"] for row in found["broken"]] == ["1"]
    assert [row["id"] for row in found["mended"]] == ["0"]
    assert found["broken"][0]["label"] == "a"


MISTAKES = [
    ("{metric: positive_flip_rate, at_least: 0}", "needs a baseline to hold each row against"),
    ("{metric: negative_flip_rate, baseline: previus, at_most: 0.1}", "no baseline 'previus'; did you mean 'previous'?"),
    ("{metric: negative_flip_rate@previus, at_most: 0.1}", "no baseline 'previus'; did you mean 'previous'?"),
    ("{metric: accuracy, baseline: previous, at_least: 0.1}", "write at_least: {baseline: previous}"),
    ("{metric: negative_flip_rate, baseline: paper, at_most: 0.1}", "'paper' has published values only"),
    ("{metric: negative_flip_rate, baseline: previous, at_most: 2}", "a percentage is written 0.02"),
    ("{regressions: previous, at_most: 0}", "a regressions gate needs 'key_examples'"),
    ("{regressions: previous, key_examples: vip}", "a regressions gate needs 'at_most'"),
    ("{regressions: previous, slice: 'region=north', at_most: 0}", "judge the rate: metric: negative_flip_rate"),
    ("{regressions: previous, key_examples: vip, at_most: {baseline: previous}}", "a number of 0 or more"),
    ("{regressions: {baseline: prev}, key_examples: vip, at_most: 0}", "no baseline 'prev'"),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "told"), MISTAKES)
def test_a_strangers_mistakes_are_told_at_their_place(tmp_path, gate, told):
    write_csv(tmp_path / "test.csv", rows(40))
    text = (SPEC % {"task": "", "gates": f"      - {gate}"}).replace(
        "  person:", "  paper: {kind: literature, values: [{metric: accuracy, value: 0.9}]}\n  person:"
    )
    (tmp_path / "spec.yaml").write_text(text)
    called = call("validate", tmp_path / "spec.yaml")
    assert called.code == 2
    assert told in called.err + called.out, called.err + called.out
    assert ":20:" in called.err + called.out, "not at the gate's line"


def test_the_first_metric_cannot_be_a_comparison(tmp_path):
    write_csv(tmp_path / "test.csv", rows(40))
    text = SPEC % {"task": "", "gates": GATE}
    (tmp_path / "spec.yaml").write_text(text.replace("metrics: [accuracy, ", "metrics: ["))
    called = call("validate", tmp_path / "spec.yaml")
    assert (called.code, "put another metric first" in called.err) == (2, True), called.err


def test_a_plan_and_the_report_know_both_kinds_of_gates(tmp_path):
    gates = GATE + "\n      - {key_examples: vip, regressions: previous, at_most: 3}"
    evaluated(tmp_path, rows(), gates=gates)
    planned = call("plan", tmp_path / "spec.yaml")
    assert planned.code == 0, planned.err
    called = run(tmp_path / "spec.yaml", tmp_path / "again", formats="html,md,junit")
    html = (called.folder / "report.html").read_text()
    assert 'id="flips"' in html
    assert "What the new model breaks and mends" in html
    assert html.count('href="#flips"') == 3  # contents and both gates
    assert "regressions from previous on key examples vip" in (called.folder / "report.md").read_text()
