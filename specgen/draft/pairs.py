"""Tasks with one column of true values and one of predictions: which two, and what kind of task that is."""

from __future__ import annotations

from specgen.draft.alike import alike, is_classes, is_texts
from specgen.draft.columns import Column, Look
from specgen.draft.hints import TARGET, has, says_human, says_prediction, says_score, says_target
from specgen.draft.roles import Asked, DraftError, Keys, Roles, best, free
from specgen.spec.task import TaskType

SPOKEN = {"hypothesis", "hyp", "transcribed", "decoded", "transcript", "transcription"}
LEAST_ALIKE = 0.2
LEAST_ALIKE_TEXTS = 0.5
# Numbers with more different values than this are measured, not classes.
MOST_NUMBERED_CLASSES = 20


def paired(look: Look, asked: Asked, keys: Keys) -> Roles | None:
    """A binary, multiclass, regression or transcription task; None where no column looks like true values."""
    doubts: list[tuple[str, str]] = []
    target = _asked(look, asked.target) or _named_target(look, keys, doubts)
    prediction = _asked(look, asked.prediction) or _named_prediction(look, keys, target, doubts)
    if target is None and prediction is not None:
        target = _alike(look, keys, prediction, "target", doubts)
    if prediction is None and target is not None and not asked.score:
        prediction = _alike(look, keys, target, "prediction", doubts)
    if target is None and prediction is None:
        target, prediction = _two_alike(look, keys, doubts)
    if target is None:
        return None
    kind = asked.type or _type(target, prediction, doubts)
    return Roles(
        kind, (target.name,), (prediction.name,) if prediction else (), keys=keys, doubts=tuple(doubts)
    )


def _asked(look: Look, names: tuple[str, ...]) -> Column | None:
    return look.named(names[0]) if names else None


def _named_target(look: Look, keys: Keys, doubts: list[tuple[str, str]]) -> Column | None:
    named = [column for column in free(look, keys) if says_target(column)]
    if not named:
        return None
    ranked = sorted(named, key=lambda c: (len([w for w in c.words if w not in TARGET]), len(c.words)))
    if len(named) > 1:
        others = ", ".join(f"'{column.name}'" for column in ranked[1:4])
        doubts.append(("target", f"'{ranked[0].name}' by its name; {others} could be it too"))
    return ranked[0]


def _named_prediction(
    look: Look, keys: Keys, target: Column | None, doubts: list[tuple[str, str]]
) -> Column | None:
    others = (target.name,) if target else ()
    named = [column for column in free(look, keys, *others) if says_prediction(column)]
    if target is not None:
        fits = alike(look, target, named)
        named = [column for column in named if column.name in fits] or named
    if not named:
        return None
    ranked = sorted(named, key=lambda c: len(c.words))
    if len(named) > 1:
        rest = ", ".join(f"'{column.name}'" for column in ranked[1:4])
        doubts.append(
            ("prediction", f"'{ranked[0].name}' is taken for the candidate's, {rest} for another model's")
        )
    return ranked[0]


def _alike(look: Look, keys: Keys, one: Column, role: str, doubts: list[tuple[str, str]]) -> Column | None:
    """The column most like the other half of the pair."""
    wanted = [c for c in free(look, keys, one.name) if not c.missing and not says_human(c)]
    wanted = [c for c in wanted if c.kind != "number" or not says_score(c)]
    least = LEAST_ALIKE_TEXTS if is_texts(one) else LEAST_ALIKE
    found = best(wanted, alike(look, one, wanted), least)
    if found is not None:
        doubts.append((role, f"'{found.name}', since no other column is as much like '{one.name}'"))
    return found


def _two_alike(look: Look, keys: Keys, doubts: list[tuple[str, str]]) -> tuple[Column | None, Column | None]:
    """The two columns that are most alike where no name tells; the first one in the file is then the truth."""
    columns = [c for c in free(look, keys) if (is_classes(c) and c.kind == "text") or is_texts(c)]
    found: tuple[float, Column, Column] | None = None
    for i, one in enumerate(columns):
        least = LEAST_ALIKE_TEXTS if is_texts(one) else LEAST_ALIKE
        rest = columns[i + 1 :]
        worth = alike(look, one, rest)
        other = best(rest, worth, least)
        if other is not None and (found is None or worth[other.name] > found[0]):
            found = (worth[other.name], one, other)
    if found is None:
        return None, None
    text = f"'{found[1].name}' and '{found[2].name}' are most alike; which of the two is true is a guess"
    doubts.append(("target", text))
    return found[1], found[2]


def _type(target: Column, prediction: Column | None, doubts: list[tuple[str, str]]) -> TaskType:
    """The kind of task that true values and predictions are of."""
    spoken = (
        prediction is not None and target.kind == "text" and (is_texts(prediction) or has(prediction, SPOKEN))
    )
    if is_texts(target) or spoken:
        if target.words_a_text < 2:
            doubts.append(
                ("type", "texts compared word by word; graded by somebody they would be `type: scores`")
            )
        return "transcription"
    if target.kind == "time":
        raise DraftError(
            f"the target '{target.name}' holds times; no task predicts these; name another by --target"
        )
    if target.kind == "number" and not _numbered_classes(target, prediction):
        return "regression"
    if not is_classes(target) and len(target.values) < 2:
        only = (
            f"'{target.values[0]}' throughout" if target.values else "too many different values for classes"
        )
        raise DraftError(f"the target '{target.name}' has {only}; name another by --target")
    if target.kind == "number" and len(target.values) > 2:
        what = f"'{target.name}' holds {target.distinct} whole numbers ({target.low:g} to {target.high:g})"
        text = f"{what}, taken for classes; if off by one is better than by two, it is `type: regression`"
        doubts.append(("type", text))
    return "binary" if len(target.values) == 2 else "multiclass"


def _numbered_classes(target: Column, prediction: Column | None) -> bool:
    if not is_classes(target) or target.distinct > MOST_NUMBERED_CLASSES:
        return False
    if len(target.values) == 2:
        return True
    return prediction is None or (prediction.whole and 0 < prediction.distinct <= MOST_NUMBERED_CLASSES)
