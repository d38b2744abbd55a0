"""Tasks with several columns of true values, several rows a query, or none: multilabel, ranking, scores."""

from __future__ import annotations

from dataclasses import replace

from specgen.draft.columns import Column, Look
from specgen.draft.hints import (
    RELEVANCE,
    TARGET,
    UNIT,
    has,
    says_human,
    says_prediction,
    says_score,
    says_target,
    stem,
)
from specgen.draft.roles import Asked, Keys, Roles, free
from specgen.inputs.tables import quote

GRADES = 20
MEASURED = {"iou", "dice", "bleu", "rouge", "wer", "cer", "f1", "accuracy", "quality", "rating", "grade", "mark",
            "correct", "correctness", "relevance", "faithfulness", "helpfulness", "similarity", "pass", "passed",
            "toxicity", "loss", "error", "errors", "distance", "cost", "latency", "win"}  # fmt: skip
LOWER = {"wer", "cer", "toxicity", "loss", "error", "errors", "distance", "cost", "latency", "ms", "seconds",
         "perplexity", "harm", "rmse", "mae"}  # fmt: skip


def multilabel(look: Look, asked: Asked, keys: Keys) -> Roles | None:
    """Two or more 0/1 columns that have each a column of predictions with the same name besides `pred` or `p`."""
    if asked.target:
        if len(asked.target) < 2:
            return None
        return Roles("multilabel", asked.target, asked.prediction, asked.score, keys=keys)
    columns = free(look, keys)
    truths = [c for c in columns if c.switch and not (says_prediction(c) or says_score(c) or says_human(c))]
    said = {stem(c): c.name for c in columns if c.switch and says_prediction(c)}
    scored = {
        stem(c): c.name for c in columns if c.share and not c.switch and (says_score(c) or says_prediction(c))
    }
    found = [c for c in truths if stem(c) in said or stem(c) in scored]
    if len(found) < 2 or len({stem(c) for c in found}) < len(found):
        return None
    predictions = tuple(said[stem(c)] for c in found if stem(c) in said)
    scores = tuple(scored[stem(c)] for c in found if stem(c) in scored)
    roles = Roles(
        "multilabel", tuple(c.name for c in found), predictions if len(predictions) == len(found) else (),
        scores if len(scores) == len(found) else (), keys=keys,
    )  # fmt: skip
    return roles if roles.prediction or roles.score else None


def ranking(look: Look, asked: Asked, keys: Keys) -> Roles | None:
    """Graded rows within queries, and a number to sort them by. Somebody's list of items is a query too."""
    query = keys.query or (keys.unit if keys.item else None)
    if query is None:
        return None
    columns = [c for c in free(look, keys) if c.kind == "number" and not c.missing]
    graded = [
        c for c in columns if (c.low or 0) >= 0 and c.low is not None and c.name not in asked.prediction
    ]
    truths = [c for c in graded if c.name in asked.target] or [c for c in graded if has(c, RELEVANCE)]
    truths = truths or [
        c for c in graded if has(c, TARGET) and c.distinct <= GRADES and not says_prediction(c)
    ]
    numbers = [
        c for c in columns if c not in truths and (says_prediction(c) or says_score(c)) and c.distinct > 2
    ]
    numbers = [c for c in columns if c.name in asked.prediction] or numbers
    if not truths or not numbers:
        return None
    mine = next((c for c in numbers if has(c, {"candidate", "new"})), numbers[0])
    roles = Roles(
        "ranking",
        (truths[0].name,),
        (mine.name,),
        keys=replace(keys, query=query, unit=_outer(look, keys, query)),
    )
    if keys.query is None:
        roles = roles.doubting("query", f"the rows of one '{query}' are sorted against each other")
    return roles


def _outer(look: Look, keys: Keys, query: str) -> str | None:
    """The unit, if every query lies in one; queries are independent of each other otherwise."""
    if keys.unit is None or keys.unit == query:
        return None
    found = look.connection.execute(
        f"SELECT max(n) FROM (SELECT count(DISTINCT {quote(keys.unit)}) AS n FROM {look.sql}"
        f" GROUP BY {quote(query)})"
    ).fetchall()
    return keys.unit if found[0][0] == 1 else None


def scores(look: Look, asked: Asked, keys: Keys) -> Roles | None:
    """Columns of numbers that somebody measured or judged on each row, called so: `iou`, `judge_score`."""
    if asked.score:
        return Roles("scores", score=asked.score, keys=keys)
    columns = [
        c
        for c in free(look, keys)
        if c.kind in ("number", "truth") and not says_target(c) and not has(c, UNIT)
    ]
    named = [c for c in columns if says_score(c) or has(c, MEASURED)]
    # Predictions without true values are no scores: their probabilities say nothing about how good they are.
    if not named or (asked.type is None and any(says_prediction(c) for c in look.columns)):
        return None
    return Roles("scores", score=tuple(c.name for c in named), keys=keys).doubting(
        "type",
        "no column looks like true values with predictions, so columns of numbers are taken for scores",
    )


def is_lower(column: Column) -> bool:
    """Whether lower values are better, by the name."""
    return has(column, LOWER)
