"""Pydantic's errors → mistakes in plain words, at the paths that the YAML has."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from specgen.spec.part import LIST, MAPPING, SCALAR, Key, Part
from specgen.spec.problems import did_you_mean, nearest
from specgen.spec.spec import Spec
from specgen.spec.yaml_nodes import Data, Nodes, described, scalar

PERCENT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*%\s*")
TAGS = (MAPPING, LIST, SCALAR)
SHAPES = {MAPPING: "a mapping", LIST: "a list", SCALAR: "a single value"}
EXPECTED = {
    "string_type": "text", "float_type": "a number", "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list", "dict_type": "a mapping", "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "finite_number": "a finite number", "int_from_float": "a whole number",
}  # fmt: skip
# Stand in for malformed sections that a spec cannot be without.
PLACEHOLDER = "?"
PLACEHOLDERS: dict[str, Data] = {
    "specgen": 1, "project": {"name": PLACEHOLDER}, "metrics": [PLACEHOLDER], "data": {PLACEHOLDER: PLACEHOLDER},
    "task": {"type": "binary", "target": PLACEHOLDER, "positive": 1, "prediction": PLACEHOLDER},
    "models": {PLACEHOLDER: {"columns": {"prediction": PLACEHOLDER}}},
}  # fmt: skip
PLACEHOLDER_GATE: dict[str, Data] = {"sanity": "all"}


@dataclass(frozen=True)
class Mistake:
    """What is wrong at a path; `at_key` when the key itself is the mistake."""

    path: Key
    message: str
    at_key: bool = False


def mistakes(error: ValidationError, nodes: Nodes, root: type[Part] = Spec) -> list[Mistake]:
    """Every error of `root` once, in the YAML's own paths, without those that another one explains."""
    found: list[Mistake] = []
    explained: set[Key] = set()
    details = [detail for detail in error.errors(include_url=False) if not _is_echo(detail)]
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    for detail in details:
        if detail["type"] == "extra_forbidden":
            mistake, meant = _unknown_key(detail, nodes, root)
            found.append(mistake)
            if meant and (*detail["loc"][:-1], meant) in missing:
                explained.add((*mistake.path[:-1], meant))
    for detail in details:
        if detail["type"] == "rules":
            at = _path(detail["loc"], nodes)
            found += [Mistake((*at, *where), message) for where, message in detail["ctx"]["faults"]]
        elif detail["type"] != "extra_forbidden":
            path = _path(detail["loc"], nodes)
            if path not in explained:
                found.append(Mistake(path, _words(detail, root)))
    return list(dict.fromkeys(found))


