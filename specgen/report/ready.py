"""What reports need and takes a second to load, made ready beside other work."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from specgen.report.charts.drawing import DrawingError, drawer
from specgen.report.templates import environment


def get_ready(*, paged: bool) -> None:
    """Start loading what draws and lays out; `paged`: for the PDF too."""
    # Where it cannot be started, the report says so.
    with suppress(DrawingError):
        drawer()
    Thread(target=_load, args=(paged,), daemon=True).start()


def _load(paged: bool) -> None:
    templates = environment()
    for name in templates.list_templates(filter_func=lambda name: name.endswith(".html.j2")):
        templates.get_template(name)
    if paged:
        # Where a library of the system is missing, the renderer says so.
        with suppress(OSError):
            import weasyprint  # noqa: F401
