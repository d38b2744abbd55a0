"""The `specgen` command; each command lives in a file of its own and imports what it needs when called."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import Annotated, NoReturn

import typer

from specgen.cli.checks import checks
from specgen.cli.compare import compare
from specgen.cli.decide import decide
from specgen.cli.errors import errors
from specgen.cli.history import history
from specgen.cli.init import init
from specgen.cli.keys import keys
from specgen.cli.metrics import metrics
from specgen.cli.plan import plan
from specgen.cli.report import report
from specgen.cli.run import run
from specgen.cli.schema import schema
from specgen.cli.validate import validate
from specgen.cli.verify import verify
from specgen.cli.watch import INTERRUPTED, watch

# What DuckDB says when Ctrl-C ends one of its queries.
QUERY_INTERRUPTED = "Query interrupted"

app = typer.Typer(
    name="specgen",
    help="Readiness as code: judge a model against a YAML spec, with calibrated uncertainty.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    init, validate, plan, run, watch, report, compare, history, decide, verify, metrics, checks, schema,
):  # fmt: skip
    app.command()(command)
app.add_typer(errors, name="errors")
app.add_typer(keys, name="keys")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"specgen {version('specgen')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Readiness as code: judge a model against a YAML spec, with calibrated uncertainty."""


def main() -> NoReturn:
    """Run the command line and end the process; a failure of our own is told in one line and ends with 4."""
    if "report" in sys.argv[1:2]:
        # The process ends with its report, so that what is left over need not be looked for.
        gc.disable()
    code = _exit_code()
    with contextlib.suppress(BrokenPipeError):  # who reads may stop early: `specgen metrics | head`
        sys.stdout.flush()
    sys.stderr.flush()
    # All files are closed and temporary folders removed by now; taking the interpreter and the engine's
    # database apart piece by piece would take as long again as loading a spec.
    os._exit(code)


def _exit_code() -> int:
    try:
        app()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
            return 1
        return int(ended.code or 0)
    except Exception as error:
        if os.environ.get("SPECGEN_TRACEBACK"):
            raise
        if str(error) == QUERY_INTERRUPTED:
            print("specgen: interrupted", file=sys.stderr)
            return INTERRUPTED
        kind = type(error).__name__
        print(
            f"specgen: the evaluation failed: {kind}: {error}\n(SPECGEN_TRACEBACK=1 shows where)",
            file=sys.stderr,
        )
        return 4
    return 0
