"""The Jinja2 environments of the reports: HTML and PDF, and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from specgen.report.brand.place import with_own
from specgen.report.glossary import glossary
from specgen.report.markdown_text import printed
from specgen.report.text import clean


def template_folder() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(str(files("specgen.report"))).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _finalize(value: Any) -> Any:
    """Every printed string loses what would break the layout; markup of our own stays."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _compiled() -> BytecodeCache | None:
    """Where compiled templates are kept between runs: a folder of the user's own, if there can be one."""
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None


def _environment(finalize: Callable[[Any], Any]) -> Environment:
    """Escaping everywhere, undefined names are errors."""
    return Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_compiled(),
    )


@cache
def environment() -> Environment:
    """That of HTML and PDF."""
    found = _environment(_finalize)
    found.filters["glossary"] = glossary
    found.filters["with_own"] = with_own
    return found


@cache
def markdown_environment() -> Environment:
    """That of Markdown."""
    found = _environment(printed)
    found.filters["unbroken"] = lambda text: str(text).replace(" ", "\u00a0")
    return found


def render(name: str, **context: object) -> str:
    """A template of HTML filled in."""
    return environment().get_template(name).render(**context)


def render_markdown_template(name: str, **context: object) -> str:
    """A template of Markdown filled in."""
    return markdown_environment().get_template(name).render(**context)
