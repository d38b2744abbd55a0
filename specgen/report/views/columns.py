"""How a table of many metrics shares its width: nothing overlaps, and what does not fit is left out and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import plural
from specgen.report.views.cells import Cell, Footnotes

Build = Callable[[int, Footnotes], list[tuple[Cell, ...]]]

# Percent of a table's width that a character takes at the printed size, measured on the rendered page.
VALUE, INTERVAL, HEADING, NAME = 0.92, 0.80, 0.82, 0.92
PADDING = 3.2
# Longer words are cut into lines.
HEADING_WORD, NAME_WORD = 14, 30
NARROWEST, WIDEST = 16.0, 33.0


@dataclass(frozen=True)
class Columns:
    """Widths in percent of the names' column, of what stands beside it, and of the metrics that fit.

    `stacked` puts intervals below their values, where they do not fit beside them. `left_out` says how many
    metrics are not shown.
    """

    stacked: bool
    name: float
    beside: tuple[float, ...]
    metrics: tuple[float, ...]
    left_out: str


def fitted(
    names: Sequence[str], headings: Sequence[str], build: Build, beside: tuple[float, ...]
) -> tuple[Columns, list[tuple[Cell, ...]], tuple[tuple[str, str], ...]]:
    """A table's layout, its rows of cells and their footnotes, for the metrics that fit.

    `build` makes the cells of the first so many metrics; `beside` has the widths in percent of other columns.
    """
    layout = columns(names, headings, build(len(headings), Footnotes()), beside)
    notes = Footnotes()
    return layout, build(len(layout.metrics), notes), notes.listed()


def rows_width(source: Source, least: float) -> float:
    """The width of a column of numbers of rows, of which no split has more than the largest has in all."""
    longest = max((len(numbers.count(split.rows)) for split in source.result.splits), default=0)
    return max(least, longest * VALUE + PADDING)


def columns(
    names: Sequence[str], headings: Sequence[str], rows: Sequence[Sequence[Cell]], widths: tuple[float, ...]
) -> Columns:
    """The layout of a table with these cells."""
    beside = sum(widths)
    by_metric = [[row[k] for row in rows if k < len(row)] for k in range(len(headings))]
    least = min(max([NARROWEST, *(_word(name, NAME_WORD) * NAME + 3 for name in names)]), WIDEST - 4)
    room = 100 - beside - least
    for stacked in (False, True):
        needs = [_need(h, cells, stacked) for h, cells in zip(headings, by_metric, strict=True)]
        if sum(needs) <= room:
            break
    shown = len(needs)
    while shown > 1 and sum(needs[:shown]) > room:
        shown -= 1
    kept = needs[:shown]
    wanted = max([NARROWEST, *(len(name) * NAME + 3 for name in names)])
    first = max(least, min(WIDEST, wanted, 100 - beside - sum(kept)))
    spare = max(100 - beside - first - sum(kept), 0.0) / max(shown, 1)
    rest = len(needs) - shown
    return Columns(
        stacked, round(first, 2), widths, tuple(round(need + spare, 2) for need in kept),
        f"{plural(rest, 'more metric')} in results.json" if rest > 0 else "",
    )  # fmt: skip


def _need(heading: str, cells: Sequence[Cell], stacked: bool) -> float:
    """The width of one metric's column."""
    widths = [_word(heading, HEADING_WORD) * HEADING]
    for cell in cells:
        value = (len(cell.value) + len(cell.unit) + len(cell.note)) * VALUE
        interval = len(cell.interval) * INTERVAL
        widths.append(max(value, interval) if stacked else value + interval + (1 if interval else 0))
    return max(widths) + PADDING


def _word(text: str, most: int) -> int:
    """The length of the longest word, or of the part of it that one line has."""
    return min(max(map(len, text.split()), default=0), most)
