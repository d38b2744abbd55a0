"""`specgen compare`: what changed between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, PageFormat, PageOut, Quiet

RunPath = Annotated[
    Path,
    typer.Argument(
        metavar="RUN", help="A run's folder, its results.json, or PROJECT/latest.", show_default=False
    ),
]


def compare(
    old: RunPath,
    new: RunPath,
    format_: PageFormat = "terminal",
    out: PageOut = None,
    fail_on_regression: Annotated[
        bool,
        typer.Option(
            "--fail-on-regression",
            help="End with 1 where the verdict or a must gate got worse, or the primary metric is shown to be worse.",
        ),
    ] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Say what changed from the OLD run to the NEW one: verdict, gates, metrics by slice, rows that broke.

    Paired on the rows that both runs keep (outcomes.parquet); where they do not, from values and intervals.
    """
    from specgen.cli.paged import checked_format, write_pages
    from specgen.cli.terminal import fail
    from specgen.pipeline.compare import compare_runs
    from specgen.record.folder import FolderError
    from specgen.report.views.comparison import comparison_page

    checked_format(format_)
    try:
        found = compare_runs(old, new)
    except FolderError as error:
        raise fail(f"specgen: {error}", 2) from None
    page = comparison_page(found, 15 if format_ == "terminal" else 60)
    write_pages((page,), format_, out, Path("comparison.html"), quiet=quiet, no_color=no_color)
    raise typer.Exit(1 if fail_on_regression and found.regressions else 0)
