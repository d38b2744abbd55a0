"""The task of a table: asked for where somebody said, else found out."""

from __future__ import annotations

from dataclasses import replace

from specgen.draft.classes import with_scores
from specgen.draft.columns import Look
from specgen.draft.hints import says_prediction
from specgen.draft.keys import find_keys
from specgen.draft.pairs import paired
from specgen.draft.roles import Asked, DraftError, Roles
from specgen.draft.several import multilabel, ranking, scores
from specgen.inputs.labels import CLASSES
from specgen.spec.problems import did_you_mean


def guess(look: Look, asked: Asked) -> Roles:
    """What the columns are to a model.

    Raises DraftError with what to say where it cannot be told.
    """
    check_asked(look, asked)
    keys = find_keys(look)
    named = {*asked.target, *asked.prediction, *asked.score}
    keys = replace(keys, **{key: None for key in ("id", "unit", "time", "item", "weight", "query")
                            if getattr(keys, key) in named})  # fmt: skip
    ways = [multilabel, ranking, paired, scores]
    if asked.type is not None:
        chosen = {"multilabel": multilabel, "ranking": ranking, "scores": scores}
        ways = [chosen.get(asked.type, paired)]
    found = next((roles for way in ways if (roles := way(look, asked, keys)) is not None), None)
    if found is None:
        _without_truth(look, asked)
        what = f"of a {asked.type} task" if asked.type else "of true values and predictions"
        if asked.type == "ranking":
            what += ", which has a column of queries with several rows each, called so (query, qid, search)"
        listed = ", ".join(f"'{column.name}'" for column in look.columns[:12])
        raise DraftError(
            f"cannot tell the columns {what}; name them by --target and --prediction, or scores by --score."
            f" There are {listed}{', …' if len(look.columns) > 12 else ''}"
        )
    if found.type in ("regression", "ranking", "transcription") and not found.prediction:
        raise DraftError(
            f"no column of predictions for '{found.target[0]}' was found; name it by --prediction"
        )
    query = found.keys.query if found.type == "ranking" else None
    item = found.keys.item if found.type == "ranking" else None
    found = replace(found, keys=replace(found.keys, query=query, item=item))
    return with_scores(look, found, asked) if found.type in CLASSES else found


def _without_truth(look: Look, asked: Asked) -> None:
    """DraftError for a file of predictions alone."""
    said = next((c.name for c in look.columns if says_prediction(c)), None)
    if said is not None and asked.type in (None, *CLASSES, "regression", "transcription"):
        raise DraftError(f"no column of true values for the predictions '{said}' was found; name it by --target,"
                         " or give the file that holds them by --data")  # fmt: skip


def check_asked(look: Look, asked: Asked) -> None:
    """DraftError for a column that there is not, with the nearest one that there is."""
    names = [column.name for column in look.columns]
    for option, said in (("target", asked.target), ("prediction", asked.prediction), ("score", asked.score)):
        for name in said:
            if name not in names:
                raise DraftError(f"--{option}: no column '{name}'{did_you_mean(name, names)}")
