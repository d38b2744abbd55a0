"""Evaluation logs that the tools wrote themselves: measured as the tools measured, and compared example by example."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import call, run

from specgen.inputs.logs.inspect import read_eval
from specgen.inputs.logs.log import LogError, as_arrow
from specgen.inputs.logs.recognise import evaluation_log
from specgen.inputs.logs.zipped import member

MADE = Path(__file__).parent / "made"
CHOICE = "lm_eval/{}/samples_sums_choice_*.jsonl"
SPEC = """\
specgen: 1
project: {{name: log, purpose: explore}}
task: {{type: scores, id: id{task}}}
data: {{test: "{data}"}}
{models}
metrics: [{metrics}]
slices: [{slices}]
milestones: [{{name: m, split: test, gates: [{gates}]}}]
"""


def measured(folder, data, score, models="", slices="", gates="", task=""):
    metrics = f'{{name: s, column: "{score}", better: higher}}'
    gates = gates or "{metric: s, at_least: 0}"
    text = SPEC.format(
        data=MADE / data, metrics=metrics, models=models, slices=slices, gates=gates, task=task
    )
    (folder / "spec.yaml").write_text(text)
    called = run(folder / "spec.yaml", folder / "out")
    assert called.results is not None, called.err
    return called


def of_results(path):
    return json.loads(next(MADE.glob(path)).read_text())


def inspect_accuracy(name):
    file = MADE / "inspect" / name
    header, _ = read_eval(file)
    return header["results"]["scores"][0]["metrics"]["accuracy"]["value"]


def promptfoo_total(name):
    prompt = of_results("promptfoo/results.json")["results"]["prompts"][0]["metrics"]
    return {"score": prompt["score"], "pass": prompt["testPassCount"]}[name] / 11


@pytest.mark.parametrize(
    ("data", "score", "told"),
    [
        ("inspect/new.eval", "includes", lambda: inspect_accuracy("new.eval")),
        ("inspect/epochs.eval", "includes", lambda: inspect_accuracy("epochs.eval")),
        (CHOICE.format("new"), "acc", lambda: of_results("lm_eval/new/results*")["results"]["sums_choice"]["acc,none"]),
        ("lm_eval/new/samples_sums_text_*.jsonl", "exact_match,strict",
         lambda: of_results("lm_eval/new/results*")["results"]["sums_text"]["exact_match,strict"]),
        ("promptfoo/results.json", "score [new]", lambda: promptfoo_total("score")),
        ("promptfoo/results.json", "pass [new]", lambda: promptfoo_total("pass")),
        ("mlflow/eval_results_table.json", "right", lambda: 24 / 30),
    ],
)  # fmt: skip
def test_the_mean_is_the_tools_own(tmp_path, data, score, told):
    called = measured(tmp_path, data, score)
    assert called.measurement(metric="s", slice="all")["value"] == pytest.approx(told(), abs=1e-12)


MODELS = 'candidate: new\nmodels: {{new: {{predictions: "{}"}}, old: {{predictions: "{}"}}}}\nbaselines: {{old: {{kind: previous, model: old}}}}'


@pytest.mark.parametrize(
    ("new", "old", "score"), [("inspect/new.eval", "inspect/old.eval", "includes"), (CHOICE.format("new"), CHOICE.format("old"), "acc")]
)  # fmt: skip
def test_two_logs_are_compared_example_by_example(tmp_path, new, old, score):
    models = MODELS.format(MADE / new, MADE / old)
    called = measured(tmp_path, new, score, models, gates="{metric: s, at_least: {baseline: old}}")
    gap = next(b for b in called.results["baselines"] if b["slice"] == "all")
    rows = [evaluation_log(sorted(MADE.glob(path))).rows for path in (new, old)]
    by_id = [{row["id"]: row[score] for row in one} for one in rows]
    assert gap["gap"] == pytest.approx(
        sum(by_id[1][i] - by_id[0][i] for i in by_id[0]) / len(by_id[0]), abs=1e-12
    )
    assert called.results["gates"][0]["verdict"] in ("pass", "inconclusive")


def test_outputs_of_one_promptfoo_file_are_models(tmp_path):
    models = ('candidate: new\nmodels: {new: {columns: {others: {"score [new]": "score [new]"}}},'
              ' old: {columns: {others: {"score [new]": "score [old]"}}}}\n'
              "baselines: {old: {kind: previous, model: old}}")  # fmt: skip
    called = measured(tmp_path, "promptfoo/results.json", "score [new]", models, "{by: continent}")
    values = {m["model"]: m["value"] for m in called.results["measurements"] if m["slice"] == "all"}
    prompts = of_results("promptfoo/results.json")["results"]["prompts"]
    assert values == pytest.approx({p["provider"]: p["metrics"]["score"] / 11 for p in prompts})
    assert {m["slice"] for m in called.results["measurements"]} == {
        "all",
        "continent=Europe",
        "continent=elsewhere",
    }


def test_metadata_slices_and_epochs_are_units(tmp_path):
    called = measured(tmp_path, "inspect/new.eval", "style.politeness", slices="{by: digits}, {by: carry}")
    assert {m["slice"] for m in called.results["measurements"]} >= {"digits=two", "digits=any", "carry=true"}
    called = measured(tmp_path, "inspect/epochs.eval", "includes", task=", unit: sample")
    assert called.measurement(metric="s", slice="all")["n"] == 12, "twelve samples, two trials each"


def test_a_sample_that_ended_with_an_error_has_no_score(tmp_path):
    log = evaluation_log([MADE / "inspect" / "errors.json"])
    broken = [row for row in log.rows if row["error"]]
    assert [(row["id"], row.get("includes")) for row in broken] == [("sum-2", None)]
    (tmp_path / "spec.yaml").write_text(
        SPEC.format(
            data=MADE / "inspect/errors.json",
            models="",
            slices="",
            task="",
            gates="{metric: s, at_least: 0}",
            metrics="{name: s, column: includes, better: higher}",
        )
    )
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.code == 2
    assert "no number for 1 row of data.test" in called.err


def test_tasks_of_several_logs_keep_their_examples_apart():
    files = sorted(MADE.glob("lm_eval/new/samples_*.jsonl"))
    ids = [row["id"] for row in evaluation_log(files).rows]
    assert len(set(ids)) == 40
    assert {"sums_choice/0", "sums_text/0"} <= set(ids)


def test_directions_come_from_the_results_beside_the_samples(tmp_path):
    for file in (MADE / "lm_eval" / "new").iterdir():
        text = file.read_text().replace('"acc_norm": true', '"acc_norm": false')
        (tmp_path / file.name).write_text(text)
    log = evaluation_log(sorted(tmp_path.glob("samples_sums_choice*")))
    assert {one.column: one.better for one in log.scores} == {"acc": "higher", "acc_norm": "lower"}


def test_jsonl_that_is_no_log_stays_a_table():
    assert evaluation_log([MADE / "lm_eval" / "rows.jsonl"]) is None


def rewritten(file, **changes):
    """A log as it was, its members changed by name; left out where None."""
    source = MADE / "inspect" / "new.eval"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = changes.get(Path(name).stem, lambda text: text)
            if change is not None:
                new.writestr(name, change(member(old, source, name).decode()))
    return file


def test_samples_say_what_their_summaries_say(tmp_path):
    whole = evaluation_log([MADE / "inspect" / "new.eval"])
    samples = evaluation_log([rewritten(tmp_path / "x.eval", summaries=None)])
    assert samples.scores == whole.scores
    assert sorted(map(str, samples.rows)) == sorted(map(str, whole.rows))


def cut_off(folder):
    rewritten(folder / "log.eval", header=None)
    return "log.eval", "the evaluation did not finish"


def cancelled(folder):
    rewritten(folder / "log.eval", header=lambda text: text.replace('"success"', '"cancelled"', 1))
    return "log.eval", "did not finish (status 'cancelled'); try inspect eval-retry"


def no_zip(folder):
    (folder / "log.eval").write_text("hello")
    return "log.eval", "it is no log of Inspect"


def damaged(folder):
    data = bytearray((MADE / "inspect" / "new.eval").read_bytes())
    with zipfile.ZipFile(MADE / "inspect" / "new.eval") as archive:
        start = archive.getinfo("summaries.json").header_offset
    data[start + 60 : start + 90] = bytes(30)
    (folder / "log.eval").write_bytes(data)
    return "log.eval", "summaries.json cannot be unpacked"


def totals(folder):
    shutil.copy(next(MADE.glob("lm_eval/new/results*")), folder / "results.json")
    return "results.json", "totals, no examples; name samples_*.jsonl, which --log_samples writes"


def other_json(folder):
    (folder / "rows.json").write_text('[{"a": 1}]')
    return "rows.json", "it is no evaluation log that specgen knows"


def broken_json(folder):
    (folder / "rows.json").write_text('{"a": ')
    return "rows.json", "it is no JSON"


def broken_line(folder):
    text = next(MADE.glob(CHOICE.format("new"))).read_text()
    (folder / "samples_x.jsonl").write_text(text + '{"doc_id": 7}\n')
    return "samples_x.jsonl", "line 21 of samples_x.jsonl is no sample of lm-evaluation-harness"


def empty_results(folder):
    (folder / "r.json").write_text('{"results": {"results": []}}')
    return "r.json", "promptfoo's results are empty"


@pytest.mark.parametrize(
    "spoiled",
    [cut_off, cancelled, no_zip, damaged, totals, other_json, broken_json, broken_line, empty_results],
    ids=lambda made: made.__name__,
)
def test_logs_that_cannot_be_used_are_told_with_their_place(tmp_path, spoiled):
    file, told = spoiled(tmp_path)
    text = SPEC.format(data=file, models="", slices="", task="", gates="{metric: s, at_least: 0}",
                       metrics="{name: s, column: includes, better: higher}")  # fmt: skip
    (tmp_path / "spec.yaml").write_text(text)
    called = call("validate", tmp_path / "spec.yaml")
    assert called.code == 2
    assert "spec.yaml:4:14: data.test: cannot read" in called.err, called.err
    assert told in called.err, called.err


def without_each_key(value, path=()):
    """Paths of all keys in a JSON value, but for lists beyond their first item."""
    items = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, inner in items:
        if isinstance(value, dict):
            yield (*path, key)
        yield from without_each_key(inner, (*path, key))


@pytest.mark.parametrize(
    "log", ["promptfoo/results.json", "mlflow/eval_results_table.json", "inspect/errors.json"]
)
@pytest.mark.parametrize("broken", ["gone", "other"])
def test_a_log_of_another_form_is_told_or_read(tmp_path, log, broken):
    """Each key taken away, or holding something else: never a crash."""
    whole = json.loads((MADE / log).read_text())
    if log.startswith("inspect"):
        for sample in whole["samples"]:
            sample.pop("events", None)
            sample.pop("events_data", None)
    for path in without_each_key({k: v for k, v in whole.items() if k not in ("plan", "config", "stats")}):
        document = json.loads(json.dumps(whole))
        at = document
        for key in path[:-1]:
            at = at[key]
        if broken == "gone":
            del at[path[-1]]
        else:
            at[path[-1]] = [3]
        (tmp_path / "log.json").write_text(json.dumps(document))
        try:
            found = evaluation_log([tmp_path / "log.json"])
        except LogError:
            continue
        assert as_arrow(found.rows).num_rows == len(found.rows)


OWN = ", columns: {others: {includes: includes}}"


@pytest.mark.parametrize("own", [OWN, ""])
def test_sql_over_scores_of_two_logs(tmp_path, own):
    """Each log's own scores where the models say so; the data's for both, with a warning, where not."""
    models = MODELS.format(MADE / "inspect/new.eval", MADE / "inspect/old.eval").replace(
        '.eval"', f'.eval"{own}'
    )
    text = SPEC.format(data=MADE / "inspect/new.eval", models=models, slices="", task="",
                       gates="{metric: s, at_least: {baseline: old}}",
                       metrics='{name: s, sql: "coalesce(includes, 0)", better: higher}')  # fmt: skip
    (tmp_path / "spec.yaml").write_text(text)
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    values = {m["model"]: m["value"] for m in called.results["measurements"] if m["slice"] == "all"}
    old = "old.eval" if own else "new.eval"
    assert values == pytest.approx({"new": inspect_accuracy("new.eval"), "old": inspect_accuracy(old)})
    told = [
        note["text"]
        for note in called.results["notes"]
        if "SQL takes 'includes' from data.test" in note["text"]
    ]
    assert len(told) == (0 if own else 1), told


def test_sql_says_what_a_models_missing_score_counts_as(tmp_path):
    text = SPEC.format(data=MADE / "inspect/errors.json", slices="", task="", gates="{metric: s, at_least: 0}",
                       models=f'models: {{m: {{predictions: "{MADE}/inspect/errors.json"{OWN}}}}}',
                       metrics='{name: s, sql: "coalesce(includes, 0)", better: higher}')  # fmt: skip
    (tmp_path / "spec.yaml").write_text(text)
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    assert called.results is not None, called.err
    assert called.measurement(metric="s", slice="all")["n"] == 4
