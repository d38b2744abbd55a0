"""Metrics by the type of task."""

from __future__ import annotations

from typing import Any

from specgen.draft.columns import Look
from specgen.draft.lines import Line, Primary
from specgen.draft.roles import Roles

# Fewer than this share of rows in the rarer class, and accuracy says little.
RARE = 0.2
# Metrics by type, the primary one first, and what each says.
# fmt: off
BY_TYPE: dict[str, list[tuple[Any, str]]] = {
    "multiclass": [("accuracy", "share of rows that are right"), ("macro_f1", "every class counts the same"),
                   ("balanced_accuracy", "mean of the classes' recalls")],
    "multilabel": [("micro_f1", "all labels' decisions together"), ("macro_f1", "every label counts the same"),
                   ("subset_accuracy", "rows with all labels right")],
    "regression": [("mae", "mean error, in the target's unit"), ("rmse", "large errors count more"),
                   ("r2", "share of the variance told")],
    "ranking": [({"name": "ndcg", "k": 10}, "the order of the first ten"),
                ({"name": "mrr", "k": 10}, "how far down the first hit is")],
    "transcription": [("word_accuracy", "1 minus the word error rate"), ("wer", "errors a word"),
                      ("exact_match", "texts without any error")],
}
# fmt: on


def task_metrics(look: Look, roles: Roles) -> tuple[list[Line], Primary]:
    """The metrics of a task's type, the primary one first."""
    if roles.type == "binary":
        return _binary(look, roles)
    lines = [Line(*one) for one in BY_TYPE[roles.type]]
    if roles.score and roles.type == "multiclass":
        lines.append(Line("log_loss", "how good the probabilities are"))
    first = lines[0].value
    name = first if isinstance(first, str) else first["name"]
    gate = {"metric": name} | ({} if isinstance(first, str) else {"k": first["k"]})
    key = name if isinstance(first, str) else f"{name}@{first['k']}"
    return lines, Primary(gate, key, roles.type == "regression", None if roles.type == "regression" else 1.0)


def _binary(look: Look, roles: Roles) -> tuple[list[Line], Primary]:
    target = look.named(roles.target[0])
    share = target.fewest / max(target.rows - target.missing, 1)
    rare = share < RARE
    lines = [Line("accuracy", "share of rows that are right")]
    if rare:
        lines.insert(
            0,
            Line("balanced_accuracy", f"the rarer label is {share:.1%} of the rows, so accuracy says little"),
        )
    lines += [Line("recall", f"of those that are '{roles.positive}', how many are found"),
              Line("precision", f"of those called '{roles.positive}', how many are")]  # fmt: skip
    if roles.score:
        lines += [
            Line("auc", "how well the score sorts, whatever the threshold"),
            Line("brier", "how good the probabilities are"),
        ]
    name = lines[0].value
    return lines, Primary({"metric": name}, name)
