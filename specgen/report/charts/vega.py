"""The process that draws charts; it loads Vega's engine and next to nothing else."""

from __future__ import annotations

import json
import signal
import sys

EMPTY = '{"data": {"values": []}, "mark": "point"}'


def serve() -> None:
    """Draw the chart of each line of the standard input, until it ends."""
    # Who interrupts the run ends this process by its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import vl_convert

    vl_convert.vegalite_to_svg(EMPTY)
    for line in sys.stdin.buffer:
        try:
            told = {"svg": vl_convert.vegalite_to_svg(line.decode())}
        except ValueError as error:
            told = {"error": str(error)}
        sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
        sys.stdout.buffer.flush()
