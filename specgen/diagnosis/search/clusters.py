"""Columns of embeddings: rows that lie together, as clusters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from specgen.diagnosis.search.columns import Column
from specgen.diagnosis.search.kernels import BoolArray, Codes
from specgen.diagnosis.search.read import Searched
from specgen.engine.cells import FloatArray
from specgen.inputs.tables import quote

MOST_CLUSTERS, FITTED, SHOWN = 24, 20_000, 5
NUMBERS = ("FLOAT[", "DOUBLE[", "DECIMAL(", "INTEGER[", "REAL[")


def is_embedding(kind: str) -> bool:
    """Whether a DuckDB type is a list or an array of numbers."""
    upper = kind.upper()
    return upper.startswith(NUMBERS) and upper.endswith("]") and upper.count("[") == 1


def cluster_columns(
    searched: Searched, names: Sequence[str], min_rows: int, seed: int
) -> Iterator[tuple[Column, Codes]]:
    """A column of clusters for each column of embeddings, and the rows' codes (n,).

    k-means on rows of the searched half (Lloyd 1982). A row without an embedding, or with one of another
    length than most, is in no cluster.
    """
    for name in names:
        found = searched.connection.execute(
            f"SELECT {quote(name)} FROM {searched.table} ORDER BY rowid"
        ).fetchall()
        vectors, known = _vectors([one for (one,) in found])
        chosen = np.flatnonzero(known & searched.first_half)[:FITTED]
        k = min(MOST_CLUSTERS, len(chosen) // (2 * min_rows))
        if k < 2:
            continue
        codes, distance = _assigned(vectors, known, chosen, k, seed)
        listed = tuple(f"{name}: cluster {j + 1} of {k}" for j in range(k))
        yield Column(name, name, conditions=listed, examples=_nearest(searched, codes, distance, k)), codes


def _nearest(searched: Searched, codes: Codes, distance: FloatArray, k: int) -> tuple[tuple[str, ...], ...]:
    """Ids of the rows that lie nearest to each cluster's centre."""
    ids = searched.connection.execute(f"SELECT __sg_id FROM {searched.table} ORDER BY rowid").fetchall()
    order = np.lexsort((distance, codes))
    begin = np.searchsorted(codes[order], np.arange(k + 1))
    return tuple(
        tuple(str(ids[row][0]) for row in order[begin[j] : min(begin[j] + SHOWN, begin[j + 1])])
        for j in range(k)
    )


def _vectors(found: Sequence[Sequence[float] | None]) -> tuple[FloatArray, BoolArray]:
    """Embeddings (n, d), and which rows have one."""
    lengths = [len(one) if one is not None else 0 for one in found]
    d = int(np.bincount(lengths).argmax()) if lengths else 0
    vectors = np.zeros((len(found), d), np.float32)
    known = np.array([length == d > 0 for length in lengths], dtype=bool)
    for row in np.flatnonzero(known).tolist():
        vectors[row] = found[row]
    known &= np.isfinite(vectors).all(axis=1)
    return np.nan_to_num(vectors), known


def _assigned(
    vectors: FloatArray,
    known: BoolArray,
    chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
    k: int,
    seed: int,
) -> tuple[Codes, FloatArray]:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        fitted = KMeans(k, n_init=3, random_state=seed).fit(vectors[chosen])
        codes = fitted.predict(vectors)
    distance = np.linalg.norm(vectors - fitted.cluster_centers_[codes], axis=1)
    return np.where(known, codes, k).astype(np.uint8), distance
