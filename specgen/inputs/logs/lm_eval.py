"""Logs of lm-evaluation-harness: `samples_TASK_DATE.jsonl`, written with `--log_samples`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from specgen.inputs.logs.log import EvaluationLog, LogError, Score, beside, number

NAME = re.compile(r"samples_(?P<task>.+)_\d{4}-\d\d-\d\dT.*$")
KEYS = {"doc_id", "doc", "target", "filtered_resps"}


def is_sample(record: object) -> bool:
    """Whether a line of a file is one of these logs'."""
    return isinstance(record, Mapping) and record.keys() >= KEYS


def lm_eval_log(files: Sequence[Path]) -> EvaluationLog:
    """A row a document; a metric of several filters is called `metric,filter`, as the harness's results call it.

    Raises LogError for a line that is no sample.
    """
    tasks = {file: _task(file) for file in files}
    several = len(set(tasks.values())) > 1
    rows: dict[str, dict[str, Any]] = {}
    higher: dict[str, bool] = {}
    for file, task in tasks.items():
        samples = list(_samples(file))
        filtered = len({sample.get("filter") for sample in samples}) > 1
        directions = _directions(file, task)
        for sample in samples:
            name = f"{task}/{sample['doc_id']}" if several else str(sample["doc_id"])
            row = rows.setdefault(name, _row(name, task, sample))
            suffix = f",{sample['filter']}" if filtered else ""
            row[f"answer{suffix}"] = _answer(sample)
            for metric in sample.get("metrics") or _metrics(sample):
                if number(sample.get(metric)) is not None:
                    row[f"{metric}{suffix}"] = float(sample[metric])
                    higher[f"{metric}{suffix}"] = directions.get(metric, True)
    scores = tuple(Score(name, "higher" if best else "lower") for name, best in higher.items())
    return EvaluationLog("lm-evaluation-harness", list(rows.values()), scores)


def _row(name: str, task: str, sample: Mapping[str, Any]) -> dict[str, Any]:
    row = {"id": name, "task": task, "target": sample["target"], "doc_hash": sample.get("doc_hash")}
    taken = row | dict.fromkeys(["answer", *(sample.get("metrics") or _metrics(sample))])
    return row | beside(taken, sample["doc"] if isinstance(sample["doc"], Mapping) else {}, "doc")


def _metrics(sample: Mapping[str, Any]) -> list[str]:
    """Metrics of a log that does not list them: all numbers besides what is known."""
    return [key for key, value in sample.items() if key != "doc_id" and number(value) is not None]


def _answer(sample: Mapping[str, Any]) -> object:
    answers = sample["filtered_resps"]
    return answers[0] if isinstance(answers, list) and answers and isinstance(answers[0], str) else None


def _samples(file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                sample = json.loads(line)
            except ValueError as error:
                raise LogError(f"line {place} of {file.name} is no JSON: {error}") from error
            if not is_sample(sample):
                raise LogError(f"line {place} of {file.name} is no sample of lm-evaluation-harness")
            yield sample


def _task(file: Path) -> str:
    found = NAME.match(file.name)
    return found["task"] if found else file.stem.removeprefix("samples_")


def _directions(file: Path, task: str) -> Mapping[str, bool]:
    """Which metrics of a task are better higher, from the results beside the samples."""
    date = file.stem.removeprefix(f"samples_{task}_")
    results = file.with_name(f"results_{date}.json")
    try:
        found = json.loads(results.read_text(encoding="utf-8"))["higher_is_better"][task]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {metric: best is not False for metric, best in found.items()}
