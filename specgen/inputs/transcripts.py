"""Edit counts of transcriptions, for each row and model."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from specgen.inputs.ngrams import LETTERS, ngram_counts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def add_edit_counts(
    connection: DuckDBPyConnection, table: str, models: int, asked: Collection[str] = ()
) -> None:
    """Add to a rows table `words` and `chars` of the reference, and `e_i`, `c_i` errors of model i.

    Words are what white space divides; errors are Levenshtein distances (substitutions, deletions,
    insertions). For the metrics `bleu` and `chrf`, if asked for, the statistics of `ngrams` come along.
    The table has the texts as `reference` and `r_i`; a model's NULL gives NULL.
    """
    columns = ["reference", *(f"r{i}" for i in range(models))]
    fetched = connection.execute(f"SELECT row, {', '.join(columns)} FROM {table} ORDER BY row").fetchall()
    references = [str(row[1]).split() for row in fetched]
    counts: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = {
        "row": np.array([row[0] for row in fetched], dtype=float),
        "words": np.array([len(words) for words in references], dtype=float),
        "chars": np.array([len(" ".join(words)) for words in references], dtype=float),
    }
    for i in range(models):
        texts = [row[2 + i] for row in fetched]
        counts[f"e{i}"], counts[f"c{i}"] = _edits(references, texts)
        for name in (name for name in LETTERS if name in asked):
            found = ngram_counts(name, [str(row[1]) for row in fetched], texts)
            counts |= {f"{LETTERS[name]}{i}_{j}": found[:, j] for j in range(found.shape[1])}
    connection.register("edit_counts", _arrow(counts))
    connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT t.* EXCLUDE ({', '.join(columns)}), c.* EXCLUDE (row)"
        f" FROM {table} t JOIN edit_counts c ON t.row = c.row"
    )
    connection.unregister("edit_counts")


def _arrow(counts: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]) -> object:
    import pyarrow

    return pyarrow.table({name: pyarrow.array(values, from_pandas=True) for name, values in counts.items()})


def _edits(
    references: list[list[str]], texts: list[str | None]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Word and character errors of each text; NaN where there is no text."""
    from rapidfuzz.distance import Levenshtein

    word_errors, char_errors = [], []
    for reference, text in zip(references, texts, strict=True):
        heard = None if text is None else text.split()
        word_errors.append(np.nan if heard is None else Levenshtein.distance(reference, heard))
        char_errors.append(
            np.nan if heard is None else Levenshtein.distance(" ".join(reference), " ".join(heard))
        )
    return np.array(word_errors, dtype=float), np.array(char_errors, dtype=float)
