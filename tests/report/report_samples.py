"""A small result made by hand, and a hostile one, for the report's tests."""

from __future__ import annotations

from typing import Any

from specgen.record.earlier import EarlierRun, EarlierValue
from specgen.record.result import (
    About,
    BaselineGap,
    BaselineInfo,
    Confusion,
    Diagnosis,
    Gate,
    GateMember,
    Hardware,
    InputFile,
    Measurement,
    MetricInfo,
    Milestone,
    Note,
    Result,
    Run,
    Rung,
    SliceInfo,
    SplitInfo,
    Standing,
    WeakSlice,
)
from specgen.verdict.judged import Certainty

SLICES = {"all": 1000, "noise=car": 260, "noise=none": 740}
VALUES = {"candidate": (0.91, 0.84, 0.935), "annotators": (0.93, 0.91, 0.937)}


def measurement(model: str, part: str, metric: str, value: float | None, **changes: Any) -> Measurement:
    """One number of the test split, ± 0.02."""
    low, high = (None, None) if value is None else (value - 0.02, value + 0.02)
    given = {
        "split": "test",
        "label": None,
        "confidence": 0.95,
        "n": SLICES.get(part),
        "rows": SLICES.get(part),
    }
    given |= {"low": low, "high": high, "method": "wilson"} | changes
    return Measurement(model=model, slice=part, metric=metric, value=value, **given)


def gate(name: str, verdict: str, **changes: Any) -> Gate:
    """A gate on accuracy."""
    given: dict[str, Any] = {
        "milestone": "test", "severity": "must", "if_inconclusive": "hold", "evidence": "confident",
        "confidence": 0.95, "kind": "metric", "metric": "accuracy", "split": "test", "measured": 0.91,
        "low": 0.89, "high": 0.93, "bound": 0.88, "better": "at_least", "n": 1000, "method": "clopper_pearson",
        "reason": "Measured 0.91, between 0.89 and 0.93.", "more_examples": None,
    }  # fmt: skip
    return Gate(gate=name, verdict=verdict, **(given | changes))


def member(
    name: str, verdict: str, measured: float | None, more: int | None = None, reason: str = ""
) -> GateMember:
    """A slice of a gate at least 0.88."""
    return GateMember(
        name=name, verdict=verdict, measured=measured, low=None, high=None, bound=0.88, n=260,
        method="wilson", more_examples=more, reason=reason,
        shrunken=None if measured is None else (measured + 0.9) / 2,
    )  # fmt: skip


def gaps() -> tuple[BaselineGap, ...]:
    """The candidate against human labels."""
    rows = []
    for (part, n), mine, theirs in zip(
        SLICES.items(), VALUES["candidate"], VALUES["annotators"], strict=True
    ):
        gap = theirs - mine
        rows.append(
            BaselineGap(
                baseline="annotators", split="test", slice=part, metric="accuracy", value=theirs, measured=mine,
                gap=gap, gap_low=gap - 0.01, gap_high=gap + 0.01, share=n / 1000, potential=gap * n / 1000,
                method="tango",
            )
        )  # fmt: skip
    return tuple(rows)


