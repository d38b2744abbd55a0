"""What was noted, how it was measured, and what was measured: notes, methods, provenance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from specgen.record.result import Result, UsedTemplates
from specgen.report import numbers
from specgen.report.language.spoken import COUNTED, ENGLISH
from specgen.report.text import name, plural, sentence

METHODS = {
    "wilson": (
        "Wilson",
        "score interval of a proportion, wider next to 0 and 1; shown beside accuracy, recall and the like.",
    ),
    "clopper_pearson": (
        "Clopper-Pearson",
        "exact interval of a proportion; never promises more than it holds, so gates use it.",
    ),
    "tango": (
        "Tango",
        "score interval of the difference of two proportions measured on the same rows; gates allow for "
        "skewness and for how few rows differ.",
    ),
    "mcnemar": ("McNemar", "test of two models by the rows on which exactly one of them is right (mid-p)."),
    "newcombe": (
        "Newcombe",
        "interval of the difference of two proportions measured on different rows, from both "
        "Wilson intervals.",
    ),
    "jackknife_t": (
        "Jackknife, t",
        "the variance, and the bias, follow from what the value loses without each row; Student's t on a "
        "scale without ends. Gates take in skewness and curvature besides.",
    ),
    "influence_t": (
        "Influences, t",
        "the variance follows from how much each row, or sampling unit, moves the value (for AUC it is "
        "that of DeLong); Student's t on a scale without ends, corrected for skew.",
    ),
    "noncentral_chi2": (
        "Noncentral χ²",
        "the distribution of summed squares of departures, inverted; it holds where the truth is 0 too.",
    ),
    "psi_noncentral_chi2": (
        "PSI",
        "its bounds take off what chance adds, by the noncentral χ² distribution, or the delta method where that"
        " is wider.",
    ),
    "ks_band": ("Kolmogorov band", "the most by which chance moves a distribution function anywhere."),
    "total_variation_band": (
        "McDiarmid",
        "the most by which chance moves the shares of all categories together.",
    ),
    "bootstrap": (
        "Bootstrap",
        "the rows, or whole sampling units, are drawn again many times; on each side the wider of the "
        "percentile and the bias-corrected bound, as wide as so few rows need.",
    ),
    "linearised_t": (
        "Linearised variance, t",
        "the metric as a ratio of sums; its variance between sampling units, with Student's t. Gates allow "
        "for tails that few rows or units show.",
    ),
    "mover": ("MOVER", "interval of a difference or ratio of two groups from the intervals of each."),
    "max_step": (
        "Largest step",
        "performance over time: the largest difference between what lies before and after any moment, with bounds "
        "that allow for having looked at every one.",
    ),
    "over_time": (
        "Over time",
        "the trend of the windows of time, with bounds corrected for the tests made of them.",
    ),
    "batch_means": (
        "Batch means, t",
        "a mean over time by the means of blocks of consecutive calls, with Student's t.",
    ),
    "order statistics": (
        "Order statistics",
        "a percentile's interval ends at two of the sorted values, chosen by the binomial distribution.",
    ),
    "woodruff": (
        "Woodruff",
        "order statistics where values depend on each other: as many count as the share of values below the "
        "percentile varies between blocks or sampling units.",
    ),
    "largest value": (
        "Largest value",
        "what was seen at most, and above it what the next process may need, by how much fresh ones differ "
        "(a prediction bound, with Student's t).",
    ),
    "fixed": ("One number", "declared without samples or n, and judged by itself."),
    "holm": (
        "Holm",
        "correction for judging many slices at once: with it, the chance that any slice fails by "
        "luck alone stays below the error rate.",
    ),
    "point estimate": (
        "Point estimate",
        "the value alone is compared with the bound; its uncertainty does not count.",
    ),
    "against a fixed value": (
        "Against a fixed value",
        "the baseline was published without a number of examples and is taken as exact.",
    ),
    "effective n": (
        "Effective n",
        "weighted rows count as many as equally weighted rows of the same information (Kish).",
    ),
    "degenerate": (
        "Degenerate",
        "too little variation for the usual interval; the exact or unpaired one named stands in for it.",
    ),
    "no spread": (
        "No spread",
        "the rows do not vary, so the interval rests on how rare a different row could be.",
    ),
    "sanity check": (
        "Sanity check",
        "looks at the rows and answers as they are: it passes, fails or was not made, without an interval.",
    ),
}


@dataclass(frozen=True)
class NoteView:
    """A note and the place in the spec that it is about."""

    warning: bool
    text: str
    place: str


@dataclass(frozen=True)
class MethodView:
    """Notes, methods and provenance."""

    notes: tuple[NoteView, ...]
    verdicts: tuple[tuple[str, str], ...]
    methods: tuple[tuple[str, str], ...]
    metrics: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str, str, str], ...]


def method(result: Result, templates: UsedTemplates | None = None) -> MethodView:
    """The closing section; `templates` are those that this report is written with."""
    return MethodView(
        notes=tuple(
            NoteView(n.level == "warning", sentence(n.text), name(n.place)) for n in result.notes[:60]
        ),
        verdicts=_verdicts(result),
        methods=_methods(result),
        metrics=tuple((name(m.title), sentence(m.definition, 300)) for m in result.metrics),
        facts=(*_facts(result), *_look(templates, result.run.templates)),
        inputs=tuple(
            (name(i.role), name(i.path), numbers.count(i.rows), i.sha256) for i in result.run.inputs[:100]
        ),
    )


def _verdicts(result: Result) -> tuple[tuple[str, str], ...]:
    sure = f"{100 * result.about.confidence:g}%"
    return (
        ("Pass", f"even the unfavourable end of the one-sided {sure} interval meets the bound."),
        ("Fail", "even the favourable end misses it; over many slices, after Holm's correction."),
        (
            "Inconclusive",
            "the bound lies inside the interval; where possible, the table says how many more "
            "examples would likely settle it (80% power).",
        ),
        (
            "Not measured",
            "the gate could not be evaluated; this counts against the model, for nothing unknown becomes go.",
        ),
    )


def _methods(result: Result) -> tuple[tuple[str, str], ...]:
    used = {m.method for m in result.measurements} | {g.method for g in result.baselines}
    used |= {g.method for g in result.gates} | {m.method for g in result.gates for m in g.members}
    words = " ; ".join(used).lower()
    told = [METHODS[key] for key in METHODS if re.search(rf"(?<![a-z_]){re.escape(key)}(?![a-z_])", words)]
    known = re.compile("|".join(sorted(map(re.escape, METHODS), key=len, reverse=True)))
    strange = sorted({m for m in used if m != "none" and not known.search(m.lower())})
    return (*told, *((name(text), "as recorded in results.json.") for text in strange[:10]))


def _facts(result: Result) -> tuple[tuple[str, str], ...]:
    run, hardware = result.run, result.run.hardware
    versions = ", ".join(f"{package} {version}" for package, version in run.versions.items())
    machine = f"{hardware.cpu}, {hardware.cores} cores, {hardware.memory_gb:g} GB, {hardware.system}"
    return (
        ("Run", f"{run.id}, started {run.started}, took {run.seconds:.1f} s"),
        ("Spec", f"{name(run.spec)}, SHA-256 {run.spec_sha256}"),
        ("Engine", f"{run.engine}, seed {run.seed}"),
        ("Versions", sentence(versions, 300)),
        ("Machine", sentence(machine, 200)),
        *((("Language", COUNTED),) if result.about.language != ENGLISH else ()),
    )


def _look(worn: UsedTemplates | None, of_the_run: UsedTemplates | None) -> Iterator[tuple[str, str]]:
    """Whose look the report has, or that it lacks the one that the run was written with."""
    if worn is not None:
        digest = sha256("".join(f"{one.sha256}  {one.path}\n" for one in worn.files).encode()).hexdigest()
        files = plural(len(worn.files), "file")
        yield "Templates", f"{name(worn.folder)}, {files}, SHA-256 of their list {digest}"
    elif of_the_run is not None:
        yield "Templates", f"not those of the run, {name(of_the_run.folder)}: they were gone or changed"
