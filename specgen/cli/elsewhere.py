"""Where a run is told besides its folder: a step of GitHub Actions, MLflow. Both are reached before measuring."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specgen.integrations.github import Step
    from specgen.pipeline.run import Finished
    from specgen.spec.problems import Problem


@dataclass(frozen=True)
class Elsewhere:
    """The places asked for."""

    step: Step | None
    mlflow: bool


def elsewhere(github: bool, mlflow: bool) -> Elsewhere:
    """The places, each found to be there; ends the command where one is not."""
    from specgen.cli.terminal import fail

    step = None
    if github:
        from specgen.integrations.github import NoStepError, this_step

        try:
            step = this_step(os.environ)
        except NoStepError as error:
            raise fail(f"specgen: --github: {error}", 2) from None
    if mlflow:
        from specgen.integrations.mlflow import MlflowError, reach_mlflow

        try:
            reach_mlflow()
        except MlflowError as error:
            raise fail(f"specgen: --mlflow: {error}", 2) from None
    return Elsewhere(step, mlflow)


def tell_finished(places: Elsewhere, finished: Finished) -> Iterator[str]:
    """Tell the places of a run that is on disk; gives what went wrong."""
    if places.step is not None:
        from specgen.integrations.github import write_step

        try:
            write_step(places.step, finished.result, finished.folder)
        except OSError as error:
            yield f"--github: {error.filename}: cannot write: {error.strerror}"
    if places.mlflow:
        from specgen.integrations.mlflow import MlflowError, log_result

        try:
            log_result(finished.result, finished.folder)
        except MlflowError as error:
            yield f"--mlflow: {error}"


def tell_mistakes(places: Elsewhere, problems: Sequence[Problem]) -> None:
    """Tell the places of mistakes in the spec."""
    if places.step is not None:
        from specgen.integrations.github import error_commands

        for line in error_commands(places.step, problems):
            print(line)
