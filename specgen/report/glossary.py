"""Terms in plain words, in one line of the section where each first stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from specgen.report.text import sentence

MOST = 6
# Page one has no room left where it is set dense.
FULL = '<section class="front dense"'
SECTION = re.compile(r"<section\b.*?</section>", re.S)
# Neither pictures nor the data of charts are text.
TAG = re.compile(r"<(svg|script|style)\b.*?</\1>|<[^>]*>", re.S)


@dataclass(frozen=True)
class Term:
    """A term, how it is written (a regular expression), and what it means."""

    name: str
    written: str
    meaning: str


TERMS = (
    Term("Gate", r"gates?", "a promise of the spec, kept or not, judged with allowance for chance."),
    Term("Milestone", r"milestones?", "a step on the way to use, with gates of its own; each needs those before."),
    Term("Slice", r"slices?", "a part of the rows, such as one group of people or one kind of case."),
    Term("Baseline", r"baselines?", "what the model is compared with: people, publications, other models, a guess."),
    Term("Naive", r"naive", "a baseline that looks at no feature: the most frequent label, or the mean."),
    Term("pp", r"pp", "percentage points."),
    Term("Interval", r"intervals?", "where the true value may lie, since rows are few; it misses as often as it says."),
    Term("Key examples", r"key examples?", "examples that matter out of proportion, each looked at by itself."),
    Term("Potential", r"potentials?", "what the whole would gain if a slice closed its gap to a baseline."),
    Term("Shrunken", r"shrunken", "drawn towards similar slices, since the worst of many looks worse than it is."),
    Term("p95", r"p95", "the time within which 95 of 100 calls are answered."),
    Term("Payoff", r"payoffs?", "what each right or wrong answer is worth."),
    Term("Threshold", r"thresholds?", "the score from which on the positive label is predicted."),
    Term("Calibrated", r"calibrat\w+", "of the rows given a score of 30%, 30 of 100 turn out positive."),
    Term("Split", r"splits?", "a set of rows: to train on, to choose by, to judge by."),
)  # fmt: skip


def glossary(html: str, definitions: Mapping[str, str]) -> Markup:
    """A report's sections, each with a line that explains the terms and metrics that first stand in it.

    `definitions` are of metrics, by title. What a section has no room for is explained in a later one.
    """
    metrics = [
        Term(sentence(title, 40), re.escape(title), sentence(text, 180))
        for title, text in definitions.items()
    ]
    left = {term.name: term for term in (*metrics, *TERMS)}

    def explained(found: re.Match[str]) -> str:
        section = found[0]
        if section.startswith(FULL):
            return section
        text = TAG.sub(" ", section)
        here = [term for term in left.values() if re.search(rf"\b{term.written}\b", text, re.I)][:MOST]
        for term in here:
            del left[term.name]
        return _with_line(section, here) if here else section

    # What comes in was escaped by the templates.
    return Markup(SECTION.sub(explained, html))


def _with_line(section: str, terms: list[Term]) -> str:
    line = Markup(" ").join(
        Markup("<span><dfn>{}</dfn>: {}</span>").format(term.name, term.meaning) for term in terms
    )
    line = Markup('<p class="words">{}</p>').format(line)
    if section.startswith('<section class="front'):
        return section.removesuffix("</section>") + str(line) + "</section>"
    before, heading, after = section.partition("</h2>")
    return before + heading + str(line) + after if heading else section
