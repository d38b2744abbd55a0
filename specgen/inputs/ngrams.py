"""Row statistics of BLEU and chrF, as sacrebleu counts them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What the rows table calls them: the j-th statistic of model i is `gi_j`, `hi_j`.
LETTERS = {"bleu": "g", "chrf": "h"}
STATISTICS = {"bleu": 10, "chrf": 18}


def ngram_counts(name: str, references: Sequence[str], texts: Sequence[str | None]) -> NDArray[np.float64]:
    """Statistics (n, k) of each text against its one reference, NaN where there is no text.

    For `bleu` the text's and the reference's words, then matched and all n-grams of 1 to 4 words; for
    `chrf`, of 1 to 6 characters each, the text's, the reference's and matched n-grams. Summed over rows
    they give sacrebleu's corpus_bleu and corpus_chrf with its defaults. Raises ImportError without
    sacrebleu.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    counter: Any = BLEU(force=True) if name == "bleu" else CHRF()
    there = [i for i, text in enumerate(texts) if text is not None]
    counts = np.full((len(texts), STATISTICS[name]), np.nan)
    if there:
        # The row statistics have no public name; a test holds their sums to corpus_bleu and corpus_chrf.
        counts[there] = counter._extract_corpus_statistics(
            [texts[i] for i in there], [[references[i] for i in there]]
        )
    return counts
