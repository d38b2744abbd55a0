"""Published values: the slices they are given for, and whether a gate's baseline has the one it needs."""

from __future__ import annotations

from specgen.spec.baselines import Baseline
from specgen.spec.declared import Found, Names, family_name, metric_key, of_a_value, unknown
from specgen.spec.milestones import Gate
from specgen.spec.part import Key, given
from specgen.spec.spec import Spec


def published(spec: Spec, names: Names) -> Found:
    """Unknown slices and splits of published values."""
    for name, baseline in spec.baselines.items():
        for i, value in enumerate(baseline.values):
            path: Key = ("baselines", name, "values", i)
            elsewhere = (None, "all", *names.of["key_examples"])
            if value.slice not in elsewhere and not of_a_value(spec, value.slice or ""):
                wrong = names.lacks("slices", value.slice, "slice")
                if wrong:
                    yield (*path, "slice"), wrong
            wrong = names.lacks("data", value.split, "split")
            if wrong:
                yield (*path, "split"), wrong


def bound(spec: Spec, names: Names, path: Key, gate: Gate, name: str) -> Found:
    """A baseline that a gate asks for and that is unknown, or lacks the value it is asked for."""
    wrong = names.lacks("baselines", name, "baseline")
    baseline = spec.baselines.get(name)
    if wrong or baseline is None:
        yield from unknown(path, wrong)
        return
    if baseline.kind == "naive" or given(baseline, "column", "columns", "model"):
        return
    split = spec.milestones[int(path[1])].split
    asked = gate.business or metric_key(spec, gate.metric or "", gate.label, gate.k)
    places = [p for p in _places(spec, gate) if not _has_value(spec, baseline, (asked, gate.label), split, p)]
    if places:
        shown = ", ".join(f"'{place}'" for place in places[:4]) + (" and others" if places[4:] else "")
        on = "" if places == ["all"] else f" on slice{'s' if places[1:] else ''} {shown}"
        of = f" of label '{gate.label}'" if gate.label else ""
        yield path, f"the baseline '{name}' has no value of '{asked}'{of}{on}; add it to its 'values'"


def _places(spec: Spec, gate: Gate) -> list[str]:
    """Slices that a gate is judged on; a family stands for those of its values, which the data know."""
    if gate.slices == "every":
        return [part.name or family_name(part.by or ()) for part in spec.slices]
    return list(gate.slices or ()) or [gate.slice or gate.key_examples or gate.by or "all"]


def _has_value(spec: Spec, baseline: Baseline, asked: tuple[str, str | None], split: str, place: str) -> bool:
    return any(
        (metric_key(spec, value.metric, value.label), value.label) == asked
        and value.split in (None, split)
        and _covers(value.slice or "all", place)
        for value in baseline.values
    )


def _covers(where: str, place: str) -> bool:
    """Whether a value for one slice is one for a place: the slice, or the family of `noise=car`."""
    return where == place or (
        "=" in where and [p.partition("=")[0] for p in where.split(" & ")] == place.split(" & ")
    )
