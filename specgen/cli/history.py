"""`specgen history`: verdicts, gates and metrics from run to run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from specgen.cli.options import NoColor, PageFormat, PageOut, Quiet


def history(
    source: Annotated[
        str, typer.Argument(metavar="[FOLDER|PROJECT]", help="A folder of runs, or a project of `reports/`.")
    ] = "reports",
    metric: Annotated[str, typer.Option(metavar="NAME", help="Only metrics whose name holds this.")] = "",
    gate: Annotated[str, typer.Option(metavar="TEXT", help="Only gates whose words hold this.")] = "",
    last: Annotated[int, typer.Option(min=1, metavar="N", help="How many runs to list.")] = 20,
    format_: PageFormat = "terminal",
    out: PageOut = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Show how a project's runs moved: verdicts, gates that turned, metrics, slices that got worse.

    Folders without a whole run are told and left out.
    """
    from specgen.cli.paged import checked_format, write_pages
    from specgen.cli.terminal import fail
    from specgen.pipeline.history import history as read
    from specgen.pipeline.history import run_folder, with_decisions, with_last_two
    from specgen.record.folder import FolderError
    from specgen.report.views.history import history_pages
    from specgen.report.views.trends import Asked, metric_names
    from specgen.spec.problems import did_you_mean

    checked_format(format_)
    try:
        found = read(run_folder(source))
    except FolderError as error:
        raise fail(f"specgen: {error}", 2) from None
    if not found.projects:
        told = "".join(f"\n  {one.folder}: {one.reason}" for one in found.unread[:5])
        raise fail(f"specgen: {found.folder}: no runs; `specgen run SPEC` writes some{told}", 2)
    names = metric_names(found)
    if metric and not any(
        metric.lower() in known.lower().replace("_", " ") or metric in known for known in names
    ):
        hint = did_you_mean(metric, names) or f"; there are {', '.join(names[:12])}"
        raise typer.BadParameter(f"no run has a metric '{metric}'{hint}", param_hint="--metric")
    if format_ == "html" and len(found.projects) > 1:
        names = [project.project for project in found.projects]
        raise fail(f"specgen: --format html is of one project; name one: {', '.join(names)}", 2)
    projects = tuple(with_decisions(with_last_two(project), last) for project in found.projects)
    found = found.model_copy(update={"projects": projects})
    pages = history_pages(found, Asked(last, metric, gate, drawn=format_ == "html"))
    write_pages(pages, format_, out, Path("history.html"), quiet=quiet, no_color=no_color)
