"""A draft as the text of a spec."""

from __future__ import annotations

from functools import cache
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = "init_from.yaml.j2"
LONGEST_REMARK, WIDTH = 300, 104


def render(**context: object) -> str:
    """The template filled in."""
    return _environment().get_template(TEMPLATE).render(**context)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from specgen.report.templates import template_folder

    found = Environment(
        loader=FileSystemLoader(template_folder()), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    found.filters |= {"yaml": flow, "remark": remark}
    return found


def flow(value: Any) -> str:
    """A value in YAML on one line, quoted where it has to be."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 10**6
    yaml.allow_unicode = True
    out = StringIO()
    yaml.dump([_flowing(value)], out)
    return out.getvalue().removesuffix("\n").removeprefix("- ")


def _flowing(value: Any) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        mapping = CommentedMap({key: _flowing(one) for key, one in value.items()})
        mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list | tuple):
        several = CommentedSeq([_flowing(one) for one in value])
        several.fa.set_flow_style()
        return several
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    # What is not printed, breaks lines, or could be a sign of YAML's inside brackets.
    plain = not isinstance(value, str) or (
        value.isprintable() and not set(value) & set(",[]{}&*#?|-<>=!%@:`'\"")
    )
    return value if plain else DoubleQuotedScalarString(value)


def one_line(text: str) -> str:
    """A text on one line, without what is not printed."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST_REMARK else line[: LONGEST_REMARK - 1] + "…"


def remark(text: str, indent: int = 0) -> str:
    """A text for a comment that begins after `indent` blanks, wrapped into several where it is long."""
    lines = wrap(one_line(text), WIDTH - indent, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}# ".join(lines)
