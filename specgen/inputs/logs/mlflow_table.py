"""Evaluation tables of MLflow: the artifact `eval_results_table.json` of `mlflow.models.evaluate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specgen.inputs.logs.log import EvaluationLog, LogError, Score, scored, text_ids

SCORE = "/score"
LOWER = ("latency", "toxicity", "perplexity", "error", "loss", "grade_level")
ASKED = ("inputs", "input", "question", "query", "prompt", "request", "messages")


def is_mlflow_table(document: object) -> bool:
    """Whether a JSON document is a table as MLflow writes it: names of columns, and rows of values."""
    return (
        isinstance(document, Mapping)
        and isinstance(document.get("columns"), list)
        and isinstance(document.get("data"), list)
    )


def mlflow_log(document: Mapping[str, Any]) -> EvaluationLog:
    """A row a row; scores are the columns `NAME/score` (`NAME/v1/score`), and lose that ending."""
    columns = [str(name) for name in document["columns"]]
    wide = next((row for row in document["data"] if len(row) != len(columns)), None)
    if wide is not None:
        raise LogError(f"a row of MLflow's table has {len(wide)} values for {len(columns)} columns")
    names = {name: _short(name, columns) for name in columns}
    rows = [
        {names[name]: value for name, value in zip(columns, row, strict=True)} for row in document["data"]
    ]
    asked = next((name for name in ASKED if name in columns), columns[0] if columns else "")
    if not any(name.lower() == "id" for name in columns):
        ids = text_ids([str(row.get(names.get(asked, asked), "")) for row in rows])
        rows = [{"id": name} | row for name, row in zip(ids, rows, strict=True)]
    judged = scored(rows, [names[name] for name in columns if name.endswith(SCORE)])
    scores = tuple(Score(name, "lower" if any(w in name for w in LOWER) else "higher") for name in judged)
    return EvaluationLog("MLflow", rows, scores)


def _short(name: str, columns: list[str]) -> str:
    """A score's name without its ending, unless a column is called so."""
    short = name.removesuffix(SCORE)
    return name if short in columns else short
