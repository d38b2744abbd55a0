"""A spec's gates as pytest's plugin needs them: evaluated, and each with what becomes of its test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from specgen.inputs.live import Running
from specgen.integrations.pytest_plugin import Evaluated
from specgen.pipeline.check import checked_spec
from specgen.pipeline.evaluate import evaluate
from specgen.pipeline.run import run
from specgen.record.folder import FolderError
from specgen.record.result import Gate, Result
from specgen.report.junit import judged_one_by_one, outcome_of, told_of
from specgen.report.source import Source
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import SpecError
from specgen.verdict.judged import GateMember


@dataclass(frozen=True)
class Judged:
    """A test: its gate's line in the spec, its outcome as JUnit names it, why in a line, and all that is known."""

    name: str
    line: int
    verdict: str
    outcome: str
    message: str
    told: str


def evaluate_spec(path: Path, out: str | None, trust_pickle: bool) -> Evaluated:
    """Evaluate a spec, and write its run where `out` names a folder. Its mistakes are told in `problems`."""
    running = Running(trust_pickle)
    try:
        loaded = checked_spec(path)
        if out is None:
            return _evaluated(loaded, evaluate(loaded, running=running))
        finished = run(
            loaded, out=Path(out), formats=("html",), milestone=None, seed=0, progress=lambda _: None,
            running=running,
        )  # fmt: skip
    except SpecError as error:
        return Evaluated(problems="\n".join(map(str, error.problems)))
    except FolderError as error:
        return Evaluated(problems=f"specgen: {error}")
    return _evaluated(loaded, finished.result, str(finished.folder))


def _evaluated(loaded: LoadedSpec, result: Result, folder: str = "") -> Evaluated:
    lines = tuple(
        loaded.position(("milestones", i, "gates", j))[0]
        for i, stage in enumerate(loaded.spec.milestones)
        for j in range(len(stage.gates))
    )
    return Evaluated(result.model_dump_json(), lines, folder)


def judged_by_milestone(found: Evaluated, *, strict: bool) -> dict[str, tuple[Judged, ...]]:
    """The tests of each milestone, in the spec's order."""
    source = Source(Result.model_validate_json(found.results), 0)
    placed = list(zip(source.result.gates, found.lines, strict=True))
    return {
        stage.name: tuple(
            _judged(source, gate, one, line, strict)
            for gate, line in placed
            if gate.milestone == stage.name
            for one in judged_one_by_one(gate)
        )
        for stage in source.result.milestones
    }


def _judged(source: Source, gate: Gate, one: Gate | GateMember, line: int, strict: bool) -> Judged:
    name = gate.gate if isinstance(one, Gate) else f"{gate.gate}[{one.name}]"
    warns = "Warns only: " if gate.severity == "should" else ""
    told = "\n".join(told_of(source, gate, one)) or one.verdict
    message = f"{warns}{one.reason or one.verdict}"
    return Judged(name, line, one.verdict, outcome_of(gate, one, strict), message, told)


def verdict_lines(path: str, found: Evaluated) -> Iterator[str]:
    """A spec's verdict and the first reason for it, and where the report lies."""
    result = Result.model_validate_json(found.results)
    yield f"{path}: {result.verdict.upper()}" + (f": {result.reasons[0]}" if result.reasons else "")
    if found.folder:
        yield str(Path(found.folder, "report.html"))
