"""Names in a spec that must stand somewhere else in it, or in the registry of metrics."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from specgen.spec.declared import (
    Found,
    Names,
    all_gates,
    declared,
    family_name,
    grouped_by,
    of_a_value,
    unknown,
)
from specgen.spec.milestones import BaselineBound
from specgen.spec.part import Key, given
from specgen.spec.problems import Problem, did_you_mean
from specgen.spec.published import bound, published
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.spec.load import LoadedSpec

RESERVED = ("all", "every")


def check_references(loaded: LoadedSpec, doubtful: frozenset[str] = frozenset()) -> list[Problem]:
    """Every name that is unknown, doubled or reserved.

    `doubtful` are sections with malformed parts, which may well declare a name that seems unknown.
    """
    spec = loaded.spec
    names = Names(declared(spec), doubtful)
    found: list[tuple[Key, str]] = [*_unique(spec), *_models(spec, names), *_splits(spec, names)]
    found += [*published(spec, names), *_gates(spec, names), *_searched(spec)]
    for i, request in enumerate(spec.metrics):
        found += _held_against(spec, names, ("metrics", i, "baseline"), request.baseline)
    return [loaded.problem(path, message) for path, message in dict.fromkeys(found)]


def check_metrics(loaded: LoadedSpec, known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Metrics that do not exist or that the task does not have; `known` maps a name to its task types."""
    spec = loaded.spec
    own = {request.name for request in spec.metrics if request.own}
    problems = []
    for path, written in _metric_names(spec):
        name = written.partition("@")[0]
        if name in own:
            continue
        if name not in known:
            candidates = [*known, *own]
            business = any(name == b.name for b in spec.business)
            hint = (
                "; that is a business metric: write 'business'"
                if business
                else did_you_mean(name, candidates)
            )
            problems.append(
                loaded.problem(path, f"no metric '{name}'{hint or '; `specgen metrics` lists them'}")
            )
        elif spec.task.type not in known[name]:
            tasks = ", ".join(known[name])
            problems.append(
                loaded.problem(path, f"a {spec.task.type} task has no '{name}'; it is a metric of {tasks}")
            )
    return problems


def _metric_names(spec: Spec) -> Iterator[tuple[Key, str]]:
    yield from ((("metrics", i, "name"), request.name) for i, request in enumerate(spec.metrics))
    for i, fairness in enumerate(spec.fairness):
        yield from ((("fairness", i, "metrics", j, "name"), m.name) for j, m in enumerate(fairness.metrics))
    for name, baseline in spec.baselines.items():
        for i, value in enumerate(baseline.values):
            if all(value.metric != business.name for business in spec.business):
                yield ("baselines", name, "values", i, "metric"), value.metric
    for path, gate in all_gates(spec):
        if gate.metric is not None:
            yield (*path, "metric"), gate.metric


def _unique(spec: Spec) -> Found:
    metrics = {request.name for request in spec.metrics}
    sections: dict[str, list[str | None]] = {
        "slices": [part.name for part in spec.slices],
        "key_examples": [part.name for part in spec.key_examples],
        "business": [part.name for part in spec.business],
        "milestones": [part.name for part in spec.milestones],
    }
    seen: dict[str, str] = {}
    by_value = set(map(family_name, grouped_by(spec)))
    for section, names in sections.items():
        for i, name in enumerate(names):
            path: Key = (section, i, "name")
            # Slices and key examples share the column of slice names in the results.
            room = "slices" if section == "key_examples" else section
            if name is None:
                continue
            if name in RESERVED:
                yield path, f"'{name}' has a meaning of its own; choose another name"
            elif f"{room}/{name}" in seen:
                yield path, f"'{name}' is the name of {seen[f'{room}/{name}']} already; choose another"
            elif section == "business" and name in metrics:
                yield path, f"'{name}' is a metric already; choose another name"
            elif room == "slices" and (name in by_value or of_a_value(spec, name)):
                yield path, f"'{name}' is what slices by value are called; choose another name"
            seen.setdefault(f"{room}/{name}", f"{section}[{i}]")
    families = [part.by for part in spec.slices]
    for i, by in enumerate(families):
        if by is not None and by in families[:i]:
            yield (
                ("slices", i, "by"),
                f"slices by {family_name(by)} are there already, in slices[{families.index(by)}]",
            )


