"""Numbers and names in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.registry import title_of_key
from specgen.spec.declared import metric_key
from specgen.spec.milestones import BaselineBound, Gate
from specgen.spec.spec import Spec

if TYPE_CHECKING:
    from specgen.engine.cells import Size

# From here on a number of rows is no plan.
MOST_ROWS = 10_000_000
SURNAMES = ("Brier", "Cohen", "Hamming", "Spearman")


def number(value: float | None) -> str:
    """A number as a person would write it: four significant digits, no exponent where avoidable."""
    if value is None:
        return "not measurable"
    if value in (float("inf"), float("-inf")):
        return "unbounded"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    text = f"{value:.4g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.2g}"
    return text.replace("-", "−")


def percent(confidence: float) -> str:
    """0.95 → `95%`."""
    return f"{100 * confidence:g}%"


def plural(count: int, noun: str) -> str:
    """`1 slice`, `2,000 slices`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def too_small(size: Size, least: int) -> str:
    """`7 units in 40 rows, fewer than the 30 asked for`."""
    rows = plural(size.rows, "row")
    told = rows if size.units is None else f"{plural(size.units, 'unit')} in {rows}"
    return f"{told}, fewer than the {least:,} asked for"


def listed(names: list[str], most: int = 3) -> str:
    """`a, b and c`, or `a, b, c and 4 more`."""
    shown, rest = names[:most], len(names) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def rows_needed(rows: int, noun: str) -> str:
    """`1 further example`, `20,440 further examples`; beyond all plans `more than 10 million rows`."""
    return plural(rows, noun) if rows <= MOST_ROWS else f"more than 10 million {noun.removeprefix('more ')}s"


def metric_title(key: str) -> str:
    """A metric's name for people, at the start of a sentence: `Word accuracy`, `NDCG@10`."""
    return title_of_key(key)


def metric_name(key: str) -> str:
    """The same inside a sentence: `word accuracy`, `NDCG@10`, `macro F1`."""
    title = metric_title(key)
    if not title[1:2].islower() or title.startswith(SURNAMES):
        return title
    return title[:1].lower() + title[1:]


def gate_name(gate: Gate, spec: Spec | None = None) -> str:
    """The promise in words: `word accuracy on car_noise at least previous`.

    With the spec, a metric of a ranking has the `@10` that is declared.
    """
    how = " (point estimate)" if gate.evidence == "point" else ""
    if gate.confidence is not None and not how:
        how = f" ({percent(gate.confidence)} confidence)"
    return _promise(gate, spec) + how


def _promise(gate: Gate, spec: Spec | None) -> str:
    """The promise without how sure it has to be."""
    subject = _subject(gate, spec)
    if gate.gap_at_most is not None:
        return f"{subject} by {gate.by}: gap at most {number(gate.gap_at_most)}"
    if gate.ratio_at_least is not None:
        return f"{subject} by {gate.by}: ratio at least {number(gate.ratio_at_least)}"
    if gate.at_least is None and gate.at_most is None:
        return subject
    word, bound = ("at least", gate.at_least) if gate.at_least is not None else ("at most", gate.at_most)
    return f"{subject}{_place(gate)} {word} {bound_name(bound)}"


def _subject(gate: Gate, spec: Spec | None) -> str:
    if gate.metric:
        written = gate.metric if gate.k is None or "@" in gate.metric else f"{gate.metric}@{gate.k}"
        key = metric_key(spec, gate.metric, gate.label, gate.k) if spec else written
        return metric_name(key) + (f" of {gate.label}" if gate.label else "")
    kind = gate.subject_kind
    if gate.regressions is not None:
        return f"regressions from {gate.regressions.baseline}"
    if kind == "business":
        return metric_name(str(gate.business))
    named = getattr(gate, kind)
    if kind == "drift":
        return "no drift" if named == "all" else f"no drift of {named}"
    what = "sanity check" if kind == "sanity" else kind
    return f"every {what}" if named == "all" else f"{what} {named}"


def _place(gate: Gate) -> str:
    if gate.slice:
        return f" on {gate.slice}"
    if gate.slices == "every":
        return " for every slice"
    if gate.slices:
        return f" for {listed(list(gate.slices))}"
    if gate.key_examples:
        return f" on key examples {gate.key_examples}"
    return f" by {gate.by}" if gate.by else ""


def bound_name(bound: float | BaselineBound | None) -> str:
    """`0.9`, `human`, `human − 0.03`."""
    if isinstance(bound, BaselineBound):
        if not bound.margin:
            return bound.baseline
        return f"{bound.baseline} {'−' if bound.margin < 0 else '+'} {number(abs(bound.margin))}"
    return number(bound)
