"""`data`: where the rows of each split come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from specgen.spec.part import Fault, Part, Text, given


class DataSource(Part):
    """A split: a file, several files, or a query of a database."""

    shorthand: ClassVar[str | None] = "path"

    path: Text | None = Field(
        None,
        description="File (.csv, .parquet, .jsonl, .arrow) or glob, from the spec's folder; or an evaluation log of "
        "Inspect, lm-evaluation-harness, promptfoo or MLflow.",
    )
    sql: Text | None = Field(None, description="Query that gives the rows, asked of the database at `url`.")
    url: Text | None = Field(None, description="Database to query, such as sqlite:///rows.db.")

    def rules(self) -> Iterator[Fault]:
        """Either a path, or a query and its database."""
        keys = given(self, "path", "sql", "url")
        if not keys:
            yield (), "empty; give a path, or {sql: ..., url: ...}"
        elif "path" in keys and len(keys) > 1:
            yield (keys[1],), "a split has a 'path' or 'sql' and 'url', not both"
        elif keys == ["sql"]:
            yield ("url",), "missing; 'sql' needs the database to ask, such as sqlite:///rows.db"
        elif keys == ["url"]:
            yield ("sql",), "missing; 'url' needs the query that gives the rows"
