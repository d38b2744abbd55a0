"""Features that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.found import Finding, not_applicable
from specgen.checks.sanity.probes import Words, base_rows, changed, each, probed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.sampled import live_of
from specgen.checks.sanity.scene import Scene
from specgen.inputs.tables import quote

DO = (
    "Fill in what is missing inside the model's pipeline, or make sure that such rows never reach it; "
    "{all: true, except: [missing_feature]} under 'sanity' leaves this check out."
)


@sanity_check("missing_feature", "A missing feature is handled", live=True)
def missing_feature(scene: Scene) -> Iterator[Finding]:
    """With any one feature missing the model still answers, and not with NaN.

    Each feature in turn is missing on 8 rows. An exception fails the check where the data have such
    rows, and is inconclusive where they have none; a crash and NaN always fail it.
    """
    features = live_of(scene).features
    if not features:
        yield not_applicable("the model is given no feature")
        return
    base = base_rows(scene)
    probes = [changed(base, name, f"{name} missing", None) for name in features]
    told = f"with {each(features, 'features')} missing, {len(base)} rows get an answer"
    yield from probed(scene, probes, base, lambda: _missing(scene), Words(told, DO))


def _missing(scene: Scene) -> dict[str, str]:
    """Features that are missing somewhere in the data, and in words where."""
    found: dict[str, list[str]] = {}
    for split, table in scene.tables.items():
        real = {name: table.column(name) for name in live_of(scene).features}
        there = {name: column for name, column in real.items() if column is not None}
        counts = scene.ask(
            f"SELECT {', '.join(_count(quote(c), table.columns[c]) for c in there.values())} FROM {table.sql}"
        )[0]
        for name, count in zip(there, counts, strict=True):
            if count:
                found.setdefault(name, []).append(f"{count:,} row{'s' * (count != 1)} of {split}")
    return {name: f"it is missing on {', '.join(where)}" for name, where in found.items()}


def _count(column: str, kind: str) -> str:
    nan = f" OR isnan({column})" if kind in ("FLOAT", "DOUBLE") else ""
    return f"count_if({column} IS NULL{nan})"