def _is_echo(detail: ErrorDetails) -> bool:
    """Whether a list counts as too short only because its items are wrong."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _path(loc: Key, nodes: Nodes) -> Key:
    """A loc without the segments that pydantic adds: tags of unions, items of a text made a list."""
    path: Key = ()
    for segment in loc:
        if segment in TAGS or segment == "[key]":
            continue
        if isinstance(segment, int) and (*path, segment) not in nodes.values:
            continue
        path = (*path, segment)
    return path


def _unknown_key(detail: ErrorDetails, nodes: Nodes, root: type[Part]) -> tuple[Mistake, str | None]:
    loc = detail["loc"]
    part, key = part_at(loc[:-1], root), str(loc[-1])
    known = [field.alias or name for name, field in part.model_fields.items()]
    path = _path(loc, nodes)
    present = {p[-1] for p in nodes.keys if len(p) == len(path) and p[:-1] == path[:-1]}
    free = [name for name in known if name not in present]
    meant = nearest(key, free)
    hint = did_you_mean(key, free) or (f"; known keys: {', '.join(known)}" if len(known) <= 8 else "")
    return Mistake(path, f"unknown key{hint}", at_key=path in nodes.keys), meant


def _words(detail: ErrorDetails, root: type[Part]) -> str:
    kind, got, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        return f"missing; {_help(detail['loc'], root)}"
    if kind in EXPECTED:
        return _expected(EXPECTED[kind], got)
    if kind == "literal_error":
        return _expected_word(detail["loc"], got, context)
    if kind == "union_tag_invalid":
        shapes = [SHAPES[tag] for tag in TAGS if repr(tag) in str(context["expected_tags"])]
        return _expected(" or ".join(shapes), got)
    if kind in ("too_short", "string_too_short"):
        what = "text" if kind == "string_too_short" else f"at least {context['min_length']}"
        return (
            f"empty; give {what}" if not got else f"expected at least {context['min_length']}, got {len(got)}"
        )
    if kind == "string_pattern_mismatch":
        return f"{described(got)} is no name; use one line without spaces around it"
    if kind == "string_too_long":
        return f"expected at most {context['max_length']} characters, got {len(got)}"
    bounds = {"greater_than": ("gt", "above"), "greater_than_equal": ("ge", "at least"),
              "less_than": ("lt", "below"), "less_than_equal": ("le", "at most")}  # fmt: skip
    if kind in bounds:
        key, word = bounds[kind]
        return f"expected a number {word} {context[key]:g}, got {described(got)}"
    return _expected(detail["msg"], got)


def _expected(what: str, got: object) -> str:
    if what == "text" and isinstance(got, bool | int | float):
        return f"expected text, got {described(got)}; put it in quotes"
    if what.endswith("number") and isinstance(got, str) and isinstance(scalar(got), int | float):
        return f"expected {what}, got the text {described(got)}; remove the quotes"
    share = PERCENT.fullmatch(got) if isinstance(got, str) and what.startswith("a number") else None
    hint = f"; write {float(share[1]) / 100:.6g}" if share else ""
    return f"expected {what}, got {described(got)}{hint}"


def _expected_word(loc: Key, got: object, context: dict[str, Any]) -> str:
    words = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    if loc[-1] == "[key]":
        return f"unknown key{did_you_mean(str(got), words) or '; known keys: ' + ', '.join(words)}"
    hint = did_you_mean(got, words) if isinstance(got, str) else ""
    if SCALAR in loc:
        words.append("a list")
    listed = f"{', '.join(words[:-1])} or {words[-1]}" if words[1:] else words[0]
    return f"expected {listed}, got {described(got)}{hint}"


def _help(loc: Key, root: type[Part]) -> str:
    """What to add, with the description of the key as an aside."""
    fields = part_at(loc[:-1], root).model_fields
    field = next((field for name, field in fields.items() if (field.alias or name) == loc[-1]), None)
    if field is None or not field.description:
        return f"add '{loc[-1]}'"
    text = field.description.rstrip(".")
    return f"add '{loc[-1]}' ({text[0].lower()}{text[1:]})"


def part_at(loc: Key, root: type[Part] = Spec) -> type[Part]:
    """The model that a loc of pydantic's leads to: where hints must come from."""
    part = root
    skip = False
    for segment in loc:
        if skip or isinstance(segment, int) or segment in TAGS:
            skip = False
            continue
        field = next((f for name, f in part.model_fields.items() if (f.alias or name) == segment), None)
        found = _part_in(field.annotation) if field else None
        if field is None or found is None:
            return part
        part, skip = found, _is_mapping(field.annotation)
    return part


def _part_in(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, Part):
        return annotation
    return next((found for argument in get_args(annotation) if (found := _part_in(argument))), None)


def _is_mapping(annotation: Any) -> bool:
    return get_origin(annotation) is dict or any(_is_mapping(argument) for argument in get_args(annotation))


def without(data: Data, paths: list[Key]) -> tuple[Data, frozenset[str]]:
    """The data without the gates and entries of sections that hold the paths, and those sections' names.

    What may not be empty gets a placeholder, so that the rest can still be looked at.
    """
    rest: dict[str, Data] = dict(data) if isinstance(data, dict) else {}
    touched = frozenset(str(path[0]) for path in paths if path)
    for section in touched:
        value = rest.get(section)
        inner = [path[1:] for path in paths if path[0] == section]
        if section in ("project", "task") or () in inner or not isinstance(value, dict | list):
            rest.pop(section, None)
        else:
            rest[section] = _pruned(value, inner)
        if not rest.get(section):
            rest.pop(section, None)
            rest |= {key: placeholder for key, placeholder in PLACEHOLDERS.items() if key == section}
    return rest, touched


def _pruned(value: Any, paths: list[Key]) -> Any:
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if all(path[0] != key for path in paths)}
    kept = []
    for i, item in enumerate(value):
        inner = [path[1:] for path in paths if path[0] == i]
        gates = [path[1:] for path in inner if path[:1] == ("gates",) and len(path) > 1]
        if inner and len(gates) == len(inner):
            rest = [g for j, g in enumerate(item["gates"]) if all(p[0] != j for p in gates)]
            kept.append({**item, "gates": rest or [PLACEHOLDER_GATE]})
        elif not inner:
            kept.append(item)
    return kept


def original(path: Key, left_out: Sequence[Key]) -> Key:
    """The path in the whole data of a path in what `without` the paths leaves of it."""
    gone = [one for one in left_out if len(one) > 1 and one[0] == path[0]] if path else []
    gates = [one for one in gone if one[2:3] == ("gates",) and len(one) > 3]
    path = _moved(path, 1, {one[1] for one in gone if one not in gates})
    return _moved(path, 3, {one[3] for one in gates if one[:3] == path[:3]})


def _moved(path: Key, at: int, gone: Collection[str | int]) -> Key:
    """A path whose index at a place counts items that are gone."""
    index = path[at] if len(path) > at else None
    if not isinstance(index, int):
        return path
    for one in sorted(one for one in gone if isinstance(one, int)):
        index += one <= index
    return (*path[:at], index, *path[at + 1 :])
