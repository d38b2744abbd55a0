"""What the numbers of a result are about: metrics, slices, splits, baselines, the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from specgen.diagnosis.reference import Reference
from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.naive import Naive
from specgen.inputs.slicing import only_compared
from specgen.metrics.registry import title_of
from specgen.metrics.uses import Use, definition
from specgen.record.result import About, BaselineInfo, Citation, MetricInfo, SliceInfo, SplitInfo
from specgen.spec.baselines import Baseline
from specgen.spec.slices import KeyExamples, Slice
from specgen.spec.spec import Spec


def about(spec: Spec) -> About:
    """The project in the spec's words."""
    target = spec.task.target
    return About(
        description=spec.project.description, owner=spec.project.owner, purpose=spec.project.purpose,
        task=spec.task.type, target=target if isinstance(target, str) else ", ".join(target or ()),
        candidate=spec.candidate_name, models=tuple(spec.models),
        primary_metric=spec.metrics[0].key if spec.metrics else "", confidence=spec.confidence,
        unit=spec.task.unit or spec.task.query,
        approvers=spec.decision.approvers if spec.decision else (),
        expires_days=spec.decision.expires_days if spec.decision else None,
        language=spec.report.language if spec.report else "en",
    )  # fmt: skip


def metric_infos(spec: Spec, uses: tuple[Use, ...]) -> Iterator[MetricInfo]:
    """Each metric once, in the spec's order."""
    first: dict[str, Use] = {}
    for use in uses:
        first.setdefault(use.key, use)
    for use in first.values():
        title = title_of(use.key) if use.business else use.title
        yield MetricInfo(
            key=use.key, title=title, kind="business" if use.business else "metric", better=use.metric.better,
            low=use.metric.low, high=use.metric.high, unit=use.unit, definition=definition(use, spec).replace("`", ""),
            mean_over_rows=use.metric.mean_over_rows or (use.business and use.metric.low is not None),
        )  # fmt: skip


def slice_infos(spec: Spec, splits: Mapping[str, SplitCells]) -> Iterator[SliceInfo]:
    """Every slice that occurs in any split, in the order of declaration."""
    seen: dict[str, tuple[str, int]] = {}
    apart = only_compared(spec)
    for cells in splits.values():
        for family, names in cells.families.items():
            if family in apart:
                continue
            seen |= {name: (family, cells.min_rows[name]) for name in names if name not in seen}
    conditions = {part.name: part for part in spec.slices if part.where}
    examples = {part.name: part for part in spec.key_examples}
    shares = {part.name: part.share for part in spec.slices}
    order = [WHOLE, *conditions, *examples]
    ranked = sorted(seen, key=lambda name: order.index(name) if name in order else len(order))
    for name in ranked:
        family, min_rows = seen[name]
        kind, text = _kind(name, family, conditions, examples)
        yield SliceInfo(
            name=name, kind=kind, definition=text, family=family, min_rows=min_rows,
            declared_share=shares.get(name),
        )  # fmt: skip


def _kind(
    name: str, family: str, conditions: Mapping[str | None, Slice], examples: Mapping[str, KeyExamples]
) -> tuple[Literal["all", "where", "by", "key_examples"], str]:
    """How a slice was declared, and its definition."""
    if name == WHOLE:
        return "all", "every row of the split"
    if name in conditions:
        return "where", conditions[name].where or ""
    if name in examples:
        return "key_examples", examples[name].where or "a list of ids"
    return "by", f"each value of {family}"


def split_infos(
    spec: Spec,
    splits: Mapping[str, SplitCells],
    not_evaluated: Mapping[str, str],
    classes: Mapping[str, Mapping[str, int]],
) -> Iterator[SplitInfo]:
    """Every declared split, evaluated or not."""
    for name in spec.data:
        cells = splits.get(name)
        yield SplitInfo(
            name=name, rows=cells.total_rows if cells else None,
            units=cells.units if cells else None,
            evaluated=cells is not None, note=not_evaluated.get(name, ""), class_counts=dict(classes.get(name, {})),
        )  # fmt: skip


def baseline_infos(spec: Spec, naive: Naive | None, reference: Reference | None) -> Iterator[BaselineInfo]:
    """Where each baseline comes from, and which is the reference for irreducible error."""
    for name, baseline in spec.baselines.items():
        per_row = baseline.column or baseline.columns or baseline.model or baseline.kind == "naive"
        yield BaselineInfo(
            name=name, kind=baseline.kind, origin="per row" if per_row else "published",
            description=_origin(baseline, naive), url=baseline.source.url if baseline.source else None,
            citation=Citation(**baseline.source.model_dump()) if baseline.source else None,
            reference=reference is not None and reference.name == name,
            reference_reason=reference.reasons[name] if reference else "",
        )  # fmt: skip


def _origin(baseline: Baseline, naive: Naive | None) -> str:
    if baseline.kind == "naive":
        return naive.description if naive else "not evaluated"
    if baseline.column or baseline.columns:
        columns = baseline.columns or (baseline.column,)
        return f"column{'s' if baseline.columns else ''} {', '.join(map(str, columns))}, row by row"
    if baseline.model:
        return f"model {baseline.model}, row by row"
    if baseline.source:
        year = f" ({baseline.source.year})" if baseline.source.year else ""
        return f"{baseline.source.title}{year}"
    return baseline.description or "numbers given in the spec, without a source"
