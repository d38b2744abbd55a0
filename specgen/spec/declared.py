"""What a spec declares by name, and the names that gates may use."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from specgen.spec.milestones import Gate
from specgen.spec.part import Key
from specgen.spec.problems import did_you_mean
from specgen.spec.spec import Spec

Found: TypeAlias = Iterator[tuple[Key, str]]


@dataclass(frozen=True)
class Names:
    """What a spec declares, by section. Nothing is missed from a doubtful section: it was not read whole."""

    of: Mapping[str, tuple[str, ...]]
    doubtful: frozenset[str]

    def lacks(self, section: str, name: str | None, kind: str) -> str | None:
        """What to say when a name is not declared in a section; None when it is, or none is asked for."""
        known = self.of[section]
        if name is None or name in known or section in self.doubtful:
            return None
        listed = f"; '{section}' has {', '.join(known)}" if len(known) <= 6 else ""
        if not known:
            return f"no {kind} '{name}'; the spec has no '{section}'"
        return f"no {kind} '{name}'{did_you_mean(name, known) or listed}"


def family_name(by: Collection[str]) -> str:
    """How slices by these columns are called together: `gender & language`."""
    return " & ".join(by)


def declared(spec: Spec) -> dict[str, tuple[str, ...]]:
    """Names by section."""
    return {
        "data": tuple(spec.data),
        "models": tuple(spec.models),
        "baselines": tuple(spec.baselines),
        "slices": tuple(part.name or family_name(part.by or ()) for part in spec.slices),
        "key_examples": tuple(part.name for part in spec.key_examples),
        "business": tuple(part.name for part in spec.business),
        "constraints": spec.constraints.limited if spec.constraints else (),
    }


def metric_key(spec: Spec, name: str, label: str | None = None, k: int | None = None) -> str:
    """The key of a metric that a gate or a published value names: `ndcg` is `ndcg@10` where only that is declared."""
    if k is not None and "@" not in name:
        return f"{name}@{k}"
    keys = [request.key for request in spec.metrics if (request.name, request.label) == (name, label)]
    return keys[0] if len(set(keys)) == 1 else name


def asked_labels(spec: Spec) -> tuple[str, ...]:
    """Labels that a metric or a gate names."""
    named = [request.label for request in spec.metrics] + [gate.label for _, gate in all_gates(spec)]
    named += [label for _, _, label in compared_metrics(spec)]
    return tuple(dict.fromkeys(label for label in named if label is not None))


def asked_metrics(spec: Spec) -> frozenset[str]:
    """Names, without parameters, of the metrics that a spec, one of its gates or `fairness` asks for."""
    named = [request.name for request in spec.metrics]
    named += [gate.metric for _, gate in all_gates(spec) if gate.metric]
    named += [key for _, key, _ in compared_metrics(spec)]
    return frozenset(name.partition("@")[0] for name in named)


def compared_metrics(spec: Spec) -> Iterator[tuple[Key, str, str | None]]:
    """Path, key and label of the metrics that `fairness` compares between groups."""
    for i, part in enumerate(spec.fairness):
        for j, request in enumerate(part.metrics):
            yield ("fairness", i, "metrics", j), metric_key(spec, request.key, request.label), request.label


def grouped_by(spec: Spec) -> list[tuple[str, ...]]:
    """Columns by whose values rows are grouped: those of slices by value, then those of `fairness`."""
    return [part.by for part in spec.slices if part.by] + [part.by for part in spec.fairness]


def of_a_value(spec: Spec, name: str) -> bool:
    """Whether a name is that of a slice by value, such as `noise=car`; the data decide if it exists."""
    columns = tuple(part.partition("=")[0] for part in name.split(" & ") if "=" in part)
    return bool(columns) and columns in grouped_by(spec)


def all_gates(spec: Spec) -> Iterator[tuple[Key, Gate]]:
    """Every gate with its path."""
    for i, milestone in enumerate(spec.milestones):
        for j, gate in enumerate(milestone.gates):
            yield ("milestones", i, "gates", j), gate


def unknown(path: Key, message: str | None) -> Found:
    """The mistake, if there is a message."""
    if message:
        yield path, message
