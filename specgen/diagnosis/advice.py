"""What the ladder's gaps advise: the method's remedies, each only where an interval supports its cause."""

from __future__ import annotations

from collections.abc import Sequence

from specgen.diagnosis.baselines import reference_baseline
from specgen.diagnosis.found import Diagnosis, Rung, WeakSlice
from specgen.diagnosis.ladder import Ladder, rungs
from specgen.diagnosis.weak_slices import gap_to, weak_slices
from specgen.engine.cells import WHOLE

# From here on a slice is what is wrong, and the whole's gap only its shadow.
MOST_OF_IT = 0.5
ALL_OF_IT = 0.95
REMEDIES: dict[str, str] = {
    "avoidable bias": (
        "The model misses what is possible even on the data that it learnt from (avoidable bias). Try better"
        " features, a larger model or longer training; see first that it can overfit a small sample."
    ),
    "avoidable bias and variance": (
        "The model misses what is possible, and without a measured train split nobody can tell bias from variance."
        " Declare data.train, then decide between a larger model and more data."
    ),
    "avoidable bias, variance and shift": (
        "The model misses what is possible, and with production alone measured nobody can tell why."
        " Declare data.train, data.dev and data.test."
    ),
    "variance": (
        "The model does worse on rows that it has not seen (variance). More training data, regularisation or a"
        " simpler model; the training set itself is fitted well enough to leave room."
    ),
    "variance and shift": (
        "The model does worse in production than in training, and without dev or test nobody can tell variance from"
        " a shift of the data. Keep rows of training's kind aside and measure on them."
    ),
    "over-fitting to dev": (
        "The dev set has been tuned to: its value promises more than new rows of its kind give. Get a fresh or"
        " larger dev set before the next choice between models."
    ),
    "over-fitting to dev and shift": (
        "Production does worse than dev, and without a test split nobody can tell tuning to dev from a shift of the"
        " data. Keep a test split that no choice looks at."
    ),
    "shift": (
        "Production rows are not like the test rows (shift). See which columns moved, collect recent rows, and train"
        " and test on rows like production's."
    ),
}  # fmt: skip
LEADS: dict[str, str] = {
    "avoidable bias": "what is possible is missed even on the training data",
    "avoidable bias and variance": "what is possible is missed, on rows that were kept aside",
    "avoidable bias, variance and shift": "what is possible is missed in production",
    "variance": "rows that the model has not seen do worse than those of training",
    "variance and shift": "production does worse than training",
    "over-fitting to dev": "dev promises more than test gives",
    "over-fitting to dev and shift": "dev promises more than production gives",
    "shift": "production does worse than test",
}
NOTHING_WRONG = "No step of the ladder loses anything that is worth work: every gap is shown to be small."
NOTHING_SHOWN = (
    "No step of the ladder is shown to lose anything, and not every one is shown to be small:"
    " more rows would tell."
)
NO_REFERENCE = (
    "No baseline says what is possible on all rows, so avoidable bias is unknown:"
    " label some rows by people, or cite a result."
)
BEATEN = (
    "The model is above {reference}, the best that was known to be possible: how far it is from the irreducible"
    " error is no longer known."
)


def diagnose(ladder: Ladder, split: str) -> Diagnosis | None:
    """The diagnosis of the primary metric; None where its value has no better or worse, or nothing was measured."""
    if ladder.use.metric.better == "neither" or split not in ladder.cells:
        return None
    reference = reference_baseline(ladder.spec, ladder.cells, ladder.use, ladder.seed)
    steps, slices = rungs(ladder, reference), weak_slices(ladder, split, reference)
    lost = _lost(steps)
    ahead = gap_to(ladder, ladder.cells[split], WHOLE, reference)
    beaten = ahead is not None and ahead.upper((1 - ladder.spec.confidence) / 2) < 0
    main = [one for one in slices if _is_main(one)]
    lead = _slice_lead(main[0], split) if main else None
    if lead is None and lost:
        lead = f"{lost[0].cause.capitalize()}: {LEADS[lost[0].cause]}."
    return Diagnosis(
        metric=ladder.use.key, label=ladder.use.label, reference=reference, split=split, rungs=steps,
        weak_slices=slices, lead=lead, advice=tuple(_advice(steps, slices, reference, split, beaten=beaten)),
    )  # fmt: skip


def _advice(
    steps: Sequence[Rung], slices: Sequence[WeakSlice], reference: str | None, split: str, *, beaten: bool
) -> list[str]:
    """Slices that are most of it first; then the steps by their gap; then what is not known."""
    causes = [REMEDIES[step.cause] for step in _lost(steps)]
    of_slices = [_of_slice(one, split) for one in slices]
    main = any(_is_main(one) for one in slices)
    found = [*of_slices, *causes] if main else [*causes, *of_slices]
    measured = [step for step in steps if step.finding != "not measured"]
    if not found and measured:
        small = all(step.finding == "small" for step in measured)
        found.append(NOTHING_WRONG if small else NOTHING_SHOWN)
    if reference is None:
        found.append(NO_REFERENCE)
    elif beaten:
        found.append(BEATEN.format(reference=reference))
    return found


def _lost(steps: Sequence[Rung]) -> list[Rung]:
    """Steps that are shown to lose something, the largest loss first."""
    return sorted((step for step in steps if step.finding == "shown"), key=lambda step: -(step.gap or 0.0))


def _is_main(weak: WeakSlice) -> bool:
    """Whether a slice is most of the gap to what is possible there; without a baseline it may only be hard."""
    return weak.carries is not None and weak.carries >= MOST_OF_IT


def _slice_lead(weak: WeakSlice, split: str) -> str:
    """`Slice car_noise: 10% of test's rows and 80% of its gap to human.`"""
    what = f"{100 * weak.share:.2g}% of {split}'s rows"
    if weak.carries is not None:
        part = "all" if weak.carries >= ALL_OF_IT else f"{100 * weak.carries:.0f}%"
        what += f" and {part} of its gap to {weak.compared_with}"
    else:
        what += f", worse than {'the whole' if weak.compared_with == WHOLE else weak.compared_with}"
    return f"Slice {weak.slice}: {what}."


def _of_slice(weak: WeakSlice, split: str) -> str:
    if weak.compared_with == WHOLE:
        return (
            f"{_slice_lead(weak, split)} Without a baseline on it nobody can tell whether it can be done better:"
            " look at its errors first."
        )
    return (
        f"{_slice_lead(weak, split)} Get more data of that kind and look at its errors before anything that"
        " is meant for all rows."
    )