def small() -> Result:
    """Two slices, one baseline, four gates, every section."""
    measured = [
        measurement(model, part, "accuracy", value)
        for model, values in VALUES.items()
        for part, value in zip(SLICES, values, strict=True)
    ]
    measured += [
        measurement(
            "candidate", "all", "net_value", 12345.6, low=12001.2, high=12700.9, method="linearised_t"
        ),
        measurement("annotators", "all", "net_value", 13000.0, low=None, high=None, reason="one row only"),
        measurement("candidate", "all", "recall", 0.8, label="yes"),
        measurement("candidate", "all", "recall", None, label="no", reason="no row has this label"),
    ]
    members = (
        member("noise=none", "pass", 0.935), member("noise=car", "fail", 0.84),
        member("noise=(missing)", "inconclusive", None, 30, "2 rows, fewer than the 30 asked for."),
    )  # fmt: skip
    whole = {"low": 0.0, "high": 1.0, "unit": None, "better": "higher"}
    return Result(
        certainty=Certainty(
            confidence=0.95, stricter=0.99, verdict="inconclusive", weaker=("accuracy at least 0.9",),
            text="At 99% confidence it would be inconclusive.",
        ),
        project="Voice search", verdict="no-go",
        reasons=("accuracy for every slice fails on noise=car.", "Kept: accuracy at least 0.88."),
        changes=("A better accuracy on noise=car.",),
        about=About(
            description="Replace typing.", owner="speech", purpose="deploy", task="binary", target="y",
            candidate="candidate", models=("candidate",), primary_metric="accuracy", confidence=0.95,
        ),
        run=Run(
            id="20261124T020000Z-ab12", started="2026-11-24T02:00:00Z", seconds=1.5, spec="spec.yaml",
            spec_sha256="a" * 64, inputs=(InputFile(path="test.csv", sha256="b" * 64, rows=1000, role="data.test"),),
            seed=0, engine="duckdb", versions={"specgen": "0.1.0"},
            hardware=Hardware(cpu="cpu", cores=2, memory_gb=8, system="Linux"),
        ),
        metrics=(
            MetricInfo(key="accuracy", title="Accuracy", kind="metric", definition="Share right.", **whole),
            MetricInfo(key="recall", title="Recall", kind="metric", definition="Share found.", **whole),
            MetricInfo(
                key="net_value", title="Net value", kind="business", better="higher", low=None, high=None,
                unit="EUR", definition="Mean per 1000 rows.",
            ),
        ),
        slices=tuple(
            SliceInfo(
                name=name, kind="all" if name == "all" else "by", definition="", min_rows=30,
                family=name.split("=")[0], declared_share=None,
            )
            for name in SLICES
        ),
        splits=(
            SplitInfo(name="test", rows=1000, units=None, evaluated=True, note="", class_counts={"yes": 600, "no": 400}),
            SplitInfo(name="production", rows=None, units=None, evaluated=False, note="no labels yet", class_counts={}),
        ),
        measurements=tuple(measured),
        baseline_sources=(BaselineInfo(name="annotators", kind="human", origin="per row", description="column second"),),
        baselines=gaps(),
        gates=(
            gate("accuracy at least 0.88", "pass"),
            gate("accuracy for every slice at least 0.88", "fail", members=members, method="wilson, Holm over members"),
            gate("accuracy at least annotators − 0.01", "inconclusive", more_examples=1210, baseline="annotators", bound=0.92),
            gate("every constraint", "error", metric=None, kind="constraint", measured=None, low=None, high=None,
                 bound=None, better=None, n=None, method="none", severity="should", reason="Not measured: later."),
        ),
        milestones=(Milestone(name="test", split="test", verdict="no-go", reason="1 of 4 gates passed, 1 failed."),),
        standing=Standing(
            reached=None, held_at="test", held_by=("accuracy for every slice at least 0.88",),
            text="The model has passed no milestone yet; test is no-go, held by accuracy for every slice at least 0.88.",
            business=None,
        ),
        diagnosis=Diagnosis(
            metric="accuracy", label=None, reference="annotators", split="test", lead="Slice noise=car: 40%.",
            rungs=(
                Rung(cause="variance", upper="train", upper_split="train", lower="test", upper_value=0.95,
                     lower_value=0.91, gap=0.04, low=0.02, high=0.06, confidence=0.95, material=0.009,
                     finding="shown", method="mover"),
                Rung(cause="shift", upper="test", upper_split="", lower="production", upper_value=None, lower_value=None,
                     gap=None, low=None, high=None, confidence=0.95, material=None, finding="not measured",
                     method="none", reason="no labels yet"),
            ),
            weak_slices=(
                WeakSlice(slice="noise=car", share=0.4, value=0.85, compared_with="annotators", other=0.94, gap=0.09,
                          low=0.05, high=0.13, carries=0.9),
            ),
            advice=("Get more data of noise=car.", "More training data."),
        ),
        confusions=(
            Confusion(split="test", model="candidate", labels=("no", "yes"), counts=((380.0, 20.0), (70.0, 530.0))),
        ),
        history=(
            EarlierRun(
                run="20261120T020000Z-cd34", started="2026-11-20T02:00:00Z", candidate="older", verdict="inconclusive",
                spec_sha256="c" * 64, values=(EarlierValue(split="test", value=0.89, low=0.87, high=0.91),),
            ),
            EarlierRun(
                run="20261121T020000Z-ef56", started="2026-11-21T02:00:00Z", candidate="candidate", verdict="no-go",
                spec_sha256="a" * 64, values=(),
            ),
        ),
        notes=(
            Note(level="warning", text="Drift is declared, but not evaluated.", place="drift"),
            Note(level="info", text="data.production was not evaluated.", place="data.production"),
        ),
    )  # fmt: skip


def bare() -> Result:
    """Nothing but a verdict: no slices, baselines, gates, splits, confusions or notes."""
    kept = {"specgen", "project", "verdict", "about", "run"}
    nothing: dict[str, Any] = {
        name: None if field.default is None else ()
        for name, field in Result.model_fields.items()
        if name not in kept
    }
    return small().model_copy(update={"verdict": "inconclusive", **nothing})


def replaced(result: Result, old: str, new: str) -> Result:
    """The result with a text exchanged wherever it occurs."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(old, new)
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return [walk(item) for item in value] if isinstance(value, list | tuple) else value

    return Result.model_validate(walk(result.model_dump()))
