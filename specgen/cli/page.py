"""A page in the terminal: rich on a terminal, plain lines elsewhere."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    from specgen.report.page import Block, Cell, Page, Table

WIDEST = 400
COLOURS = {
    "pass": "green", "go": "green", "better": "green", "fail": "red", "no-go": "red", "worse": "red", "error": "red",
    "inconclusive": "yellow", "suspect": "yellow",
}  # fmt: skip


def show_page(page: Page, out: Console) -> None:
    """Write the page."""
    from rich.text import Text

    out.print(Text(page.title, style="bold"))
    out.print(Text(f"{page.sign} {page.headline}".strip(), style=COLOURS.get(page.mark, "")))
    for name, value in page.facts:
        out.print(Text(f"  {name}: {value}", style="dim"))
    for block in page.blocks:
        out.print()
        _block(block, out)


def _block(block: Block, out: Console) -> None:
    from rich.text import Text

    out.print(Text.assemble((block.title, "bold"), (f"  {block.aside}" if block.aside else "", "dim")))
    for text in block.sentences:
        _line(text, out)
    for text in block.points:
        _line(f"– {text}", out)
    if block.table is not None:
        _table(block.table, out)
    if block.foot:
        _line(block.foot, out, dim=True)


def _line(text: str, out: Console, *, dim: bool = False) -> None:
    """A line below a heading; on a terminal it wraps inside its indent, elsewhere it stays one line."""
    from rich.padding import Padding
    from rich.text import Text

    shown = Text(text, style="dim" if dim else "")
    out.print(Padding(shown, (0, 0, 0, 2)) if out.is_terminal else Text("  ").append_text(shown))


def _table(table: Table, out: Console) -> None:
    from rich import box
    from rich.table import Table as Made

    drawn = Made(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 1))
    for column in table.columns:
        drawn.add_column(column.title, justify="right" if column.number else "left", overflow="fold",
                         no_wrap=column.number or column.whole)  # fmt: skip
    for row in table.rows:
        drawn.add_row(*map(_cell, row))
    if out.is_terminal:
        out.print(drawn)
    else:
        _unfolded(drawn, out)
    if table.hidden:
        _line(table.hidden, out, dim=True)


def _unfolded(drawn: Drawn, out: Console) -> None:
    """Off a terminal no cell is folded, for there is no width to keep to, and no line ends in blanks."""
    from rich.console import Console as Wide

    with Wide(width=WIDEST, color_system=None, file=StringIO()) as wide:
        wide.print(drawn)
    for line in wide.file.getvalue().splitlines():  # type: ignore[attr-defined]
        out.print(line.rstrip(), markup=False)


def _cell(cell: Cell) -> Text:
    from rich.text import Text as Made

    sign = f"{cell.sign} " if cell.sign else ""
    return Made.assemble(
        (sign + cell.text, COLOURS.get(cell.mark, "")), (f" {cell.aside}" if cell.aside else "", "dim")
    )
