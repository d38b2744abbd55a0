"""Page one: the verdict, why, what would change it."""

from __future__ import annotations

from dataclasses import dataclass

from specgen.record.result import Decision, Result
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import date, listed, name, plural, sentence
from specgen.report.views.decision import decision_line

WORDS: dict[Decision, str] = {"go": "GO", "no-go": "NO-GO", "inconclusive": "INCONCLUSIVE"}
MEANING: dict[Decision, str] = {
    "go": "Every required gate passes, with the evidence asked for.",
    "no-go": "At least one required gate fails, or could not be measured.",
    "inconclusive": "No required gate fails, but the evidence does not settle all of them.",
}
MOST_WARNINGS = 3
ROOM = ((17, ""), (24, "medium"))


@dataclass(frozen=True)
class Figure:
    """A headline number."""

    label: str
    value: str
    unit: str
    detail: str


@dataclass(frozen=True)
class Step:
    """A rung of the ladder."""

    name: str
    split: str
    verdict: Decision
    word: str
    reason: str


@dataclass(frozen=True)
class Front:
    """Page one."""

    project: str
    description: str
    judged: tuple[tuple[str, str], ...]
    verdict: Decision
    word: str
    meaning: str
    reasons: tuple[str, ...]
    changes: tuple[str, ...]
    sure: str
    figures: tuple[Figure, ...]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]
    more_warnings: str
    density: str


def front(source: Source) -> Front:
    """The view of page one."""
    result = source.result
    warnings = _warnings(result)
    reasons, changes = _within(result.reasons[:7], 1150), _within(result.changes[:5], 650)
    sure = result.certainty.text if result.certainty else ""
    rest = len(warnings) - MOST_WARNINGS
    return Front(
        project=sentence(result.project, 90),
        description=sentence(result.about.description or "", 180),
        judged=_judged(source),
        verdict=result.verdict,
        word=WORDS[result.verdict],
        meaning=MEANING[result.verdict],
        reasons=reasons,
        changes=changes,
        sure=sure,
        density=_density(
            _lines(result, reasons, changes, warnings[:MOST_WARNINGS])
            + -(-len(sure) // 110)
            + 4
            + (2 if decision_line(result.about, source.decisions) else 0)
        ),
        figures=tuple(_figures(source)),
        steps=tuple(
            Step(name(m.name), name(m.split), m.verdict, WORDS[m.verdict], sentence(m.reason, 100))
            for m in result.milestones
        ),
        warnings=warnings[:MOST_WARNINGS],
        more_warnings=f"{plural(rest, 'more warning')} under Notes." if rest > 0 else "",
    )


def _within(texts: tuple[str, ...], budget: int) -> tuple[str, ...]:
    """The texts, each cut to its part of a page's room where that is needed."""
    return tuple(sentence(text, max(80, min(240, budget // len(texts)))) for text in texts)


def _density(lines: int) -> str:
    """How small page one is set, so that it stays one page."""
    return next((density for most, density in ROOM if lines <= most), "dense")


def _lines(result: Result, *texts: tuple[str, ...]) -> int:
    """About how many lines page one needs below its figures."""
    reasons, changes, warnings = texts
    why = max(sum(-(-len(t) // 54) for t in reasons), sum(-(-len(t) // 34) for t in changes))
    rungs = len(result.milestones)
    ladder = -(-rungs // 4) * (
        2 + max((-(-min(len(m.reason), 100) * rungs // 110) for m in result.milestones), default=0)
    )
    warned = sum(-(-len(t) // 100) for t in warnings) + 3 if warnings else 0
    return why + ladder + warned + len(result.project) // 40


def _warnings(result: Result) -> tuple[str, ...]:
    found = [sentence(note.text, 220) for note in result.notes if note.level == "warning"]
    if not result.baseline_sources and not any("baseline" in text.lower() for text in found):
        found.insert(0, "No baseline is declared: nobody can tell what is possible, or where work pays.")
    return tuple(found)


def _judged(source: Source) -> tuple[tuple[str, str], ...]:
    result = source.result
    split = next((split for split in result.splits if split.name == source.split), None)
    rows = ""
    if split and split.rows is not None:
        rows = plural(split.rows, "row")
        if split.units is not None:
            rows += f" from {split.units:,} {source.units}"
    facts = [
        ("Model", name(result.about.candidate)),
        ("Judged on", f"{name(source.split)}, {rows}" if rows else name(source.split)),
        ("Date", date(result.run.started)),
        ("Owner", name(result.about.owner or "")),
        ("Purpose", result.about.purpose),
        ("Decision", decision_line(result.about, source.decisions)),
    ]
    return tuple((key, text) for key, text in facts if text)


def _figures(source: Source) -> list[Figure]:
    return [*_primary(source), *_baselines(source), *_gates(source.result)]


def _primary(source: Source) -> list[Figure]:
    metric, label = source.primary
    found = source.get(source.candidate, metric, label)
    info = source.metrics.get(metric)
    if found is None:
        return []
    digits = numbers.decimals(info, found.value)
    bounds = numbers.interval(found.low, found.high, info, digits)
    detail = f"{100 * found.confidence:g}% interval {bounds}" if bounds else sentence(found.reason or "", 80)
    return [
        Figure(source.title(metric, label), numbers.number(found.value, digits), numbers.unit(info), detail)
    ]


def _baselines(source: Source) -> list[Figure]:
    metric, label = source.primary
    info = source.metrics.get(metric)
    gaps = [
        gap
        for gap in source.result.baselines
        if (gap.split, gap.slice, gap.metric, gap.label) == (source.split, "all", metric, label)
    ]
    figures = []
    for gap in sorted(gaps, key=lambda gap: -(gap.gap or 0.0))[:1]:
        ahead = "" if gap.gap is None else f"{numbers.difference(abs(gap.gap), info).lstrip('+')}"
        place = (
            "the candidate is as good"
            if not gap.gap
            else f"{ahead} {'above' if gap.gap > 0 else 'below'} the candidate"
        )
        if info and info.better == "lower" and gap.gap:
            place = f"{ahead} {'better' if gap.gap > 0 else 'worse'} than the candidate"
        title = (
            f"{name(gap.baseline)}, the strongest baseline"
            if len(gaps) > 1
            else f"Baseline {name(gap.baseline)}"
        )
        figures.append(Figure(title, numbers.value(gap.value, info), numbers.unit(info), place))
    return figures


def _gates(result: Result) -> list[Figure]:
    if not result.gates:
        return []
    passed = sum(gate.verdict == "pass" for gate in result.gates)
    others = [
        (sum(gate.verdict == verdict for gate in result.gates), word)
        for verdict, word in (("fail", "failed"), ("error", "not measured"), ("inconclusive", "inconclusive"))
    ]
    told = [f"{count} {word}" for count, word in others if count]
    return [
        Figure(
            "Gates passed",
            str(passed),
            f" of {len(result.gates)}",
            listed(told) if told else "none left open",
        )
    ]
