"""Scenes for tests of sanity checks: a spec and small tables, loaded as a run loads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from specgen.checks.sanity.found import Finding
from specgen.checks.sanity.registry import all_checks, run_check
from specgen.checks.sanity.scene import Scene
from specgen.pipeline.measured import measured
from specgen.pipeline.sanity import scene_of
from specgen.spec.load import load_spec

HEAD = """\
specgen: 1
project: {name: small, purpose: explore}
"""
TASKS = {
    "binary": "task: {type: binary, target: y, positive: 1, prediction: p, id: id}\nmetrics: [accuracy]\n",
    "scored": "task: {type: binary, target: y, positive: 1, prediction: p, score: s, id: id}\nmetrics: [auc]\n",
    "multiclass": "task: {type: multiclass, target: y, prediction: p, id: id}\nmetrics: [accuracy]\n",
    "multilabel": "task: {type: multilabel, target: [a, b], prediction: [pa, pb], id: id}\nmetrics: [micro_f1]\n",
    "regression": "task: {type: regression, target: y, prediction: p, id: id}\nmetrics: [mae]\n",
    "ranking": "task: {type: ranking, target: y, prediction: p, query: q}\nmetrics: [{name: ndcg, k: 10}]\n",
    "transcription": "task: {type: transcription, target: y, prediction: p, id: id}\nmetrics: [wer]\n",
    "scores": "task: {type: scores, id: id}\nmetrics: [{name: iou, column: iou, better: higher}]\n",
}
MODELS = {
    "binary": "{prediction: p}", "scored": "{prediction: p, score: s}", "multiclass": "{prediction: p}",
    "multilabel": "{prediction: [pa, pb]}", "regression": "{prediction: p}", "ranking": "{prediction: p}",
    "transcription": "{prediction: p}", "scores": "",
}  # fmt: skip


def scene(
    folder: Path, task: str, splits: Mapping[str, pd.DataFrame], more: str = "", **task_keys: str
) -> Scene:
    """The scene of a task's spec (`TASKS`) over these splits; `task_keys` are added to its task."""
    for name, frame in splits.items():
        frame.to_parquet(folder / f"{name}.parquet")
    of_task = TASKS[task].replace("}\n", "".join(f", {k}: {v}" for k, v in task_keys.items()) + "}\n", 1)
    data = "".join(f"  {name}: {name}.parquet\n" for name in splits)
    model = f"models: {{candidate: {{columns: {MODELS[task]}}}}}\n" if MODELS[task] else ""
    last = list(splits)[-1]
    metric = of_task.rpartition("metrics: [")[2].rstrip("]\n").removeprefix("{name: ").split(",")[0]
    gate = f"{{metric: {metric}, at_least: 0}}"
    stages = f"milestones:\n  - {{name: last, split: {last}, gates: [{gate}]}}\n"
    file = folder / "spec.yaml"
    file.write_text(HEAD + of_task + "data:\n" + data + model + more + stages)
    return of_spec(file)


def of_spec(file: Path) -> Scene:
    """The scene of a spec's file."""
    loaded = load_spec(file)
    return scene_of(loaded, measured(loaded, None, 0, lambda _: None), 0)


def look(
    check: str, folder: Path, task: str, splits: Mapping[str, pd.DataFrame], more: str = "", **keys: str
) -> list[Finding]:
    """The findings of one check."""
    found = run_check(all_checks()[check], scene(folder, task, splits, more, **keys))
    return list(found.findings)


def verdicts(findings: list[Finding]) -> dict[str, Any]:
    """Verdict by split."""
    return {one.split: one.verdict for one in findings}
