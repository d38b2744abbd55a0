"""What people's tags say about the errors of a split: shares of causes, and what the metric would be without each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from specgen.diagnosis.errors.found import Cause, ErrorCauses
from specgen.diagnosis.errors.losses import SplitLoss, split_loss
from specgen.inputs.errors import Errors
from specgen.inputs.tag_files import TaggedRow
from specgen.metrics.uses import Use
from specgen.spec.spec import Spec
from specgen.stats.sampled_shares import sampled_share


@dataclass(frozen=True)
class Counted:
    """Rows of a file that are errors and have a tag; `random` where they are a random sample of all errors."""

    rows: Mapping[str, TaggedRow]
    untagged: int
    random: bool


def error_causes(spec: Spec, errors: Errors, file: str, counted: Counted, use: Use | None) -> ErrorCauses:
    """Tags by how many counted errors have them, with the ceiling of `use`, the first metric that rows have a share of.

    Shares and ceilings are of these rows: their bounds tell what the sample of errors leaves open, and nothing of
    other rows.
    """
    ids = list(counted.rows)
    lost = split_loss(spec, errors.rows, use, ids) if use is not None and ids else None
    tags = dict.fromkeys(tag for row in counted.rows.values() for tag in row.tags)
    causes = [_cause(spec, errors, counted, ids, lost, tag) for tag in tags]
    return ErrorCauses(
        split=errors.rows.split, file=file, errors=errors.count, tagged=len(ids), untagged=counted.untagged,
        random=counted.random, confidence=spec.confidence,
        metric=use.key if use and lost else None, label=use.label if use and lost else None,
        value=lost.value if lost else None,
        causes=tuple(sorted(causes, key=lambda one: (-one.rows, one.tag))),
    )  # fmt: skip


def _cause(
    spec: Spec, errors: Errors, counted: Counted, ids: Sequence[str], lost: SplitLoss | None, tag: str
) -> Cause:
    inside = np.array([tag in counted.rows[key].tags for key in ids], dtype=float)
    share = sampled_share(inside, np.ones(len(ids)), errors.count)
    low, high = share.interval(spec.confidence) if share and counted.random else (None, None)
    found = Cause(tag=tag, rows=int(inside.sum()), share=float(inside.mean()), low=low, high=high)
    if lost is None:
        return found
    counts = lost.loss > 0
    part = sampled_share(inside[counts], lost.loss[counts], lost.errors)
    if part is None:
        return found
    bounds = part.interval(spec.confidence) if counted.random else None
    ends = sorted(lost.without(one) for one in bounds) if bounds else (None, None)
    return found.model_copy(
        update={"loss_share": part.value, "ceiling": lost.without(part.value),
                "ceiling_low": ends[0], "ceiling_high": ends[1]}
    )  # fmt: skip
