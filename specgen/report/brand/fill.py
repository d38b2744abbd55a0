"""Sections filled in by a process of their own, and written anew from what a section may hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specgen.report.anchors import anchor
from specgen.report.brand.markup import MarkupError, safe_markup
from specgen.report.brand.sections import Section

WALL_S = 60
WORKER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from specgen.report.brand.sandbox import main; main()"
)
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG")


class SectionError(ValueError):
    """Sections that cannot be shown with this result; a line each: file, line and what is wrong."""


@dataclass(frozen=True)
class OwnSection:
    """A section as the report shows it; `html` is safe."""

    anchor: str
    title: str
    after: str | None
    html: str


def filled_sections(sections: Sequence[Section], results: str) -> tuple[OwnSection, ...]:
    """The sections with the text of a results.json as `result`. Raises SectionError with all that fail."""
    if not sections:
        return ()
    told = _told(sections, results)
    shown, faults = [], []
    for section in sections:
        answer = told.get(section.file, {})
        try:
            if "html" not in answer:
                raise MarkupError(answer["message"])
            html = safe_markup(answer["html"])
        except MarkupError as error:
            faults.append(f"{section.file}:{answer.get('line', 1)}: {error}")
        else:
            shown.append(OwnSection(anchor("own", section.title), section.title, section.after, html))
    if faults:
        raise SectionError("\n".join(faults))
    return tuple(shown)


def _told(sections: Sequence[Section], results: str) -> dict[str, dict[str, Any]]:
    """What the process says of each section; the first of which it says nothing is the one that it died of."""
    asked = f'{{"sections": {json.dumps([[one.file, one.source] for one in sections])}, "result": {results}}}'
    path = json.dumps([str(Path(place).absolute()) for place in sys.path if place])
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", WORKER, path], input=asked.encode(), capture_output=True, check=False,
            timeout=WALL_S, env=kept | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        out, said = done.stdout, done.stderr.decode(errors="replace").strip().splitlines()
    except subprocess.TimeoutExpired as late:
        out, said = late.stdout or b"", []
    lines = out.decode(errors="replace").split("\n")[:-1]
    told = {one["file"]: one for one in map(json.loads, lines)}
    silent = next((one.file for one in sections if one.file not in told), None)
    if silent is not None:
        why = f" ({said[-1][:200]})" if said else ""
        message = f"it did not come to an end within its time and memory{why}; does a loop run too long?"
        told[silent] = {"message": message}
    return {
        one.file: told.get(one.file, {"message": "not filled in, since one before it failed"})
        for one in sections
    }
