"""`specgen compare`: paired where rows are to be had, unpaired and said so where not."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from conftest import call, run, write_csv
from sklearn.metrics import roc_auc_score

from specgen.pipeline.compare import compare_runs
from specgen.stats.paired import tango

SPEC = """\
specgen: 1
project: {name: two runs, purpose: explore}
task: {type: binary, target: y, positive: 1, prediction: p, score: s%(id)s}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p, score: s}}}
metrics: [accuracy, auc, f1]
slices: [{by: region}]
milestones: [{name: test, split: test, gates: [{metric: accuracy, at_least: %(bound)s}]}]
"""


def rows(quality, count=600, seed=3):
    """The same rows and labels; `quality` by region is how far scores of both labels are apart."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        y, noise, region = int(rng.random() < 0.5), rng.normal(), "north" if i % 2 else "south"
        s = 1 / (1 + np.exp(-(noise + quality[region] * (2 * y - 1))))
        found.append(
            {"id": f"r{i:04d}", "region": region, "y": y, "p": int(s > 0.5), "s": round(float(s), 6)}
        )
    return found


def made(folder, some, bound=0.5, task_id=", id: id", formats="md"):
    write_csv(folder / "test.csv", some)
    (folder / "spec.yaml").write_text(SPEC % {"id": task_id, "bound": bound})
    return run(folder / "spec.yaml", folder / "out", formats=formats)


@pytest.fixture
def pair(tmp_path):
    good, bad = rows({"north": 1.5, "south": 1.5}), rows({"north": 1.5, "south": 0.3}, seed=3)
    return (good, made(tmp_path / "a", good)), (bad, made(tmp_path / "b", bad))


def change(found, metric, part="all"):
    return next(c for c in found.changes if (c.metric, c.slice) == (metric, part))


def test_paired_differences_are_those_of_the_rows(pair):
    (good, old), (bad, new) = pair
    found = compare_runs(old.folder, new.folder)
    accuracy = change(found, "accuracy")
    b = sum(n["p"] == n["y"] != o["p"] for o, n in zip(good, bad, strict=True))
    c = sum(o["p"] == o["y"] != n["p"] for o, n in zip(good, bad, strict=True))
    low, high = tango(b, c, len(good)).interval(0.95)
    assert (accuracy.paired, accuracy.method) == (True, "tango")
    assert accuracy.difference == pytest.approx((b - c) / len(good))
    assert (accuracy.low, accuracy.high) == pytest.approx((low, high))
    areas = [roc_auc_score([r["y"] for r in some], [r["s"] for r in some]) for some in (good, bad)]
    assert change(found, "auc").difference == pytest.approx(areas[1] - areas[0])
    flips = found.splits[0].flips[0]
    assert (flips.broken, flips.mended) == (c, b)
    assert set(found.splits[0].broken) <= {r["id"] for r in bad}


def test_the_slice_that_got_worse_is_found_and_the_other_is_not(pair):
    (_, old), (_, new) = pair
    found = compare_runs(old.folder, new.folder)
    assert change(found, "accuracy", "region=south").finding == "worse"
    assert change(found, "accuracy", "region=north").finding == "open"
    assert any("region=south" in text for text in found.regressions)
    back = compare_runs(new.folder, old.folder)
    assert change(back, "accuracy", "region=south").finding == "better"
    assert not back.regressions


def test_a_run_beside_itself_has_not_changed(pair):
    (_, old), _ = pair
    found = compare_runs(old.folder, old.folder / "results.json")
    assert (found.verdict, found.regressions) == ("same", ())
    assert all(one.difference == 0 for one in found.changes)
    assert all(one.finding == "open" for one in found.changes)
    assert "Both are the same run." in found.notes


def test_only_rows_in_both_runs_count_and_new_labels_are_left_out(tmp_path):
    some = rows({"north": 1.5, "south": 1.5})
    later = [{**r, "y": 1 - r["y"]} if i < 10 else r for i, r in enumerate(some[100:])]
    old, new = made(tmp_path / "a", some), made(tmp_path / "b", later)
    split = compare_runs(old.folder, new.folder).splits[0]
    assert (split.paired, split.rows, split.relabelled, split.was_rows, split.now_rows) == (
        True,
        490,
        10,
        600,
        500,
    )


