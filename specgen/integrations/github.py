"""A step of GitHub Actions: its summary, its outputs, and mistakes of the spec beside the lines that they are in.

The files and commands are those of GitHub's "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from specgen.record.result import Result
from specgen.report.markdown import render_markdown
from specgen.spec.problems import Problem, key_path

SUMMARY, OUTPUT, WORKSPACE = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_WORKSPACE"


class NoStepError(ValueError):
    """This is no step of GitHub Actions; the message says which variables are missing."""


@dataclass(frozen=True)
class Step:
    """The files that a step writes to, and the checkout that annotations are relative to."""

    summary: Path
    output: Path
    workspace: Path


def this_step(environment: Mapping[str, str]) -> Step:
    """The step that this process runs in. Raises NoStepError where there is none."""
    missing = [name for name in (SUMMARY, OUTPUT) if not environment.get(name)]
    if missing:
        raise NoStepError(
            f"{' and '.join(missing)} not in the environment; this is for steps of GitHub Actions"
        )
    workspace = environment.get(WORKSPACE) or Path.cwd()
    return Step(Path(environment[SUMMARY]), Path(environment[OUTPUT]), Path(workspace))


def write_step(step: Step, result: Result, folder: Path) -> None:
    """Append the report to the step's summary, and `verdict`, `run` and `report` (the run's folder) to its outputs."""
    with step.summary.open("a", encoding="utf-8") as file:
        file.write(render_markdown(result) + "\n")
    with step.output.open("a", encoding="utf-8") as file:
        for name, value in (
            ("verdict", result.verdict), ("run", result.run.id), ("report", str(folder.resolve())),
        ):  # fmt: skip
            end = f"end-{secrets.token_hex(8)}"  # a value may hold anything but this line
            file.write(f"{name}<<{end}\n{value}\n{end}\n")


def error_commands(step: Step, problems: Sequence[Problem]) -> Iterator[str]:
    """A workflow command for each mistake, which GitHub shows beside its line in a pull request."""
    for one in problems:
        file = Path(os.path.relpath(one.file, step.workspace)).as_posix()
        told = f"{key_path(one.path)}: {one.message}" if one.path else one.message
        yield f"::error file={_property(file)},line={one.line},col={one.column},title=specgen::{_data(told)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
