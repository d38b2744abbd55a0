"""A team's sections: `sections/*.html.j2`, checked as far as they can be before there is a result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from specgen.frozen import Frozen
from specgen.record.result import Result
from specgen.report.brand.markup import attribute_fault, tag_fault
from specgen.spec.problems import Problem, did_you_mean

# A comment of its own line before everything else: {# title: Risks #}
HEAD = re.compile(r"\{#\s*([\w-]+)\s*:\s*(.*?)\s*#\}\s*\Z")
KEYS = ("title", "after")
# Anchors of the report's sections, in their order.
PLACES = (
    "gates", "ladder", "models", "live-models", "baselines", "slices", "findings", "examples", "flips", "labels",
    "rare", "scores", "fairness", "business", "constraints", "drift", "over-time", "sanity", "splits", "bibliography",
)  # fmt: skip
TAG = re.compile(r"<([a-zA-Z][\w:-]*)([^<>]*)")
ATTRIBUTE = re.compile(r"\s([\w:-]+)\s*=")
QUOTED = re.compile(r"\"[^\"]*\"?|'[^']*'?")
MOST_TITLE = 60


@dataclass(frozen=True)
class Section:
    """A template of a section: its file, its heading, and the report's section that it follows, if any."""

    file: str
    source: str
    title: str
    after: str | None


def read_section(file: str, source: str) -> tuple[Section, list[Problem]]:
    """A section by its text; `file` as it is told to people, its name without endings is the title unless given."""
    head, problems = _head(file, source)
    stem = file.replace("\\", "/").rpartition("/")[2].removesuffix(".html.j2")
    title = head.get("title") or stem.replace("_", " ").replace("-", " ").strip().capitalize()
    found = Section(file, source, title, head.get("after"))
    return found, [*problems, *_problems(file, source)]


def _head(file: str, source: str) -> tuple[dict[str, str], list[Problem]]:
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(source.splitlines(), start=1):
        match = HEAD.match(line.strip())
        if match is None:
            if line.strip():
                break
            continue
        key, value = match[1], match[2]
        wrong = _head_fault(key, value)
        if wrong:
            problems.append(Problem(file, number, 1, (key,), wrong))
        else:
            found[key] = value
    return found, problems


def _head_fault(key: str, value: str) -> str | None:
    if key not in KEYS:
        return f"unknown key{did_you_mean(key, KEYS) or '; known keys: ' + ', '.join(KEYS)}"
    if key == "title" and not 0 < len(value) <= MOST_TITLE:
        return f"a title has 1 to {MOST_TITLE} characters, this one {len(value)}"
    if key == "after" and value not in PLACES:
        return f"no section '{value}'{did_you_mean(value, PLACES) or '; there are ' + ', '.join(PLACES)}"
    return None


def _problems(file: str, source: str) -> Iterator[Problem]:
    """Syntax, names, filters and HTML that are wrong whatever the result will be."""
    from jinja2 import TemplateSyntaxError, meta, nodes

    from specgen.report.brand.sandbox import FILTERS, environment

    jinja = environment()
    try:
        tree = jinja.parse(source)
        unknown = meta.find_undeclared_variables(tree) - {"result"} - set(jinja.globals)
    except TemplateSyntaxError as error:
        yield Problem(file, error.lineno, 1, (), f"no Jinja2: {str(error.message).rstrip('.')}")
        return
    except RecursionError:
        yield Problem(file, 1, 1, (), "nested too deeply")
        return
    names = ["result", *jinja.globals]
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            hint = did_you_mean(node.name, names) or f"; there are {', '.join(names)}"
            yield Problem(file, node.lineno, 1, (), f"there is no '{node.name}'{hint}")
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        known = jinja.filters if isinstance(node, nodes.Filter) else jinja.tests
        if node.name not in known:
            kind = "filter" if known is jinja.filters else "test"
            hint = did_you_mean(node.name, list(known)) or f"; specgen's own filters are {', '.join(FILTERS)}"
            yield Problem(file, node.lineno, 1, (), f"no {kind} '{node.name}'{hint}")
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        yield Problem(file, node.lineno, 1, (), "a section stands by itself and reads no other file")
    for node in tree.find_all(nodes.Getattr):
        wrong = _unknown_field(node)
        if wrong:
            yield Problem(file, node.lineno, 1, (), wrong)
    for node in tree.find_all(nodes.TemplateData):
        yield from _markup(file, node.lineno, node.data)


def _unknown_field(node: Any) -> str | None:
    """Whether `result.….name` is none of the result's fields, as far as the path leads through its parts."""
    owner = _model(node.node)
    if owner is None or node.attr in owner.model_fields or hasattr(dict, node.attr):
        return None
    fields = list(owner.model_fields)
    hint = did_you_mean(node.attr, fields) or f"; there are {', '.join(fields)}"
    return f"no '{node.attr}' in results.json there{hint}"


def _model(node: Any) -> type[Frozen] | None:
    """The part of the result that an expression stands for; None where that is not known."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return Result if node.name == "result" else None
    if not isinstance(node, nodes.Getattr):
        return None
    owner = _model(node.node)
    field = owner.model_fields.get(node.attr) if owner else None
    options = (field.annotation, *get_args(field.annotation)) if field else ()
    return next((one for one in options if isinstance(one, type) and issubclass(one, Frozen)), None)


def _markup(file: str, line: int, text: str) -> Iterator[Problem]:
    """Elements and attributes that are written out and that no section may hold."""
    for match in TAG.finditer(text):
        tag = match[1].lower()
        at = line + text.count("\n", 0, match.start())
        wrong = tag_fault(tag)
        if wrong:
            yield Problem(file, at, 1, (), wrong)
            continue
        for name in ATTRIBUTE.findall(QUOTED.sub('""', match[2])):
            told = attribute_fault(tag, name.lower())
            if told:
                yield Problem(file, at, 1, (), told)
