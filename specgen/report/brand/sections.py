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
    from jinja2 import TemplateSyntaxError

    from specgen.report.brand.sandbox import environment

    jinja = environment()
    try:
        tree = jinja.parse(source)
    except TemplateSyntaxError as error:
        yield Problem(file, error.lineno, 1, (), f"no Jinja2: {str(error.message).rstrip('.')}")
    except RecursionError:
        yield Problem(file, 1, 1, (), "nested too deeply")
    else:
        for line, text in (*_unknown_names(tree, jinja), *_unknown_fields(tree), *_markup(tree)):
            yield Problem(file, line, 1, (), text)


def _unknown_names(tree: Any, jinja: Any) -> Iterator[tuple[int, str]]:
    """Variables, filters and tests that there are not, and other templates."""
    from jinja2 import nodes

    from specgen.report.brand.sandbox import FILTERS

    names = list(tree.find_all(nodes.Name))
    # Jinja2's own search for undeclared names works out what is constant, which may take for ever.
    own = [one.name for one in names if one.ctx != "load"] + [one.name for one in tree.find_all(nodes.Macro)]
    there = ["result", *jinja.globals, *dict.fromkeys(own)]
    for one in names:
        if one.name not in (*there, "loop", "caller", "varargs", "kwargs"):
            hint = did_you_mean(one.name, there) or f"; there are {', '.join(there)}"
            yield one.lineno, f"there is no '{one.name}'{hint}"
    for kind, node, known in (("filter", nodes.Filter, jinja.filters), ("test", nodes.Test, jinja.tests)):
        for one in tree.find_all(node):
            if one.name not in known:
                ours = f"; specgen's own are {', '.join(FILTERS)}" if kind == "filter" else ""
                yield one.lineno, f"no {kind} '{one.name}'{did_you_mean(one.name, list(known)) or ours}"
    for one in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        yield one.lineno, "a section stands by itself and reads no other file"


def _unknown_fields(tree: Any) -> Iterator[tuple[int, str]]:
    """`result.….name` that no result has, as far as the path leads through its parts."""
    from jinja2 import nodes

    for one in tree.find_all(nodes.Getattr):
        owner = _model(one.node)
        if owner and one.attr not in owner.model_fields and not hasattr(dict, one.attr):
            fields = list(owner.model_fields)
            hint = did_you_mean(one.attr, fields) or f"; there are {', '.join(fields)}"
            yield one.lineno, f"no '{one.attr}' in results.json there{hint}"


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


def _markup(tree: Any) -> Iterator[tuple[int, str]]:
    """Elements and attributes that are written out and that no section may hold."""
    from jinja2 import nodes

    for data in tree.find_all(nodes.TemplateData):
        for match in TAG.finditer(data.data):
            tag = match[1].lower()
            line = data.lineno + data.data.count("\n", 0, match.start())
            names = ATTRIBUTE.findall(QUOTED.sub('""', match[2]))
            wrong = tag_fault(tag)
            faults = [wrong] if wrong else [attribute_fault(tag, name.lower()) for name in names]
            yield from ((line, fault) for fault in faults if fault)