def _models(spec: Spec, names: Names) -> Found:
    wrong = names.lacks("models", spec.candidate, "model")
    if wrong:
        yield ("candidate",), wrong
    if spec.candidate is None and len(spec.models) > 1 and "candidate" not in names.doubtful:
        yield ("candidate",), f"missing; say which of the models is under review: {', '.join(spec.models)}"
    for name, baseline in spec.baselines.items():
        wrong = names.lacks("models", baseline.model, "model")
        if wrong:
            yield ("baselines", name, "model"), wrong
        if baseline.model == spec.candidate_name and "models" not in names.doubtful:
            yield (
                ("baselines", name, "model"),
                f"'{baseline.model}' is the candidate itself; name another model",
            )
        if name in spec.models and (baseline.kind == "naive" or given(baseline, "column", "columns")):
            yield (
                ("baselines", name),
                f"'{name}' is the name of a model too; choose another",
            )


def _splits(spec: Spec, names: Names) -> Found:
    asked: list[tuple[Key, str | None]] = [
        (("milestones", i, "split"), milestone.split) for i, milestone in enumerate(spec.milestones)
    ]
    if spec.drift is not None:
        asked.append((("drift", "reference"), spec.drift.reference))
        if isinstance(spec.drift.current, tuple):
            asked += [(("drift", "current", i), split) for i, split in enumerate(spec.drift.current)]
        else:
            asked.append((("drift", "current"), spec.drift.current))
        at = [
            path
            for path, split in asked
            if path[:2] == ("drift", "current") and split == spec.drift.reference
        ]
        yield from (
            (path, f"'{spec.drift.reference}' is the reference itself; name another split") for path in at
        )
    if spec.error_analysis is not None:
        asked.append((("error_analysis", "split"), spec.error_analysis.split))
    yield from ((path, wrong) for path, split in asked if (wrong := names.lacks("data", split, "split")))


def _searched(spec: Spec) -> Found:
    """Metrics to search by, which the spec must declare."""
    known = dict.fromkeys(
        [
            *(one.key for one in spec.metrics),
            *(one.name for one in spec.metrics),
            *(b.name for b in spec.business),
        ]
    )
    for i, name in enumerate(spec.error_analysis.metrics or () if spec.error_analysis else ()):
        if name not in known:
            hint = did_you_mean(name, list(known)) or f"; there are {', '.join(known)}"
            yield ("error_analysis", "metrics", i), f"no metric '{name}' is declared{hint}"


def _held_against(spec: Spec, names: Names, path: Key, name: str | None) -> Found:
    """A baseline that is to be compared row by row, and is unknown or has no answers of its own for rows."""
    wrong = names.lacks("baselines", name, "baseline")
    yield from unknown(path, wrong)
    if name is None or wrong or name not in spec.baselines:
        return
    baseline = spec.baselines[name]
    if baseline.columns is not None and spec.task.type != "multilabel":
        yield (
            path,
            f"'{name}' are several people, whose answers differ; rows are held against one answer each",
        )
    elif baseline.kind != "naive" and not given(baseline, "column", "model"):
        yield (
            path,
            f"'{name}' has published values only; rows are held against its answers, by 'model' or 'column'",
        )


def _gates(spec: Spec, names: Names) -> Found:
    for path, gate in all_gates(spec):
        if gate.slice is not None and gate.slice != "all" and not of_a_value(spec, gate.slice):
            yield from unknown((*path, "slice"), names.lacks("slices", gate.slice, "slice"))
            if gate.slice in {family_name(part.by) for part in spec.slices if part.by}:
                yield (*path, "slice"), f"'{gate.slice}' is several slices; write slices: [{gate.slice}]"
        if isinstance(gate.slices, tuple):
            for i, name in enumerate(gate.slices):
                if not of_a_value(spec, name):
                    yield from unknown((*path, "slices", i), names.lacks("slices", name, "slice"))
        elif gate.slices == "every" and not spec.slices and "slices" not in names.doubtful:
            yield (*path, "slices"), "the spec has no slices; declare some under 'slices'"
        yield from unknown(
            (*path, "key_examples"), names.lacks("key_examples", gate.key_examples, "key examples")
        )
        yield from unknown((*path, "business"), names.lacks("business", gate.business, "business metric"))
        if gate.constraint not in (None, "all") or (gate.constraint == "all" and spec.constraints is None):
            wrong = names.lacks("constraints", gate.constraint, "constraint")
            yield from unknown((*path, "constraint"), wrong)
        if gate.drift is not None and spec.drift is None and "drift" not in names.doubtful:
            yield (*path, "drift"), "the spec has no 'drift'; say which splits to compare, under 'drift'"
        yield from _held_against(spec, names, (*path, "baseline"), gate.baseline)
        if gate.regressions is not None:
            yield from _held_against(
                spec, names, (*path, "regressions", "baseline"), gate.regressions.baseline
            )
        for key, limit in (("at_least", gate.at_least), ("at_most", gate.at_most)):
            if isinstance(limit, BaselineBound):
                yield from bound(spec, names, (*path, key, "baseline"), gate, limit.baseline)
