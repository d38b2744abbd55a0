"""Charts drawn by a process of their own, beside the work on the page.

Vega's engine takes a third of a second to start, and holds up every thread of the process that it is in.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORKER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from specgen.report.charts.vega import serve; serve()"
)
# Charts are measured with the font that Vega's engine carries, which is quicker than with all that a machine has.
FONTS = Path(__file__).with_name("no-fonts.conf")


class DrawingError(RuntimeError):
    """A chart was not drawn."""


@dataclass(frozen=True)
class Drawer:
    """The process, and the thread that alone talks with it: a line for each chart, answered by a line."""

    thread: ThreadPoolExecutor
    process: subprocess.Popen[bytes]


@cache
def drawer() -> Drawer:
    """The one drawer of this process, started at the first call. Raises DrawingError where none can be."""
    path = json.dumps([str(Path(place).absolute()) for place in sys.path if place])
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", WORKER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | {"FONTCONFIG_FILE": str(FONTS)},
        )  # fmt: skip
    except OSError as error:
        raise DrawingError(f"no process that draws charts can be started: {error.strerror}") from error
    atexit.register(_end, process)
    return Drawer(ThreadPoolExecutor(1, "charts"), process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def ask(process: subprocess.Popen[bytes], chart: str) -> str:
    """A Vega-Lite chart (JSON) as SVG; to be called in the drawer's thread. Raises DrawingError."""
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(chart.encode() + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except OSError:
        answer = b""
    if not answer:
        # The next report starts another.
        drawer.cache_clear()
        raise DrawingError(f"the process that draws charts ended with {process.wait()}")
    told = json.loads(answer)
    if "svg" not in told:
        raise DrawingError(told["error"])
    return str(told["svg"])
