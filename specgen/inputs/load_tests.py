"""Measurements made elsewhere: the file that `constraints.measured` names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from specgen.spec.load import LoadedSpec
from specgen.spec.measured import Measured, MeasuredLatency
from specgen.spec.part import LIST, MAPPING, SCALAR, Key
from specgen.spec.problems import Problem, SpecError, did_you_mean, key_path

AT: Key = ("constraints", "measured")
K6_PERCENTILES = {"med": "p50", "p(50)": "p50", "p(90)": "p90", "p(95)": "p95", "p(99)": "p99", "max": "max"}


@dataclass(frozen=True)
class LoadTest:
    """Numbers measured elsewhere; of k6, also the share of its requests that failed."""

    numbers: Measured
    k6: bool = False
    failed: float = 0.0


def load_test(loaded: LoadedSpec) -> LoadTest | None:
    """What was measured elsewhere, the file's numbers read into it; None where the spec has none.

    Raises SpecError for a file that is missing or has other numbers, and for a batch that is not the limit's.
    """
    constraints = loaded.spec.constraints
    measured = constraints.measured if constraints else None
    if measured is None or constraints is None:
        return None
    limit = constraints.latency_ms.batch if constraints.latency_ms else None
    found = (
        LoadTest(measured) if measured.file is None else _read(loaded, measured, measured.file, limit or 1)
    )
    latency = found.numbers.latency_ms
    batch = latency.batch if latency else None
    if batch is not None and limit is not None and batch != limit:
        message = f"latencies of {batch:,} rows a call, where the limit is for {limit:,}; measure that, or say it there"
        raise SpecError([loaded.problem((*AT, "latency_ms", "batch"), message)])
    return found


def load_test_problems(loaded: LoadedSpec) -> list[Problem]:
    """What is wrong with the measurements made elsewhere."""
    try:
        load_test(loaded)
    except SpecError as error:
        return list(error.problems)
    return []


def load_test_path(loaded: LoadedSpec) -> Path | None:
    """The file, for provenance."""
    constraints = loaded.spec.constraints
    if constraints is None or constraints.measured is None or constraints.measured.file is None:
        return None
    return Path(loaded.path).parent / constraints.measured.file


def _read(loaded: LoadedSpec, measured: Measured, name: str, batch: int) -> LoadTest:
    def wrong(message: str) -> SpecError:
        return SpecError([loaded.problem((*AT, "file"), message)])

    try:
        data = json.loads((Path(loaded.path).parent / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise wrong(f"cannot read '{name}': {error.strerror or error}") from error
    except ValueError as error:
        raise wrong(f"'{name}' is no JSON: {error}") from error
    if not isinstance(data, Mapping):
        raise wrong(f"'{name}' holds no mapping; write latency_ms and others, or `k6 run --summary-export`")
    try:
        k6 = "metrics" in data
        numbers = Measured.model_validate(
            _of_k6(data, batch) if k6 else {k: v for k, v in data.items() if k != "file"}
        )
        failed = _failed(data) if k6 else 0.0
    except ValidationError as error:
        at = [loaded.problem((*AT, "file"), f"'{name}': {words}") for words in _words(error)]
        raise SpecError(at) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise wrong(f"'{name}' is not as `k6 run --summary-export` writes it: no {error}") from error
    told = {"file": name, "hardware": measured.hardware or numbers.hardware}
    return LoadTest(numbers.model_copy(update=told), k6, failed)


def _of_k6(data: Mapping[str, Any], batch: int) -> dict[str, Any]:
    """Percentiles and rate of a summary of k6, whose requests are taken to have `batch` rows each.

    The values stand in the metrics or, as `handleSummary` gives them, under `values` in them.
    """
    duration, requests = (_k6_metric(data, name) for name in ("http_req_duration", "http_reqs"))
    known = {ours: duration[theirs] for theirs, ours in K6_PERCENTILES.items() if duration.get(theirs)}
    return {
        "latency_ms": {**known, "n": requests["count"]},
        "throughput_rows_per_s": requests["rate"] * batch,
    }


def _failed(data: Mapping[str, Any]) -> float:
    if "http_req_failed" not in data["metrics"]:
        return 0.0
    found = _k6_metric(data, "http_req_failed")
    return float(found.get("rate", found.get("value", 0.0)))


def _k6_metric(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = data["metrics"][name]
    inner = found.get("values", found)
    return inner if isinstance(inner, Mapping) else found


def _words(error: ValidationError) -> list[str]:
    found = []
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part not in (MAPPING, LIST, SCALAR))
        faults = detail.get("ctx", {}).get("faults") or [
            ((), _message(detail["msg"], detail["type"], str(path[-1]) if path else ""))
        ]
        for where, message in faults:
            at = key_path((*path, *where))
            found.append(f"{at}: {message}" if at else message)
    return found


def _message(message: str, kind: str, key: str) -> str:
    return (
        "unknown key" + did_you_mean(key, (*Measured.model_fields, *MeasuredLatency.model_fields))
        if kind == "extra_forbidden"
        else message[:1].lower() + message[1:]
    )
