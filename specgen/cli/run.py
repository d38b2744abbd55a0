"""`specgen run`: evaluate a spec and write its reports."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specgen.cli.options import Format, NoColor, Out, Quiet, SpecPath, Templates, formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from specgen.pipeline.run import Finished


def run(
    spec: SpecPath,
    out: Out = Path("reports"),
    milestone: Annotated[
        str | None, typer.Option(metavar="NAME", help="Judge the milestones up to this one.")
    ] = None,
    format_: Format = "html,pdf",
    engine: Annotated[str, typer.Option(help="Where rows are collapsed: duckdb.")] = "duckdb",
    seed: Annotated[int, typer.Option(min=0, help="For everything that is resampled.")] = 0,
    trust_pickle: Annotated[
        bool,
        typer.Option(
            "--trust-pickle", help="Load models from pickle and joblib files, which can run any code."
        ),
    ] = False,
    templates: Templates = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run live models again, also where their answers are kept.")
    ] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Evaluate SPEC, write results.json and reports, and end with the verdict's exit code.

    0 go · 1 no-go · 3 inconclusive · 2 the command or the spec is wrong · 4 the run failed.
    """
    from specgen.cli.terminal import console, fail, summary
    from specgen.inputs.live import Running
    from specgen.pipeline.check import checked_spec
    from specgen.pipeline.formats import FORMATS
    from specgen.pipeline.run import ExitCode, exit_code
    from specgen.pipeline.run import run as run_spec
    from specgen.record.folder import FolderError
    from specgen.spec.problems import SpecError, did_you_mean

    if engine != "duckdb":
        raise typer.BadParameter(
            f"no engine '{engine}' in this version of specgen; there is duckdb", param_hint="--engine"
        )
    chosen = formats(format_, FORMATS)
    try:
        loaded = checked_spec(spec, templates)
        names = [stage.name for stage in loaded.spec.milestones]
        if milestone is not None and milestone not in names:
            hint = did_you_mean(milestone, names) or f"; there are {', '.join(names)}"
            raise fail(f"specgen: --milestone: no milestone '{milestone}' in {spec}{hint}", ExitCode.USAGE)
        with _progress(quiet, no_color) as progress:
            finished = run_spec(
                loaded, out=out, formats=chosen, milestone=milestone, seed=seed, progress=progress,
                running=Running(trust_pickle, not fresh), templates=templates,
            )  # fmt: skip
    except SpecError as error:
        raise fail("\n".join(map(str, error.problems)), ExitCode.USAGE) from None
    except FolderError as error:
        raise fail(f"specgen: {error}", ExitCode.USAGE) from None
    if not quiet:
        shown = console(no_color=no_color)
        summary(finished.result, shown)
        _where(finished, shown.print)
    for failure in finished.failures:
        print(f"specgen: {failure}", file=sys.stderr)
    raise typer.Exit(ExitCode.FAILED if finished.failures else exit_code(finished.result))


def _where(finished: Finished, write: Callable[[str], None]) -> None:
    from rich.markup import escape

    write("")
    for name in finished.files:
        if name not in ("spec.yaml", "summary.json", "outcomes.parquet"):
            write(escape(str(finished.folder / name)))


@contextmanager
def _progress(quiet: bool, no_color: bool) -> Iterator[Callable[[str], None]]:
    """Progress on standard error: one moving line on a terminal, nothing elsewhere."""
    from specgen.cli.terminal import console

    errors = console(stderr=True, no_color=no_color)
    if quiet or not errors.is_terminal:
        yield lambda _: None
        return
    with errors.status("starting") as status:
        yield status.update
