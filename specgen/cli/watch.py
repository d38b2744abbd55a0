"""`specgen watch`: evaluate a spec again whenever its files change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from specgen.cli.options import MilestoneName, NoColor, Seed, SpecPath, TrustPickle

if TYPE_CHECKING:
    from rich.console import Console

    from specgen.pipeline.watch import Iteration

INTERRUPTED = 130  # as of any command that Ctrl-C ends


def watch(
    spec: SpecPath,
    milestone: MilestoneName = None,
    seed: Seed = 0,
    trust_pickle: TrustPickle = False,
    no_color: NoColor = False,
) -> None:
    """Evaluate SPEC again whenever it, its data, predictions or model files change, and say what turned.

    Nothing is written: `specgen run` writes reports. Ctrl-C ends it, with exit code 130.
    """
    from specgen.cli.terminal import console, fail, progress_on
    from specgen.inputs.live import Running
    from specgen.pipeline.watch import Watched, iterations

    if not spec.is_file():
        raise fail(f"{spec}:1:1: cannot read the spec: there is no such file", 2)
    out = console(no_color=no_color)
    try:
        with progress_on(out) as progress:  # what is told pushes the moving line down
            watched = Watched(spec, milestone, seed, Running(trust_pickle), progress)
            for one in iterations(watched, lambda count: progress(f"watching {count:,} files; Ctrl-C ends")):
                _show(one, out, spec.parent)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _show(one: Iteration, out: Console, folder: Path) -> None:
    from rich.text import Text

    from specgen.cli.page import COLOURS
    from specgen.cli.terminal import summary
    from specgen.report.views.iteration import iteration_lines

    if one.files:
        names = [str(file.relative_to(folder) if file.is_relative_to(folder) else file) for file in one.files]
        more = f" and {len(names) - 3:,} more" if names[3:] else ""
        out.print(Text(f"\n{time.strftime('%H:%M:%S')} {', '.join(names[:3])}{more} changed", style="dim"))
    if one.problems:
        out.print(Text(one.problems, style="red"))
    elif one.comparison is not None:
        for mark, line in iteration_lines(one.comparison):
            out.print(Text(line, style=COLOURS.get(mark, "")))
    elif one.result is not None:
        summary(one.result, out)
    out.file.flush()
