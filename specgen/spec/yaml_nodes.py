"""YAML text → plain data with the position of every key and value; what is unsafe or unclear is refused.

Scalars are read by YAML 1.2's core schema, so `no`, `on` and dates stay texts; so does a number with
leading zeros, which is a code more often than a count.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import TagToken

from specgen.spec.part import Key

Place: TypeAlias = tuple[int, int]
Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"

MOST_BYTES = 1 << 20
MOST_NODES = 50_000
MOST_DEPTH = 60
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,29})")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
WORDS: dict[str, Data] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    ".inf": float("inf"), ".nan": float("nan"),
}  # fmt: skip


class YamlError(Exception):
    """The text is no usable YAML; `faults` holds (place, path, message)."""

    def __init__(self, faults: list[tuple[Place, Key, str]]) -> None:
        super().__init__(faults[0][2])
        self.faults = faults


@dataclass
class Nodes:
    """Plain data, and the 1-based line and column of each key and of each value by path."""

    data: Data = None
    keys: dict[Key, Place] = field(default_factory=dict)
    values: dict[Key, Place] = field(default_factory=dict)
    faults: list[tuple[Place, Key, str]] = field(default_factory=list)


def decode(raw: bytes) -> str:
    """The text of a file; raises YamlError when it is too large or not UTF-8."""
    if len(raw) > MOST_BYTES:
        raise YamlError([((1, 1), (), f"the file has {len(raw):,} bytes; a spec has at most {MOST_BYTES:,}")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise YamlError([((line, column), (), "not UTF-8; save the file with the encoding UTF-8")]) from error


def read_nodes(text: str) -> Nodes:
    """Data and positions of one YAML document that is a mapping.

    Raises YamlError with everything that is wrong with the YAML itself.
    """
    root = _compose(text)
    if root is None:
        raise YamlError(
            [((1, 1), (), "the file is empty; start with `specgen: 1`, or write one by `specgen init`")]
        )
    nodes = Nodes(faults=_tags(text))
    nodes.data = _Reader(nodes).value(root, ())
    if not isinstance(nodes.data, dict):
        nodes.faults.append(
            (_place(root), (), f"expected a mapping of keys to values, got {described(nodes.data)}")
        )
    if nodes.faults:
        raise YamlError(nodes.faults)
    return nodes


def described(value: object) -> str:
    """A value in words, for messages."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value) if len(value) <= 60 else repr(value[:57] + "...")
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"{value!r}"


def _compose(text: str) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: Node | None = YAML(typ="safe", pure=True).compose(text)
            return found
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError([(place, (), _syntax(error))]) from error
    except RecursionError as error:
        raise YamlError([((1, 1), (), "nested too deeply")]) from error
    except (YAMLError, ValueError, TypeError, LookupError, AssertionError, AttributeError) as error:
        raise YamlError([(_odd_character(text), (), _syntax(error))]) from error


def _syntax(error: Exception) -> str:
    """The parser's complaint in our words where we know better ones."""
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]
    if "\\t" in said or "'\t'" in said:
        return "not valid YAML: a tab; indent with spaces"
    if "but found another document" in said:
        return "a second document; a spec is one document, without `---` inside"
    if "undefined alias" in said:
        return f"not valid YAML: {said}; write the value out"
    if "mapping values are not allowed" in said:
        return "not valid YAML: a second `: ` in one value; put the value in quotes"
    opened = getattr(error, "context_mark", None)
    context = str(getattr(error, "context", None))
    what = "quote" if "quoted scalar" in context else "bracket" if "flow" in context else None
    hint = f"; is the {what} of line {opened.line + 1} closed?" if opened and what else ""
    return f"not valid YAML: {said}{hint}"


def _odd_character(text: str) -> Place:
    odd = re.search(r"[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    start = odd.start() if odd else 0
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _tags(text: str) -> list[tuple[Place, Key, str]]:
    """Explicit tags; the scan is repeated only for a text that may have one."""
    if "!" not in text:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        marks = [
            token.start_mark
            for token in YAML(typ="safe", pure=True).scan(text)
            if isinstance(token, TagToken)
        ]
    return [
        (
            (mark.line + 1, mark.column + 1),
            (),
            "tags such as `!!python/object` are not allowed; write plain values",
        )
        for mark in marks
    ]


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


@dataclass
class _Reader:
    """Walks a node graph; an alias is walked again, so their number is limited after expansion."""

    nodes: Nodes
    count: int = 0
    open: set[int] = field(default_factory=set)

    def value(self, node: Node, path: Key) -> Data:
        self.count += 1
        if self.count > MOST_NODES:
            fault = (_place(node), path[:1], f"aliases make more than {MOST_NODES:,} values of this file")
            raise YamlError([*self.nodes.faults, fault])
        if id(node) in self.open:
            raise YamlError(
                [*self.nodes.faults, (_place(node), path, "an alias refers to what it stands in")]
            )
        if len(path) > MOST_DEPTH:
            raise YamlError([*self.nodes.faults, (_place(node), path[:3], "nested too deeply")])
        self.nodes.values.setdefault(path, _place(node))
        if isinstance(node, ScalarNode):
            return scalar(node.value) if node.style is None else str(node.value)
        self.open.add(id(node))
        if isinstance(node, SequenceNode):
            found: Data = [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        else:
            found = self.mapping(node.value, path)
        self.open.discard(id(node))
        return found

    def mapping(self, pairs: list[tuple[Node, Node]], path: Key) -> Data:
        found: dict[str, Data] = {}
        for key_node, value_node in pairs:
            if not isinstance(key_node, ScalarNode):
                self.fault(key_node, path, "a key must be a plain text")
                continue
            key = str(key_node.value)
            if key == "<<" and key_node.style is None:
                self.fault(key_node, path, "merge keys (`<<`) are not allowed; write the keys out")
            elif key in found:
                first = self.nodes.keys[(*path, key)][0]
                self.fault(key_node, (*path, key), f"this key stands in line {first} already; keep one")
            else:
                self.nodes.keys[(*path, key)] = _place(key_node)
                found[key] = self.value(value_node, (*path, key))
        return found

    def fault(self, node: Node, path: Key, message: str) -> None:
        self.nodes.faults.append((_place(node), path, message))


def scalar(text: str) -> Data:
    """A plain (unquoted) scalar by YAML 1.2's core schema."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if FLOAT.fullmatch(text) else text
