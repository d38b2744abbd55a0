"""Whether scores are probabilities, and say the same as the predicted labels."""

from __future__ import annotations

from collections.abc import Iterator

from specgen.checks.sanity.found import MOST_ROWS, Finding, failed, not_applicable, passed
from specgen.checks.sanity.registry import sanity_check
from specgen.checks.sanity.scene import Scene
from specgen.inputs.joining import Joined
from specgen.inputs.labels import code_of
from specgen.inputs.rows import Rows
from specgen.inputs.values import label_text, number_of

# What rounding to three decimals can add up to, of each score.
ROUNDING = 5e-4
NEAR = 1e-6
FEW_ROWS = 50


@sanity_check("probabilities", "Probabilities are probabilities")
def probabilities(scene: Scene) -> Iterator[Finding]:
    """The candidate's scores lie from 0 to 1, add up to 1 over the classes, and agree with its predicted labels.

    A predicted label must be the class with the highest score, or follow from the threshold; rows within
    rounding of a tie do not count. Scores that are 0 or 1 throughout are labels, not probabilities.
    """
    if scene.spec.task.score is None:
        yield not_applicable(f"a {scene.spec.task.type} task without 'score' has no probabilities")
        return
    for split in scene.evaluated:
        rows = scene.rows[split]
        if rows.joined is None or not rows.joined.sources[0].scores:
            yield not_applicable(f"the candidate has no scores on {split}", split)
        else:
            yield _looked_at(scene, rows, rows.joined)


def _looked_at(scene: Scene, rows: Rows, joined: Joined) -> Finding:
    scores = [
        number_of(f"__sg_score_0_{j}", joined.kinds[f"__sg_score_0_{j}"])
        for j in range(len(joined.sources[0].scores))
    ]
    task = scene.spec.task.type
    outside = " OR ".join(f"NOT coalesce({one} BETWEEN 0 AND 1, false)" for one in scores)
    faults = [
        (
            "have a score that is no number from 0 to 1",
            outside,
            "Give probabilities, not margins or percentages.",
        )
    ]
    if task == "multiclass":
        allowed = max(ROUNDING * len(scores), 1e-4)
        faults.append((
            "have scores that do not add up to 1", f"abs({' + '.join(scores)} - 1) > {allowed!r}",
            "Give probabilities of all classes, such as a softmax; leave no class out.",
        ))  # fmt: skip
    if joined.sources[0].prediction or joined.sources[0].predictions:
        faults.append(
            ("are predicted otherwise than their scores say", *_disagreement(scene, rows, joined, scores))
        )
    for what, condition, do in faults:
        count = scene.ask(f"SELECT count(*) FROM {joined.relation} WHERE {condition}")[0][0]
        if count:
            ids = scene.ask(f"SELECT __sg_row_id FROM {joined.relation} WHERE {condition} LIMIT {MOST_ROWS}")
            told = f"{count:,} of {rows.count:,} rows of {rows.split} {what}"
            return failed(told, do, rows.split, rows=[one[0] for one in ids], count=count)
    between = " OR ".join(f"({one} > 0 AND {one} < 1)" for one in scores)
    if (
        rows.count >= FEW_ROWS
        and not scene.ask(f"SELECT count(*) FROM {joined.relation} WHERE {between}")[0][0]
    ):
        told = f"every score of {rows.split} is 0 or 1: these are labels, not probabilities"
        return failed(
            told, "Give the model's probabilities, or leave 'score' out.", rows.split, count=rows.count
        )
    return passed(
        f"the scores of {rows.count:,} rows of {rows.split} are probabilities and agree with the labels",
        rows.split,
    )


def _disagreement(scene: Scene, rows: Rows, joined: Joined, scores: list[str]) -> tuple[str, str]:
    """Condition of rows whose label is not the one of their scores, and what to do about them."""
    task, threshold = scene.spec.task, scene.spec.task.threshold
    do = f"Set task.threshold ({threshold:g}) to the one that the model uses, or leave the predicted labels out."
    if task.type == "multilabel":
        said = [number_of(f"__sg_raw_0_{j}", joined.kinds[f"__sg_raw_0_{j}"]) for j in range(len(scores))]
        return " OR ".join(f"({_off(p, s, threshold)})" for p, s in zip(said, scores, strict=True)), do
    code = code_of(label_text("__sg_raw_0", joined.kinds["__sg_raw_0"], task))
    if task.type == "binary":
        condition = _off(code, scores[0], threshold)
        return condition, _other_threshold(scene, joined, code, scores[0]) or do
    listed = f"[{', '.join(scores)}]"
    condition = f"list_extract({listed}, {code} + 1) < greatest({', '.join(scores)}) - {NEAR}"
    order = ", ".join(rows.labels[:4]) + (", …" if len(rows.labels) > 4 else "")
    return condition, f"Check that the score columns are in the order of the labels ({order})."


def _off(predicted: str, score: str, threshold: float) -> str:
    return f"({predicted} = 1) <> ({score} >= {threshold!r}) AND abs({score} - {threshold!r}) > {NEAR}"


def _other_threshold(scene: Scene, joined: Joined, code: str, score: str) -> str | None:
    """What to do where another threshold, or the other class, explains all labels."""
    least, most, low, high = scene.ask(
        f"SELECT min({score}) FILTER ({code} = 1), max({score}) FILTER ({code} = 0),"
        f" max({score}) FILTER ({code} = 1), min({score}) FILTER ({code} = 0) FROM {joined.relation}"
    )[0]
    if None in (least, most):
        return None
    if least >= most:
        return f"Set task.threshold to {least:.4g}, from which on the rows are predicted positive."
    if low <= high:
        return "The scores are those of the other class: give the probability of task.positive."
    return None
