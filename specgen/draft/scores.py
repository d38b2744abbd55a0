"""Metrics, models and baselines of a task of scores: columns that somebody else made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from specgen.draft.columns import Column, Look
from specgen.draft.lines import Choices, Line, Primary
from specgen.draft.roles import Roles
from specgen.draft.several import is_lower
from specgen.inputs.logs.log import EvaluationLog
from specgen.inputs.tables import literal, quote

MOST_SCORES = 8
NAME = re.compile(r"[^\w.\- /]+")


def score_choices(look: Look, roles: Roles, log: EvaluationLog | None, file: str | None) -> Choices:
    lines: list[Line] = []
    better = {one.column: one.better for one in log.scores} if log else {}
    names = metric_names(roles.score[:MOST_SCORES], log)
    for column in roles.score[:MOST_SCORES]:
        way = better.get(column) or ("lower" if is_lower(look.named(column)) else "higher")
        where, why = _measured(look, look.named(column), way)
        told = "" if column in better else f"; is {way} better?"
        if look.named(column).switch and "denominator" not in where:
            # A share of rows has the exact intervals of proportions, a mean of 0 and 1 has not.
            where, why = where | {"threshold": 1}, f"share of rows with 1; {why}"
        lines.append(Line({"name": names[column]} | where | {"better": way}, why + told))
    first = look.named(roles.score[0])
    spread = (first.high - first.low) if first.high is not None and first.low is not None else 1.0
    primary = Primary({"metric": names[first.name]}, names[first.name], lines[0].value["better"] == "lower",
                      1.0 if first.share else spread)  # fmt: skip
    models: dict[str, Line] = {}
    if file:
        # SQL reads the data's columns unless they are said to be the model's.
        own = {
            column: column
            for column, line in zip(roles.score, lines, strict=False)
            if "column" not in line.value
        }
        named = {"columns": {"others": own}} if own else {}
        models["candidate"] = Line({"predictions": file} | named, "the model under review")
    baselines: dict[str, Line] = {}
    for i, (label, columns) in enumerate((log.models or {}).items() if log else ()):
        mapped = {own: columns[key] for key, own in next(iter(log.models.values())).items() if key in columns}  # type: ignore[union-attr]
        name = metric_name(label)
        models[name] = Line(
            {"columns": {"others": mapped}}, "the first of the log; the model under review" if i == 0 else ""
        )
        if i:
            baselines[name] = Line({"kind": "previous", "model": name}, "what the candidate has to beat")
    return Choices(tuple(lines), primary, models, baselines)


def _measured(look: Look, column: Column, better: str) -> tuple[dict[str, Any], str]:
    """The keys that say where a score comes from, and why: a row without a score is the worst there is."""
    low, high = column.low if column.low is not None else 0.0, column.high if column.high is not None else 1.0
    what = f"from {low:.4g} to {high:.4g}"
    if not column.missing:
        return {"column": column.name}, what
    worst = f"{high if better == 'lower' else min(low, 0.0):.12g}"
    filled = f"coalesce({quote(column.name)}, {worst})"
    tasks = tasks_with(look, column)
    if tasks:
        known = f"CASE WHEN task IN ({', '.join(map(literal, tasks))}) THEN 1 ELSE 0 END"
        return {
            "numerator": f"coalesce({quote(column.name)}, 0)",
            "denominator": known,
        }, f"{what}; of {', '.join(tasks)} only"
    return {
        "sql": filled
    }, f"{what}; {column.missing:,} of {column.rows:,} rows have none and count as {worst}"


def tasks_with(look: Look, column: Column) -> list[str]:
    """Tasks of a log of several that have this score throughout, if the others never have it; else none."""
    if "task" not in look.kinds or look.named("task").distinct < 2:
        return []
    found = look.connection.execute(
        f"SELECT task, count({quote(column.name)}), count(*) FROM {look.sql} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    whole = all(there in (0, rows) for _, there, rows in found)
    return [task for task, there, _ in found if there] if whole else []


def metric_names(columns: Sequence[str], log: EvaluationLog | None) -> dict[str, str]:
    """A name for each column of scores; of several models' columns the name that they share."""
    shared = {own: key for one in (log.models or {}).values() for key, own in one.items()} if log else {}
    found: dict[str, str] = {}
    for column in columns:
        name = metric_name(shared.get(column, column))
        while name in found.values():
            name += "_2"
        found[column] = name
    return found


def metric_name(text: str) -> str:
    """A text as a name in a spec."""
    return NAME.sub("_", " ".join(text.split())).strip("_ ")[:60] or "score"
