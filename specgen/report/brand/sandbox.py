"""Sections filled in: Jinja2's sandbox, inside a process of its own that can open nothing and must end.

The sandbox keeps templates from Python's insides; it does not keep them from counting for ever or from asking
for all memory (its documentation says so), which the limits of the process do.
"""

from __future__ import annotations

import codecs
import json
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any

import jinja2.debug  # noqa: F401 - loaded when a template fails, and by then no file can be opened
from jinja2 import StrictUndefined, Template, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from specgen.report import numbers
from specgen.report.text import clean, date

CPU_S, MEMORY_BYTES = 5, 1 << 30


class UnreadableError(ValueError):
    """Something printed that is no text and no number."""


def _number(value: float | None, places: int = 3) -> str:
    """`0.828`, `−3.2`."""
    return numbers.number(value, places)


FILTERS = {"count_of": numbers.count, "date": date, "number": _number, "percent": numbers.percent}


def environment() -> ImmutableSandboxedEnvironment:
    """Escaping everywhere, undefined names are errors, no other file can be named, nothing is by chance.

    Outside of the limited process it may parse and not compile: a compiler works out what is constant.
    """
    found = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_printed, trim_blocks=True, lstrip_blocks=True
    )
    found.filters.update(FILTERS)
    del found.filters["random"], found.globals["lipsum"]
    return found


def _printed(value: Any) -> Any:
    """Text and numbers; None as a dash. What else would be printed is a slip of the writer's."""
    if value is None:
        return numbers.MISSING
    if isinstance(value, Markup | Undefined | int | float):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        raise UnreadableError(f"a mapping cannot be printed; it has {', '.join(map(str, list(value)[:12]))}")
    raise UnreadableError("a list cannot be printed; loop over it, or pick one by `| first`")


def main() -> None:
    """Read {"result": …, "sections": [[file, source], …]}, write a line of JSON for each section.

    A line is {"file", "html"}, or {"file", "line", "message"} where the section cannot be filled in.
    """
    asked = json.loads(sys.stdin.buffer.read())
    jinja = environment()
    _limit()
    for file, source in asked["sections"]:
        sys.stdout.write(json.dumps(_filled(jinja, file, source, asked["result"])) + "\n")
        sys.stdout.flush()


def _filled(jinja: ImmutableSandboxedEnvironment, file: str, source: str, result: Any) -> dict[str, Any]:
    try:
        code = jinja.compile(source, name=file, filename=file)
        template = Template.from_code(jinja, code, jinja.make_globals(None))
        return {"file": file, "html": template.render(result=result)}
    except MemoryError:
        message = f"it needs more than {MEMORY_BYTES / 2**30:g} GB of memory; what does it repeat?"
        return {"file": file, "line": 1, "message": message}
    except RecursionError:
        return {"file": file, "line": 1, "message": "it calls itself without an end"}
    except Exception as error:
        return {"file": file, "line": _line(error.__traceback__, file), "message": _message(error)}


def _message(error: Exception) -> str:
    told = str(error).splitlines()[0] if str(error) else type(error).__name__
    return told.replace("'dict object' has no attribute", "there is no")[:300]


def _line(trace: TracebackType | None, file: str) -> int:
    """The innermost line of the template."""
    found = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _limit() -> None:
    """From here on no file, no process, so much time and memory; where the system knows such limits."""
    codecs.lookup("unicode_escape")  # a file of Python's, which texts inside templates need
    with suppress(ImportError):
        import resource

        limits = {
            resource.RLIMIT_CPU: CPU_S,
            resource.RLIMIT_AS: MEMORY_BYTES,
            resource.RLIMIT_NOFILE: 0,
            resource.RLIMIT_NPROC: 0,
        }
        for kind, most in limits.items():
            with suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, most))
