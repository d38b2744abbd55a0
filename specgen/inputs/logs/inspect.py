"""Logs of Inspect AI: `.eval` files and their form in JSON (inspect.aisi.org.uk/eval-logs.html)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from specgen.inputs.logs.log import EvaluationLog, LogError, Score, beside, scored
from specgen.inputs.logs.zipped import member

# As Inspect's own `value_to_float` reads them: correct, partially correct, incorrect, no answer.
GRADES = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
WORDS = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def read_eval(file: Path) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """Header and samples of a `.eval` file; of the samples their summaries, which leave out the messages.

    Raises LogError for a file that is none, or of a run that was cut off before a header was written.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "header.json" not in names:
                raise LogError(
                    "the evaluation did not finish: the log has no header.json; try inspect eval-retry"
                )
            header = json.loads(member(archive, file, "header.json"))
            if "summaries.json" in names:
                return header, json.loads(member(archive, file, "summaries.json"))
            samples = sorted(name for name in names if name.startswith("samples/"))
            return header, [json.loads(member(archive, file, name)) for name in samples]
    except (zipfile.BadZipFile, ValueError) as error:
        raise LogError(f"it is no log of Inspect: {error}") from error


def inspect_log(logs: Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]) -> EvaluationLog:
    """Headers and samples of one or several logs as rows: an example, or one trial of it where there are epochs.

    Raises LogError where an evaluation did not succeed: what is missing would not be missing by chance.
    """
    for header, _ in logs:
        if header.get("status") != "success":
            raise LogError(
                f"the evaluation did not finish (status '{header.get('status')}'); try inspect eval-retry"
            )
    tried = any(sample.get("epoch", 1) > 1 for _, samples in logs for sample in samples)
    tasks = {header["eval"]["task"] for header, _ in logs}
    rows = [_row(header, sample, tried, len(tasks) > 1) for header, samples in logs for sample in samples]
    names = dict.fromkeys(name for _, samples in logs for sample in samples for name in _scores(sample))
    scores = tuple(Score(name) for name in scored(rows, list(names)))
    return EvaluationLog("Inspect", rows, scores, "sample" if tried else None)


def _row(header: Mapping[str, Any], sample: Mapping[str, Any], tried: bool, several: bool) -> dict[str, Any]:
    about = header["eval"]
    name = f"{about['task']}/{sample['id']}" if several else str(sample["id"])
    row: dict[str, Any] = {"id": f"{name}#{sample['epoch']}" if tried else name}
    row |= {"sample": name, "epoch": sample["epoch"]} if tried else {}
    row |= {"task": about["task"], "model": about["model"]}
    row |= {"input": _asked(sample.get("input")), "target": _asked(sample.get("target"))}
    row |= _scores(sample)
    for scorer, score in (sample.get("scores") or {}).items():
        row |= beside(row, {f"{scorer}.answer": score["answer"]} if score.get("answer") else {}, "score")
    error = sample.get("error")
    row["error"] = error["message"] if isinstance(error, Mapping) else error
    row["total_time_s"] = sample.get("total_time")
    usage = (sample.get("model_usage") or {}).values()
    row["output_tokens"] = sum(one.get("output_tokens", 0) for one in usage)
    return row | beside(row, sample.get("metadata") or {}, "metadata")


def _scores(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Scores by name: that of the scorer, or `scorer.key` of a scorer that gives several."""
    found: dict[str, Any] = {}
    for scorer, score in (sample.get("scores") or {}).items():
        value = score.get("value")
        several = dict(enumerate(value)) if isinstance(value, list) else value
        if isinstance(several, Mapping):
            found |= {f"{scorer}.{key}": _number(one) for key, one in several.items()}
        else:
            found[scorer] = _number(value)
    return found


def _number(value: object) -> object:
    """A score as a number where it stands for one, else as it is."""
    if not isinstance(value, str):
        return float(value) if isinstance(value, bool | int | float) else value
    if value in GRADES or value.lower() in WORDS:
        return GRADES.get(value, WORDS.get(value.lower()))
    try:
        return float(value)
    except ValueError:
        return value


def _asked(value: object) -> object:
    """An input or target as text; of a conversation the last message."""
    if isinstance(value, list) and value and isinstance(value[-1], Mapping):
        return value[-1].get("content")
    return value[0] if isinstance(value, list) and len(value) == 1 else value
