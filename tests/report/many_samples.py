"""A result with many slices and key examples, for tests of long tables."""

from __future__ import annotations

from report_samples import gate, measurement, member, small

from specgen.record.result import KeyExample, Result, SliceInfo

FAMILY = 50


def many(count: int) -> Result:
    """So many slices in families of fifty, and so many key examples, a third of them wrong.

    Net values are of either sign and some are missing.
    """
    names = [f"shop={k:04d}" for k in range(count)]
    base = small()
    slices = [
        SliceInfo(
            name=name,
            kind="by",
            definition="",
            min_rows=30,
            family=f"region {k // FAMILY}",
            declared_share=None,
        )
        for k, name in enumerate(names)
    ]
    values = [round(0.5 + (k * 7919 % 4999) / 10_000, 4) for k in range(count)]
    measured = []
    for k, (name, value) in enumerate(zip(names, values, strict=True)):
        rows = {"n": 31 + k * 13 % 9001, "rows": 31 + k * 13 % 9001}
        money = None if k % 500 == 7 else 20_000 * value - 12_000
        reason = "no row has a price" if money is None else ""
        measured += [
            measurement("candidate", name, "accuracy", value, **rows),
            measurement("candidate", name, "net_value", money, reason=reason, **rows),
        ]
    members = tuple(
        member(name, "fail" if value < 0.6 else "pass", value)
        for name, value in zip(names, values, strict=True)
    )
    examples = tuple(
        KeyExample(
            name="the ones that matter", split="test", id=f"row-{k:05d}", label="yes", ok=k % 3 != 0,
            prediction="yes" if k % 3 else "no", score=None, error=None,
        )
        for k in range(count)
    )  # fmt: skip
    return base.model_copy(
        update={
            "slices": (*base.slices[:1], *slices),
            "measurements": (*(m for m in base.measurements if m.slice == "all"), *measured),
            "gates": (gate("accuracy for every slice at least 0.6", "fail", members=members),),
            "key_examples": examples,
        }
    )
