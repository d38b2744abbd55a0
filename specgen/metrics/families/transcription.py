"""Metrics of transcribed text; words are what white space divides, and nothing is normalised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specgen.metrics.outcomes import ratio
from specgen.metrics.registry import metric

if TYPE_CHECKING:
    from specgen.metrics.outcomes import FloatArray

TRANSCRIPTION = ("transcription",)


@metric(
    "moments", tasks=TRANSCRIPTION, better="lower", high=None,
    terms={"errors": "{word_errors}", "words": "{words}"},
)  # fmt: skip
def wer(errors: FloatArray, words: FloatArray) -> FloatArray:
    """Word error rate: substitutions, deletions and insertions of words ÷ words of the reference.

    Source: Levenshtein distance over words, as in NIST's sclite. It can exceed 1.
    """
    return ratio(errors, words)


@metric(
    "moments", tasks=TRANSCRIPTION, better="higher", low=None,
    terms={"errors": "{word_errors}", "words": "{words}"},
)  # fmt: skip
def word_accuracy(errors: FloatArray, words: FloatArray) -> FloatArray:
    """1 − word error rate; below 0 when there are more errors than words."""
    return 1 - ratio(errors, words)


@metric(
    "moments", tasks=TRANSCRIPTION, better="lower", high=None,
    terms={"errors": "{char_errors}", "chars": "{chars}"},
)  # fmt: skip
def cer(errors: FloatArray, chars: FloatArray) -> FloatArray:
    """Character error rate: character edits ÷ characters of the reference, spaces counted."""
    return ratio(errors, chars)


@metric(
    "share", tasks=TRANSCRIPTION, better="lower",
    terms={"success": "({word_errors} > 0)::DOUBLE", "rows": "1"},
)  # fmt: skip
def sentence_error_rate(success: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows with at least one word wrong."""
    return ratio(success, rows)


@metric(
    "share", tasks=TRANSCRIPTION, better="higher",
    terms={"success": "({char_errors} = 0)::DOUBLE", "rows": "1"},
)  # fmt: skip
def exact_match(success: FloatArray, rows: FloatArray) -> FloatArray:
    """Share of rows whose text equals the reference, any run of white space counted as one space."""
    return ratio(success, rows)
