"""A run of specgen logged to MLflow: values as metrics, the verdict as a tag, the run's folder as artifacts.

Where it goes is MLflow's own business: MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME, or the run that is active.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from specgen.record.result import Result
from specgen.report.source import WHOLE

# What MLflow takes on every system besides the slash, which groups metrics in its pages.
NOT_IN_NAMES = re.compile(r"[^\w. -]+")
LONGEST_NAME = 250
METRICS_AT_ONCE = 1000
ARTIFACTS = "specgen"


class MlflowError(Exception):
    """MLflow is not there, or refused; the message is its own."""


def reach_mlflow() -> None:
    """Ask the tracking store for its experiments, so that what is wrong with it is told before anything is measured.

    Raises MlflowError.
    """
    try:
        from mlflow import MlflowClient
    except ImportError:
        told = "MLflow is not installed; pip install 'specgen[mlflow]', or mlflow for a local database"
        raise MlflowError(told) from None
    try:
        MlflowClient().search_experiments(max_results=1)
    except Exception as error:
        raise MlflowError(_told(error)) from error


def log_result(result: Result, folder: str | Path | None = None) -> str:
    """Log a result to MLflow's active run, or to a new one, and give that run's id.

    Metrics are the candidate's: `SPLIT/METRIC/SLICE`, whole splits as slice `all` with its two-sided bounds `all.low`
    and `all.high`. Parameters and tags begin with `specgen.`; `folder` is the run's, and becomes artifacts
    below `specgen/`. Raises MlflowError with what was refused.
    """
    import mlflow

    try:
        if (active := mlflow.active_run()) is not None:
            return _logged(result, folder, active.info.run_id)
        # A run that is named from outside is continued, and keeps its name.
        name = None if os.environ.get("MLFLOW_RUN_ID") else f"{result.project} {result.run.id}"
        with mlflow.start_run(run_name=name) as started:
            return _logged(result, folder, started.info.run_id)
    except Exception as error:
        raise MlflowError(_told(error)) from error


def _logged(result: Result, folder: str | Path | None, run: str) -> str:
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

    client = MlflowClient()
    started_ms = int(datetime.fromisoformat(result.run.started).timestamp() * 1000)
    metrics = [Metric(name, value, started_ms, 0) for name, value in metric_values(result).items()]
    params = [Param(f"specgen.{name}", value) for name, value in _params(result)]
    tags = [RunTag(f"specgen.{name}", value) for name, value in _tags(result)]
    client.log_batch(run, params=params, tags=tags)
    for k in range(0, len(metrics), METRICS_AT_ONCE):
        client.log_batch(run, metrics=metrics[k : k + METRICS_AT_ONCE])
    if folder is not None:
        client.log_artifacts(run, str(folder), ARTIFACTS)
    return run


def metric_values(result: Result) -> dict[str, float]:
    """Numbers by MLflow's names. What MLflow does not take becomes `_`; names that would be the same get a digest."""
    named: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for key, value in _numbers(result):
        named["/".join(map(_allowed, key))].append(("/".join(key), value))
    found = {}
    for name, numbers in named.items():
        for original, value in numbers:
            alone = len(numbers) == 1 and len(name) <= LONGEST_NAME
            found[name if alone else _apart(name, original)] = value
    return found


def _numbers(result: Result) -> Iterator[tuple[tuple[str, ...], float]]:
    for one in result.measurements:
        if one.model != result.about.candidate or one.value is None:
            continue
        metric = f"{one.metric} of {one.label}" if one.label is not None else one.metric
        yield (one.split, metric, one.slice), one.value
        for end, value in (("low", one.low), ("high", one.high)):
            if one.slice == WHOLE and value is not None:
                yield (one.split, metric, f"{WHOLE}.{end}"), value


def _params(result: Result) -> Iterator[tuple[str, str]]:
    about = result.about
    yield from {
        "spec": result.run.spec, "task": about.task, "purpose": about.purpose, "candidate": about.candidate,
        "primary_metric": about.primary_metric, "confidence": str(about.confidence), "seed": str(result.run.seed),
    }.items()  # fmt: skip


def _tags(result: Result) -> Iterator[tuple[str, str]]:
    yield from {
        "verdict": result.verdict, "project": result.project, "run": result.run.id,
        "spec_sha256": result.run.spec_sha256, "version": result.run.versions["specgen"],
    }.items()  # fmt: skip
    for stage in result.milestones:
        yield f"milestone.{_allowed(stage.name)}", stage.verdict


def _allowed(part: str) -> str:
    kept = NOT_IN_NAMES.sub("_", part)
    return kept if kept.strip(". ") else "_"  # nothing but points would be a folder's parent


def _apart(name: str, original: str) -> str:
    digest = sha256(original.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - len(digest) - 1]}_{digest}"


def _told(error: Exception) -> str:
    text = " ".join(str(error).split())
    if text.startswith("Model registry functionality is unavailable"):
        text = "mlflow-skinny has no database; pip install mlflow, or name a server in MLFLOW_TRACKING_URI"
    return text
