"""Which baseline stands for irreducible error."""

import pytest
from conftest import BINARY_SPEC, binary_rows, write_csv

from specgen.diagnosis.baselines import reference_baseline
from specgen.metrics.uses import metric_use
from specgen.pipeline.measured import measured
from specgen.spec.load import load_spec

ROWS = [
    dict(row, expert=row["y"], novice="no", old="yes" if i % 2 else "no")
    for i, row in enumerate(binary_rows())
]
KINDS = {
    "expert": "{kind: human, column: expert}",
    "novice": "{kind: human, column: novice}",
    "elsewhere": "{kind: human, values: [{metric: recall, value: 0.99}]}",
    "paper": "{kind: literature, source: {title: T}, values: [{metric: accuracy, value: 0.91}]}",
    "open": "{kind: open_source, values: [{metric: accuracy, value: 0.93}, {metric: log_loss, value: 0.3}]}",
    "other": "{kind: open_source, values: [{metric: log_loss, value: 0.2}]}",
    "on_dev": "{kind: human, values: [{metric: accuracy, value: 0.7, split: dev}]}",
    "on_slice": "{kind: human, values: [{metric: accuracy, value: 0.7, slice: north}]}",
    "previous": "{kind: previous, model: old}",
    "naive": "{kind: naive}",
}


def reference(folder, names, metric="accuracy"):
    listed = ", ".join(f"{name}: {KINDS[name]}" for name in names)
    text = BINARY_SPEC.replace("candidate: {columns: {prediction: p, score: s}}",
                               "candidate: {columns: {prediction: p, score: s}}\n  old: {columns: {prediction: old}}")  # fmt: skip
    text = text.replace("[accuracy]", "[accuracy, log_loss, recall]")
    text = text.replace(
        "data: {test: test.csv}", "data: {dev: test.csv, test: test.csv}\ncandidate: candidate"
    )
    text += f"slices: [{{name: north, where: \"region = 'north'\"}}]\nbaselines: {{{listed}}}\n"
    write_csv(folder / "test.csv", ROWS)
    (folder / "spec.yaml").write_text(text)
    loaded = load_spec(folder / "spec.yaml")
    found = measured(loaded, None, 0, lambda _: None)
    return reference_baseline(loaded.spec, found.cells, metric_use(loaded.spec, ("no", "yes"), metric), 0)


@pytest.mark.parametrize(
    ("names", "metric", "expected"),
    [
        (["novice", "paper", "expert", "naive"], "accuracy", "expert"),
        (["novice", "paper"], "accuracy", "novice"),
        (["paper", "elsewhere", "open"], "accuracy", "open"),
        (["paper", "elsewhere", "open"], "recall", "elsewhere"),
        (["open", "other", "paper", "expert"], "log_loss", "other"),
        (["on_dev", "paper"], "accuracy", "on_dev"),
        (["on_dev", "novice"], "accuracy", "novice"),
        (["on_slice", "paper"], "accuracy", "paper"),
        (["previous", "naive"], "accuracy", None),
        (["naive", "paper"], "recall", None),
    ],
    ids=["best person", "a person before a paper", "best result", "only on its metric", "lower is better",
         "on another split", "the judged split first", "a slice is not the whole", "never a system in use", "no value"],
)  # fmt: skip
def test_the_reference_for_irreducible_error(tmp_path, names, metric, expected):
    assert reference(tmp_path, names, metric) == expected
