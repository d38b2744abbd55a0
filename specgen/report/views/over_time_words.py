"""What following performance over time finds, in whole sentences."""

from __future__ import annotations

from specgen.record.result import MetricInfo, OverTime
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import sentence


def summary(source: Source, one: OverTime, info: MetricInfo | None) -> tuple[str, ...]:
    """What to know first, in whole sentences."""
    if not one.labelled:
        return (_without_labels(source, one),)
    if one.performance is None:
        return (f"Not tested for change: {sentence(one.not_tested or '', 200)}.",)
    told = [_told(source, one, info)]
    if one.surplus is not None and one.expected_metric:
        told.append(_surplus(source, one))
    return tuple(told)


def _told(source: Source, one: OverTime, info: MetricInfo | None) -> str:
    title, followed = source.title(one.metric, one.label), one.performance
    assert followed is not None
    tests = {test.kind: test for test in followed.tests}
    least = tests["change"].material
    if followed.finding == "small":
        return f"{title} does not change: at no time by as much as {amount_of(least, info)}, a tenth of the error."
    if followed.finding == "open":
        if least is None:
            return f"No change of {title.lower()} is shown."
        return (
            f"No change of {title.lower()} by {amount_of(least, info)} or more, a tenth of the error, is shown, nor is"
            " it ruled out."
        )
    change = followed.change
    if change is not None:
        digits = numbers.decimals(info, change.before, change.after)
        verb = _verb(change.difference, info)
        when = f"beginning with {change.at}"
        if change.earliest != change.latest:
            when = f"most likely {when}, at the earliest with {change.earliest}, at the latest with {change.latest}"
        ends = f"{numbers.number(change.before, digits)} to {numbers.number(change.after, digits)}"
        return f"{title} {verb} from {ends} ({numbers.difference(change.difference, info)}), {when}."
    if tests["trend"].finding == "shown":
        verb = _verb(tests["trend"].effect, info)
        amount = amount_of(abs(tests["trend"].effect), info)
        return f"{title} {verb} over time: by {amount} from the first window to the last."
    return f"{title} differs between windows by more than chance, with no single change or trend that explains it."


def _verb(amount: float, info: MetricInfo | None) -> str:
    better = info.better if info else "neither"
    word = "rose" if amount > 0 else "fell"
    if better != "lower":
        return word
    return f"{word}, which is {'worse' if amount > 0 else 'better'},"


def amount_of(amount: float | None, info: MetricInfo | None) -> str:
    """A size without a sign: `2.0 pp`."""
    text = numbers.difference(amount, info)
    return text.lstrip("+")


def _surplus(source: Source, one: OverTime) -> str:
    """Whether what the labels say departs from what the model's probabilities expect."""
    assert one.surplus is not None
    assert one.performance is not None
    metric = source.title(one.expected_metric or "").lower()
    if one.surplus.finding == "shown":
        return (
            f"It is not what the model's probabilities expect: observed minus expected {metric} changes too. The labels"
            " mean something else than before (concept drift), unless the probabilities were never calibrated."
        )
    if one.performance.finding == "shown" and one.surplus.finding == "small":
        return (
            "The model's own probabilities expect this change: the rows are others than before (data drift), while"
            " what the labels mean has not changed."
        )
    if one.performance.finding == "shown":
        return (
            "Whether the rows are others (data drift) or what the labels mean (concept drift) is not settled."
        )
    if one.surplus.finding == "small":
        return f"Observed minus expected {metric} does not change either: no concept drift."
    return f"Whether observed minus expected {metric} changes is not settled."


def _without_labels(source: Source, one: OverTime) -> str:
    values = [w.expected for w in one.windows if w.expected is not None]
    metric = source.title(one.expected_metric or one.metric).lower()
    if not values:
        return "It has no labels, and the model's probabilities expect nothing of it."
    digits = numbers.decimals(source.metrics.get(one.expected_metric or ""), *values)
    ends = f"{numbers.number(min(values), digits)} to {numbers.number(max(values), digits)}"
    return (
        f"It has no labels. If the model's probabilities are calibrated, {metric} is {ends} by window; nothing measured"
        " says so, and concept drift cannot be seen without labels."
    )
