"""Reads a spec: one YAML file → a checked `Spec`, or all its mistakes at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from specgen.spec.conditions import check_syntax
from specgen.spec.part import Key
from specgen.spec.problems import Problem, SpecError
from specgen.spec.references import check_references
from specgen.spec.shape import Mistake, mistakes, original, without
from specgen.spec.spec import Spec
from specgen.spec.yaml_nodes import Data, Nodes, Place, YamlError, decode, read_nodes


@dataclass(frozen=True)
class Positions:
    """1-based line and column of every key and value, by path."""

    keys: Mapping[Key, Place]
    values: Mapping[Key, Place]
    collections: Collection[Key]

    def find(self, path: Key) -> Place:
        """The value's place (a mapping's or list's key), or the nearest known ancestor's."""
        for end in range(len(path), 0, -1):
            at = path[:end]
            if at in self.values:
                return self.keys.get(at, self.values[at]) if at in self.collections else self.values[at]
        return self.values.get((), (1, 1))


@dataclass(frozen=True)
class LoadedSpec:
    """A spec with where it came from. `path` is as given, `sha256` of the file's bytes.

    `written` is all of the file's text, `text` that without a byte order mark.
    `frames` are rows by split (pyarrow tables) that stand in place of the spec's files. `left_out` are paths
    of malformed parts that the spec is without, so that what comes after them stands further down in the file.
    """

    spec: Spec
    path: Path
    text: str
    written: str
    sha256: str
    positions: Positions
    frames: Mapping[str, Any] = field(default_factory=dict, compare=False)
    left_out: Sequence[Key] = ()

    def position(self, path: Key) -> Place:
        """1-based line and column of the value at a path, or of its nearest known ancestor."""
        return self.positions.find(original(path, self.left_out))

    def problem(self, path: Key, message: str) -> Problem:
        """A problem with the value at a path."""
        return Problem(str(self.path), *self.position(path), original(path, self.left_out), message)

    def problem_at(self, path: Key, offset: int | None, message: str) -> Problem:
        """A problem inside a text, `offset` characters from its start where that can be pointed at."""
        line, column = self.position(path)
        if offset is not None:
            column += self._lead(path, line, column) + offset if self._lead(path, line, column) >= 0 else 0
        return Problem(str(self.path), line, column, original(path, self.left_out), message)

    def _lead(self, path: Key, line: int, column: int) -> int:
        """Characters before the text at its place: 0, or 1 for a quote; -1 when it is written otherwise."""
        value: object = self.spec
        for segment in path:
            value = value[segment] if isinstance(value, tuple | dict) else getattr(value, str(segment), None)  # type: ignore[index]
        rest = self.text.split("\n")[line - 1][column - 1 :]
        if not isinstance(value, str):
            return -1
        return next((lead for lead in (0, 1) if rest[lead:].startswith(value)), -1)


class PartlyWrongError(SpecError):
    """A spec with mistakes, of which `loaded` is what can be looked at nevertheless, its data too.

    Malformed parts are left out of it: of their sections, which are `doubtful`, not all may be there.
    """

    def __init__(
        self, problems: Sequence[Problem], loaded: LoadedSpec, doubtful: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(problems)
        self.loaded = loaded
        self.doubtful = doubtful


def load_spec(path: str | Path) -> LoadedSpec:
    """Read and check a spec's form and references; its data is not touched.

    Raises SpecError with every mistake, each at its line and column.
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
        text = decode(raw)
        nodes = read_nodes(text)
    except OSError as error:
        raise SpecError(
            [Problem(str(file), 1, 1, (), f"cannot read the spec: {error.strerror or error}")]
        ) from error
    except YamlError as error:
        faults = [Problem(str(file), *place, where, message) for place, where, message in error.faults]
        raise SpecError(faults) from None
    positions = Positions(nodes.keys, nodes.values, _collections(nodes))
    digest = hashlib.sha256(raw).hexdigest()

    def loaded(data: Data) -> LoadedSpec:
        return LoadedSpec(Spec.model_validate(data), file, text, raw.decode("utf-8"), digest, positions)

    try:
        found = loaded(nodes.data)
    except ValidationError as error:
        wrong = mistakes(error, nodes)
    else:
        unknown, malformed = check_references(found), check_syntax(found)
        if not malformed and not unknown:
            return found
        raise _error(
            loaded, nodes.data, [*unknown, *malformed], found, [problem.path for problem in malformed]
        )
    left_out = [mistake.path for mistake in wrong]
    rest, doubtful = _rest(loaded, nodes.data, left_out)
    told = _placed(file, positions, wrong)
    if rest is None:
        raise SpecError(told)
    malformed = check_syntax(rest)
    told += [*check_references(rest, doubtful), *malformed]
    raise _error(loaded, nodes.data, told, rest, [*left_out, *(problem.path for problem in malformed)])


def _error(
    loaded: Callable[[Data], LoadedSpec],
    data: Data,
    told: list[Problem],
    found: LoadedSpec,
    left_out: list[Key],
) -> SpecError:
    """PartlyWrongError with what is left without some parts, SpecError where nothing is."""
    rest, doubtful = _rest(loaded, data, left_out) if left_out else (found, frozenset())
    return SpecError(told) if rest is None else PartlyWrongError(told, rest, doubtful)


def _placed(file: Path, positions: Positions, wrong: list[Mistake]) -> list[Problem]:
    return [
        Problem(
            str(file), *(positions.keys[m.path] if m.at_key else positions.find(m.path)), m.path, m.message
        )
        for m in wrong
    ]


def _rest(
    loaded: Callable[[Data], LoadedSpec], data: Data, left_out: list[Key]
) -> tuple[LoadedSpec | None, frozenset[str]]:
    """The spec without malformed parts, None where nothing can be read without them; and the sections that had them."""
    rest, touched = without(data, left_out)
    try:
        return replace(loaded(rest), left_out=tuple(left_out)), touched
    except ValidationError:
        return None, touched


def _collections(nodes: Nodes) -> frozenset[Key]:
    """Paths of mappings and lists: those that are a parent of another path."""
    return frozenset(path[:-1] for path in nodes.values if path)
