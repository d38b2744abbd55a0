"""Metrics of the word and character sequences that a text shares with its reference, of a whole corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.influence import Influenced
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.engine.samples import Sample
    from specgen.metrics.outcomes import FloatArray

WORDS, CHARACTERS = 4, 6
RECALL_WEIGHT = 2.0  # chrF2: recall counts twice as much as precision


@metric(
    "sample", tasks=("transcription",), better="higher", high=100.0, package=("sacrebleu", "text"),
    terms={
        "length": "g{i}_0", "reference_length": "g{i}_1",
        **{f"matched{n}": f"g{{i}}_{2 + n}" for n in range(WORDS)},
        **{f"written{n}": f"g{{i}}_{2 + WORDS + n}" for n in range(WORDS)},
    },
)  # fmt: skip
def bleu(rows: Sample) -> Influenced:
    """BLEU of the whole corpus, from 0 to 100: shared sequences of 1 to 4 words, with a penalty for brevity.

    Equals sacrebleu's corpus_bleu with its defaults (13a tokens, exponential smoothing). Source:
    Papineni et al. (2002), BLEU: a method for automatic evaluation of machine translation; Post (2018),
    A call for clarity in reporting BLEU scores.
    """
    import numpy as np

    length, reference = _sum(rows, "length"), _sum(rows, "reference_length")
    matched = [_sum(rows, f"matched{n}") for n in range(WORDS)]
    written = [_sum(rows, f"written{n}") for n in range(WORDS)]
    if reference == 0:
        return Influenced(None, reason="every reference is empty")
    if not any(matched):
        return Influenced(0.0, np.zeros(len(rows)))
    if not all(written):
        return Influenced(None, reason=f"no text has {WORDS} words, the longest sequence that BLEU counts")
    logarithm, halved = min(0.0, 1 - reference / length), 1.0
    moved = np.zeros(len(rows))
    if length < reference:
        moved += rows["length"] * reference / length**2 - rows["reference_length"] / length
    for n in range(WORDS):
        moved -= rows[f"written{n}"] / written[n] / WORDS
        if matched[n] > 0:
            moved += rows[f"matched{n}"] / matched[n] / WORDS
            logarithm += np.log(matched[n] / written[n]) / WORDS
        else:
            halved /= 2
            logarithm += np.log(halved / written[n]) / WORDS
    value = 100 * float(np.exp(logarithm))
    return Influenced(value, _centred(value * moved, rows))


@metric(
    "sample", tasks=("transcription",), better="higher", high=100.0, package=("sacrebleu", "text"),
    terms={
        **{f"written{n}": f"h{{i}}_{3 * n}" for n in range(CHARACTERS)},
        **{f"reference{n}": f"h{{i}}_{3 * n + 1}" for n in range(CHARACTERS)},
        **{f"matched{n}": f"h{{i}}_{3 * n + 2}" for n in range(CHARACTERS)},
    },
)  # fmt: skip
def chrf(rows: Sample) -> Influenced:
    """chrF2 of the whole corpus, from 0 to 100: shared sequences of 1 to 6 characters, recall counting twice.

    Equals sacrebleu's corpus_chrf with its defaults (white space left out). Source: Popović (2015),
    chrF: character n-gram F-score for automatic MT evaluation.
    """
    import numpy as np

    sums = [
        tuple(_sum(rows, f"{what}{n}") for what in ("written", "reference", "matched"))
        for n in range(CHARACTERS)
    ]
    if sums[0][1] == 0:
        return Influenced(None, reason="every reference is empty")
    orders = [n for n, (written, reference, _) in enumerate(sums) if written > 0 and reference > 0]
    precision = sum(sums[n][2] / sums[n][0] for n in orders) / max(len(orders), 1)
    recall = sum(sums[n][2] / sums[n][1] for n in orders) / max(len(orders), 1)
    if precision + recall == 0:
        return Influenced(0.0, np.zeros(len(rows)))
    factor = RECALL_WEIGHT**2
    below = factor * precision + recall
    value = 100 * (1 + factor) * precision * recall / below
    by_precision, by_recall = np.zeros(len(rows)), np.zeros(len(rows))
    for n in orders:
        written, reference, matched = sums[n]
        by_precision += (
            (rows[f"matched{n}"] - rows[f"written{n}"] * matched / written) / written / len(orders)
        )
        by_recall += (
            (rows[f"matched{n}"] - rows[f"reference{n}"] * matched / reference) / reference / len(orders)
        )
    moved = by_precision * recall**2 + by_recall * factor * precision**2
    return Influenced(value, _centred(100 * (1 + factor) / below**2 * moved, rows))


def _sum(rows: Sample, name: str) -> float:
    return float((rows.weight * rows[name]).sum())


def _centred(moved: FloatArray, rows: Sample) -> FloatArray:
    """Influences of the rows; smoothing leaves a remainder, which is spread over all."""
    import numpy as np

    influence = rows.weight * moved
    return np.asarray(influence - rows.weight * (influence.sum() / rows.weight.sum()))
