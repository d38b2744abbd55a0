"""Counting straight from files against the engine's group-bys, over schemas and slices drawn at random."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from specgen.engine import adding, chunks
from specgen.engine.collapse import collapse
from specgen.inputs.load import load_inputs
from specgen.inputs.splits import open_splits
from specgen.inputs.tables import connect
from specgen.metrics.uses import spec_uses
from specgen.pipeline.check import judged_splits
from specgen.pipeline.passes import split_vectors
from specgen.spec.load import load_spec

ROWS = 900
TEXTS = ["a", "b", "", " ", "A", "é", "o'x", "NULL", "1"]
KINDS = ("text", "dictionary", "int8", "int64", "float", "bool")


def column(rng: np.random.Generator, kind: str) -> pa.Array:
    """Values of a kind, some of them missing in every second column."""
    missing = rng.random(ROWS) < (0.1 if rng.random() < 0.5 else 0)
    few = int(rng.integers(1, 9))
    if kind in ("text", "dictionary"):
        values = rng.choice(TEXTS[:few], ROWS).astype(object)
        values[missing] = None
        made = pa.array(values.tolist(), pa.string())
        return made.dictionary_encode() if kind == "dictionary" else made
    if kind == "bool":
        return pa.array(rng.random(ROWS) < 0.4, mask=missing)
    if kind == "float":
        return pa.array(rng.choice([-0.0, 0.0, 0.5, -3.25, 1e12, 7.0][: max(few, 2)], ROWS), mask=missing)
    spread = 40 if kind == "int8" else 10**12
    made = rng.integers(-spread, spread, few)
    return pa.array(rng.choice(made, ROWS).astype(kind), mask=missing)


def condition(rng: np.random.Generator, kinds: dict[str, str]) -> str:
    """One to three comparisons of different columns, joined by AND and OR."""
    chosen = rng.choice(list(kinds), int(rng.integers(1, min(4, len(kinds) + 1))), replace=False)
    parts = [comparison(rng, str(name), kinds[name]) for name in chosen]
    joined = parts[0]
    for part in parts[1:]:
        joined = f"({joined}) {rng.choice(['AND', 'OR'])} {part}"
    return joined


def comparison(rng: np.random.Generator, name: str, kind: str) -> str:
    if rng.random() < 0.15:
        return f"{name} IS {rng.choice(['NULL', 'NOT NULL'])}"
    if kind in ("text", "dictionary"):
        values = ", ".join("'" + v.replace("'", "''") + "'" for v in rng.choice(TEXTS, 2))
        return f"{name} {rng.choice(['IN', 'NOT IN'])} ({values})"
    if kind == "bool":
        return str(rng.choice([name, f"NOT {name}"]))
    return f"{name} {rng.choice(['>=', '<', '=', '<>'])} {rng.choice([0, 1, -3, 0.5, 20])}"


def project(folder, rng: np.random.Generator):
    """A binary project with a random schema, random slices, and weights in every second one."""
    kinds = {f"c{k}": str(rng.choice(KINDS)) for k in range(int(rng.integers(2, 6)))}
    columns = {name: column(rng, kind) for name, kind in kinds.items()}
    label = rng.random(ROWS) < 0.4
    columns |= {
        "y": pa.array(label.astype(np.int8)),
        "p": pa.array(np.where(rng.random(ROWS) < 0.8, label, ~label).astype(np.int64)),
        "s": pa.array(np.round(rng.random(ROWS), 3)),
        "w": pa.array(rng.choice([0.5, 1.0, 3.0], ROWS)),
    }
    table, cut = pa.table(columns), int(rng.integers(1, ROWS))
    for k, part in enumerate((table.slice(0, cut), table.slice(cut))):
        parquet.write_table(part, folder / f"part{k}.parquet", row_group_size=int(rng.integers(50, 600)))
    slices = [f"  - {{name: where {k}, where: {quoted(condition(rng, kinds))}}}" for k in range(6)]
    groups = [*([name] for name in kinds), *(list(pair) for pair in itertools.combinations(kinds, 2))]
    slices += [f"  - {{by: [{', '.join(group)}]}}" for group in groups]
    weight = ", weight: w" if rng.random() < 0.5 else ""
    spec = folder / "spec.yaml"
    spec.write_text(
        "specgen: 1\nproject: {name: t, purpose: explore}\n"
        f"task: {{type: binary, target: y, positive: 1, prediction: p, score: s{weight}}}\n"
        'data: {test: "part*.parquet"}\nmodels: {candidate: {columns: {prediction: p, score: s}}}\n'
        "metrics: [accuracy, f1, brier]\nbaselines: {naive: {kind: naive}}\n"
        "slices:\n" + "\n".join(slices) + "\n"
        "milestones: [{name: m, split: test, gates: [{metric: accuracy, at_least: 0.5}]}]\n"
    )
    return spec


def quoted(text: str) -> str:
    return '"' + text + '"'


def cells(spec, straight):
    # Not as a run does: it refuses conditions that match no row, which are drawn here too.
    loaded, connection = load_spec(spec), connect()
    tables, problems = open_splits(connection, loaded)
    assert not problems
    rows = load_inputs(connection, loaded, tables, judged_splits(loaded, None)).rows["test"]
    read = rows.direct is not None
    object.__setattr__(rows, "direct", rows.direct if straight else None)
    vectors = split_vectors(rows, loaded.spec, spec_uses(loaded.spec, rows.labels))
    return collapse(rows, loaded.spec.task.type, vectors), read


@pytest.mark.parametrize("seed", range(30))
def test_every_slice_has_the_same_cells_either_way(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(chunks, "ROWS", 200)
    monkeypatch.setattr(adding, "COMPILED_FROM", 0 if seed % 2 else ROWS + 1)
    spec = project(tmp_path, np.random.default_rng(seed))
    (one, read), (other, _) = cells(spec, True), cells(spec, False)
    assert read, "this schema should be read straight from the files"
    assert list(one.rows.items()) == list(other.rows.items())
    assert one.families == other.families
    for name in one.rows:
        mine, theirs = one.outcomes[name], other.outcomes[name]
        assert (mine.label == theirs.label).all(), name
        assert (mine.count == theirs.count).all(), name
        assert mine.weight3 == pytest.approx(theirs.weight3, rel=1e-12), name
        for model in one.models:
            assert (mine.predictions[model] == theirs.predictions[model]).all(), (name, model)
    for key, moments in one.moments.items():
        assert moments.rows == other.moments[key].rows, key
        assert moments.third == pytest.approx(other.moments[key].third, rel=1e-9), key
