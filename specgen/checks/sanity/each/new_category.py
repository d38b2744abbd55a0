"""Categories that the model never saw."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.found import Finding, not_applicable
from specgen.checks.sanity.probes import Words, base_rows, changed, each, probed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.sampled import train_split
from specgen.checks.sanity.scene import Scene
from specgen.inputs.tables import quote

NEW = "a category never seen"
DO = (
    "Give new categories a value of their own in the encoder (scikit-learn: handle_unknown), or make sure "
    "that such rows never reach the model; {all: true, except: [new_category]} under 'sanity' leaves this check out."
)


@sanity_check("new_category", "A new category is handled", live=True)
def new_category(scene: Scene) -> Iterator[Finding]:
    """With a text that no data have in any one feature of text, the model still answers, and not with NaN.

    8 rows a feature. An exception fails the check where a split has categories that the training split
    lacks, and is inconclusive where none has; a crash and NaN always fail it.
    """
    import pyarrow as pa

    base = base_rows(scene)
    texts = [
        one.name for one in base.schema if pa.types.is_string(one.type) or pa.types.is_large_string(one.type)
    ]
    if not texts:
        yield not_applicable("none of the model's features is text")
        return
    probes = [changed(base, name, f"a new category of {name}", NEW) for name in texts]
    told = f"with a new category of {each(texts, 'features of text')}, {len(base)} rows get an answer"
    yield from probed(scene, probes, base, lambda: _new(scene, texts), Words(told, DO))


def _new(scene: Scene, texts: list[str]) -> dict[str, str]:
    """Features of which a split has values that the training split lacks, and in words where."""
    train, found = train_split(scene), dict[str, list[str]]()
    for name in texts:
        known = scene.tables[train].column(name)
        for split, table in scene.tables.items():
            column = table.column(name)
            if split == train or known is None or column is None:
                continue
            new = scene.ask(
                f"SELECT count(*) FROM {table.sql} WHERE {quote(column)} NOT IN"
                f" (SELECT {quote(known)} FROM {scene.tables[train].sql} WHERE {quote(known)} IS NOT NULL)"
            )[0][0]
            if new:
                found.setdefault(name, []).append(f"{new:,} row{'s' * (new != 1)} of {split}")
    return {name: f"{', '.join(where)} have one that {train} lacks" for name, where in found.items()}
