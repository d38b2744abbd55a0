"""What a new run remembers of the runs before it."""

from __future__ import annotations

from pathlib import Path

from specgen.pipeline.history import last_runs
from specgen.record.earlier import EarlierRun, EarlierValue
from specgen.record.result import Result
from specgen.record.summary import Summary

REMEMBERED = 24


def with_history(result: Result, project: Path) -> Result:
    """The result with the last runs in the project's folder, the oldest first; what is no whole run is left out.

    A result that has a history keeps it.
    """
    if result.history:
        return result
    kept = [one for one in last_runs(project, REMEMBERED) if one.project == result.project]
    return result.model_copy(update={"history": tuple(_remembered(one, result) for one in kept)})


def _remembered(summary: Summary, result: Result) -> EarlierRun:
    key = result.about.primary_metric
    labels = [one.label for one in result.measurements if one.metric == key]
    use = key, None if not labels or None in labels else labels[0]
    values = [
        EarlierValue(split=one.split, value=one.value, low=one.low, high=one.high)
        for one in summary.metrics if (one.metric, one.label) == use
    ]  # fmt: skip
    return EarlierRun(
        run=summary.run, started=summary.started, candidate=summary.candidate, verdict=summary.verdict,
        spec_sha256=summary.spec_sha256, values=tuple(values),
    )  # fmt: skip