def test_without_rows_the_difference_is_unpaired_and_wider(pair):
    (_, old), (_, new) = pair
    paired = change(compare_runs(old.folder, new.folder), "accuracy")
    (new.folder / "outcomes.parquet").unlink()
    found = compare_runs(old.folder, new.folder)
    alone = change(found, "accuracy")
    assert not found.splits[0].paired
    assert "keeps no outcomes" in found.splits[0].reason
    assert alone.method == "unpaired, from both intervals"
    assert alone.difference == pytest.approx(paired.difference)
    assert alone.high - alone.low > paired.high - paired.low
    called = call("compare", old.folder, new.folder)
    assert "Not paired" in called.out
    assert "unpaired" in called.out


@pytest.mark.parametrize(("same", "paired"), [(True, True), (False, False)])
def test_rows_without_ids_are_paired_only_where_the_data_is_the_same(tmp_path, same, paired):
    some = rows({"north": 1.5, "south": 1.5})
    old = made(tmp_path / "a", some, task_id="")
    new = made(tmp_path / "b", some if same else some[:-1], task_id="", bound=0.6)
    assert compare_runs(old.folder, new.folder).splits[0].paired == paired


def test_broken_outcomes_are_no_outcomes(pair):
    (_, old), (_, new) = pair
    (new.folder / "outcomes.parquet").write_bytes(b"PAR1 half written")
    assert "keeps no outcomes" in compare_runs(old.folder, new.folder).splits[0].reason


def test_gates_that_turned_and_exit_codes(tmp_path):
    good, bad = rows({"north": 1.5, "south": 1.5}), rows({"north": 0.2, "south": 0.2})
    old, new = made(tmp_path / "a", good, 0.7), made(tmp_path / "b", bad, 0.7)
    assert (old.code, new.code) == (0, 1)
    assert call("compare", old.folder, new.folder).code == 0
    failed = call("compare", old.folder, new.folder, "--fail-on-regression")
    assert failed.code == 1
    assert "went from GO to NO-GO" in failed.out
    assert "accuracy at least 0.7 went from pass to fail" in failed.out
    assert call("compare", new.folder, old.folder, "--fail-on-regression").code == 0


def test_html_and_markdown(pair, tmp_path):
    (_, old), (_, new) = pair
    page = tmp_path / "pages" / "c.html"
    assert call("compare", old.folder, new.folder, "--format", "html", "--out", page).code == 0
    text = page.read_text()
    assert "Content-Security-Policy" in text
    assert "<script" not in text
    assert " style=" not in text
    assert "region=south" in text
    markdown = call("compare", old.folder, new.folder, "--format", "md").out
    assert "|---|" in markdown
    assert "region=south" in markdown


def test_no_control_characters_off_a_terminal(pair):
    (_, old), (_, new) = pair
    out = call("compare", old.folder, new.folder).out
    assert not any(ord(c) < 32 and c != "\n" for c in out)
    assert all(line == line.rstrip() for line in out.splitlines())


def test_what_is_no_run_ends_with_two(pair, tmp_path):
    (_, old), _ = pair
    for wrong, told in ((tmp_path / "nowhere", "no such run"), (tmp_path, "no run in this folder")):
        called = call("compare", old.folder, wrong)
        assert (called.code, told in called.err) == (2, True), called.err
    broken = tmp_path / "broken"
    shutil.copytree(old.folder, broken)
    (broken / "results.json").write_text('{"specgen": 1, "pro')
    assert call("compare", old.folder, broken).code == 2
    assert call("compare", old.folder).code == 2
    called = call("compare", old.folder, old.folder, "--format", "htlm")
    assert (called.code, "did you mean 'html'" in called.err) == (2, True), called.err


def test_json_alone_stays_alone(tmp_path):
    alone = made(tmp_path, rows({"north": 1.0, "south": 1.0}), formats="json")
    assert sorted(file.name for file in alone.folder.iterdir()) == ["results.json"]


def test_the_summary_says_what_results_say(pair):
    (_, old), _ = pair
    summary = json.loads((old.folder / "summary.json").read_text())
    assert (summary["run"], summary["verdict"]) == (old.results["run"]["id"], old.results["verdict"])
    assert [gate["verdict"] for gate in summary["gates"]] == [
        gate["verdict"] for gate in old.results["gates"]
    ]
