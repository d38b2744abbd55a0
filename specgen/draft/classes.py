"""Scores, labels and the positive label of classification tasks."""

from __future__ import annotations

from dataclasses import replace

from specgen.draft.columns import Column, Look
from specgen.draft.hints import SCORE, says_prediction, says_score
from specgen.draft.roles import Asked, DraftError, Roles, free
from specgen.inputs.tables import literal, quote

POSITIVE = (
    "1",
    "true",
    "yes",
    "y",
    "t",
    "pos",
    "positive",
    "bad",
    "fraud",
    "spam",
    "sick",
    "churn",
    "churned",
)


def with_scores(look: Look, roles: Roles, asked: Asked) -> Roles:
    """A binary or multiclass task with its score columns, labels, and positive label."""
    target = look.named(roles.target[0])
    if roles.type == "binary":
        return _binary(look, _fitting(look, roles, target), target, asked)
    return _multiclass(look, _fitting(look, roles, target), target, asked)


def _fitting(look: Look, roles: Roles, target: Column) -> Roles:
    """Without predictions that are written in other labels than the target's: they would all be wrong."""
    if not roles.prediction:
        return roles
    predicted = look.named(roles.prediction[0])
    if set(predicted.values) & set(target.values):
        return roles
    if roles.type == "binary" and predicted.share and not predicted.switch:
        return replace(roles, prediction=(), score=roles.prediction)
    text = f"'{predicted.name}' is not used: it says {_few(predicted)}, where '{target.name}' says {_few(target)}"
    return replace(roles, prediction=()).doubting("prediction", text)


def _few(column: Column) -> str:
    values = column.values or (
        f"{column.low:g} to {column.high:g}" if column.low is not None else "other texts",
    )
    return ", ".join(values[:3]) + (", …" if len(values) > 3 else "")


def _binary(look: Look, roles: Roles, target: Column, asked: Asked) -> Roles:
    scores = [c for c in free(look, roles.keys, *roles.target, *roles.prediction) if c.share and not c.switch]
    named = [look.named(name) for name in asked.score or roles.score] or [c for c in scores if says_score(c)]
    if not named and not roles.prediction:
        named = [c for c in scores if _rises(look, target, c)][:1]
        if named:
            roles = roles.doubting(
                "score", f"'{named[0].name}', since it is highest where '{target.name}' is true"
            )
    chosen = _own_score(named, target, roles)
    positive = _positive(look, target, named, chosen)
    chosen = next((c for c in named if positive.lower() in c.words), chosen)
    if chosen is not None and not _rises(look, target, chosen, positive):
        roles = roles.doubting(
            "score", f"'{chosen.name}' is not higher for '{positive}' than for the other label"
        )
    if not chosen and not roles.prediction:
        raise DraftError(
            f"no column of predictions for '{target.name}' was found; name it by --prediction or --score"
        )
    if positive.lower() not in POSITIVE:
        roles = roles.doubting("positive", f"'{positive}' is taken for the label to find; the other one is"
                               f" '{next(v for v in target.values if v != positive)}'")  # fmt: skip
    return replace(roles, score=(chosen.name,) if chosen else (), positive=positive, labels=target.values)


def _own_score(named: list[Column], target: Column, roles: Roles) -> Column | None:
    """The score that belongs to the prediction: with the fewest words besides its."""
    words = {w for name in roles.prediction for w in Column(name, "text", 0, 0, 0).words}
    values = {value.lower() for value in target.values}
    return min(
        named, key=lambda c: len(set(c.words) - words - SCORE - values - {"p", "predicted"}), default=None
    )


def _positive(look: Look, target: Column, named: list[Column], score: Column | None) -> str:
    """The label to find: the one that scores are called after, else by its name, its scores, or as the rarer one."""
    called = [value for value in target.values if any(value.lower() in c.words for c in named)]
    if len(called) == 1:
        return called[0]
    for value in target.values:
        if value.lower() in POSITIVE:
            return value
    for value in target.values:
        if score is not None and _rises(look, target, score, value):
            return value
    return target.values[-1]


def _rises(look: Look, target: Column, score: Column, positive: str | None = None) -> bool:
    """Whether a score is higher on average for a label than for the other."""
    is_positive = f"({look.text(target.name)}) = {literal(positive or target.values[-1])}"
    mean = f"avg({quote(score.name)}) FILTER"
    inside, outside = look.ask(f"{mean} (WHERE {is_positive}), {mean} (WHERE NOT {is_positive})")
    return isinstance(inside, float) and isinstance(outside, float) and inside > outside


def _multiclass(look: Look, roles: Roles, target: Column, asked: Asked) -> Roles:
    predicted = look.named(roles.prediction[0]).values if roles.prediction else ()
    labels = tuple(sorted({*target.values, *predicted}))
    unseen = sorted(set(predicted) - set(target.values))
    if unseen:
        roles = roles.doubting(
            "labels", f"the model says {', '.join(unseen[:3])}, which no row is labelled as"
        )
    if not labels:
        raise DraftError(
            f"the target '{target.name}' has too many different values for classes; name another by --target"
        )
    scores = asked.score or _a_score_each(look, roles, labels)
    if not scores and not roles.prediction:
        raise DraftError(f"no column of predictions for '{target.name}' was found; name it by --prediction")
    return replace(roles, score=scores, labels=labels)


def _a_score_each(look: Look, roles: Roles, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Probability columns in the order of the labels, each called after its label, such as `p_dress`; or none."""
    columns = [c for c in free(look, roles.keys, *roles.target, *roles.prediction)
               if c.share and (says_score(c) or says_prediction(c))]  # fmt: skip
    found = []
    for label in labels:
        wanted = _letters(label)
        mine = [c for c in columns if _letters(c.name).endswith(wanted)]
        if not mine:
            return ()
        found.append(min(mine, key=lambda c: len(c.name)).name)
    total = " + ".join(map(quote, found))
    close = look.ask(f"avg(abs({total} - 1))")[0]
    apart = len(set(found)) == len(found)
    return tuple(found) if apart and isinstance(close, float) and close < 0.05 else ()


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
