"""`specgen run`: evaluate a spec and write its reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specgen.cli.options import (
    Format,
    LanguageOption,
    MilestoneName,
    NoColor,
    Out,
    Quiet,
    Seed,
    SpecPath,
    Templates,
    TrustPickle,
    formats,
    language,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from specgen.pipeline.run import Finished


def run(
    spec: SpecPath,
    out: Out = Path("reports"),
    milestone: MilestoneName = None,
    format_: Format = "html,pdf",
    language_: LanguageOption = None,
    engine: Annotated[str, typer.Option(help="Where rows are collapsed: duckdb.")] = "duckdb",
    seed: Seed = 0,
    trust_pickle: TrustPickle = False,
    templates: Templates = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run live models again, also where their answers are kept.")
    ] = False,
    github: Annotated[
        bool,
        typer.Option(
            "--github",
            help="In GitHub Actions: the report as the step's summary, outputs 'verdict', 'run' and 'report',"
            " mistakes of the spec as annotations.",
        ),
    ] = False,
    mlflow: Annotated[
        bool,
        typer.Option(
            "--mlflow", help="Log values, verdict and reports to MLflow, wherever its own settings say."
        ),
    ] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Evaluate SPEC, write results.json and reports, and end with the verdict's exit code.

    0 go · 1 no-go · 3 inconclusive · 2 the command or the spec is wrong · 4 the run failed.
    """
    from specgen.cli.elsewhere import elsewhere, tell_finished, tell_mistakes
    from specgen.cli.terminal import console, fail, progress_on, summary
    from specgen.inputs.live import Running
    from specgen.pipeline.check import checked_spec, unknown_milestone
    from specgen.pipeline.exits import ExitCode, exit_code
    from specgen.pipeline.formats import FORMATS
    from specgen.pipeline.run import run as run_spec
    from specgen.record.folder import FolderError
    from specgen.spec.problems import SpecError

    if engine != "duckdb":
        raise typer.BadParameter(
            f"no engine '{engine}' in this version of specgen; there is duckdb", param_hint="--engine"
        )
    chosen, spoken = formats(format_, FORMATS), language(language_)
    places = elsewhere(github, mlflow)
    try:
        loaded = checked_spec(spec, templates)
        if (wrong := unknown_milestone(loaded, milestone)) is not None:
            raise SpecError([wrong])
        with progress_on(None if quiet else console(stderr=True, no_color=no_color)) as progress:
            finished = run_spec(
                loaded, out=out, formats=chosen, milestone=milestone, seed=seed, progress=progress,
                running=Running(trust_pickle, not fresh), templates=templates, language=spoken,
            )  # fmt: skip
    except SpecError as error:
        tell_mistakes(places, error.problems)
        raise fail("\n".join(map(str, error.problems)), ExitCode.USAGE) from None
    except FolderError as error:
        raise fail(f"specgen: {error}", ExitCode.USAGE) from None
    if not quiet:
        shown = console(no_color=no_color)
        summary(finished.result, shown)
        _where(finished, shown.print)
    failures = (*finished.failures, *tell_finished(places, finished))
    for failure in failures:
        print(f"specgen: {failure}", file=sys.stderr)
    raise typer.Exit(ExitCode.FAILED if failures else exit_code(finished.result))


def _where(finished: Finished, write: Callable[[str], None]) -> None:
    from rich.markup import escape

    write("")
    for name in finished.files:
        if name not in ("spec.yaml", "summary.json", "outcomes.parquet"):
            write(escape(str(finished.folder / name)))
