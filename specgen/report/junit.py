"""Gates as JUnit XML, for CI: a suite for each milestone, a case for each gate and each slice that it judges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from specgen.record.result import Gate, GateMember, MetricInfo, Milestone, Result
from specgen.report import numbers
from specgen.report.source import Source
from specgen.report.text import clean
from specgen.report.views.gates import SIGNS, VERDICTS

# Noncharacters, which XML 1.0 forbids even as references.
FORBIDDEN = re.compile("[\ufffe\uffff]")
COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render_junit(result: Result, *, strict: bool = False) -> str:
    """The gates as JUnit XML.

    What fails is a failure, what could not be measured an error, what is inconclusive skipped; with `strict` it is a
    failure where it keeps its milestone from go. What only warns (`severity: should`) is skipped, so that the
    file has a failure or an error exactly when a milestone is no-go by a gate of its own.
    """
    source = Source(result, 0)
    root = Element("testsuites", {"name": _text(result.project), "time": f"{result.run.seconds:.3f}"})
    for k, milestone in enumerate(result.milestones):
        _suite(root, source, milestone, k, strict)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.attrib[key]) for suite in root)))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, source: Source, milestone: Milestone, k: int, strict: bool) -> None:
    result = source.result
    suite = SubElement(
        root, "testsuite",
        {"id": str(k), "name": _text(milestone.name), "timestamp": result.run.started[:19]},
    )  # fmt: skip
    properties = SubElement(suite, "properties")
    for key, value in (
        ("verdict", milestone.verdict), ("reason", milestone.reason), ("split", milestone.split),
        ("candidate", result.about.candidate), ("run", result.run.id), ("spec_sha256", result.run.spec_sha256),
    ):  # fmt: skip
        SubElement(properties, "property", {"name": key, "value": _text(value)})
    # Jenkins takes what stands before the last point for a package.
    classname = ".".join(_text(part).replace(".", "_") for part in (result.project, milestone.name))
    outcomes = [
        _case(suite, source, classname, gate, judged, strict)
        for gate in result.gates
        if gate.milestone == milestone.name
        for judged in judged_one_by_one(gate)
    ]
    suite.set("tests", str(len(outcomes)))
    for outcome, count in COUNTED.items():
        suite.set(count, str(outcomes.count(outcome)))


def judged_one_by_one(gate: Gate) -> Iterator[Gate | GateMember]:
    """The gate itself, then what it judges one by one."""
    yield gate
    yield from gate.members


def _case(
    suite: Element, source: Source, classname: str, gate: Gate, judged: Gate | GateMember, strict: bool
) -> str:
    """Adds a case; gives its outcome."""
    name = gate.gate if isinstance(judged, Gate) else f"{gate.gate} [{judged.name}]"
    case = SubElement(suite, "testcase", {"classname": classname, "name": _text(name)})
    outcome, told = outcome_of(gate, judged, strict), "\n".join(told_of(source, gate, judged))
    if outcome == "passed":
        SubElement(case, "system-out").text = _text(told, "\n")
        return outcome
    warns = "Warns only: " if gate.severity == "should" else ""
    message = _text(f"{warns}{judged.reason or VERDICTS[judged.verdict]}")
    SubElement(case, outcome, {"type": judged.verdict, "message": message}).text = _text(told, "\n")
    return outcome


def outcome_of(gate: Gate, judged: Gate | GateMember, strict: bool) -> str:
    """`passed`, or the name of JUnit's element: `failure`, `error` or `skipped`."""
    if judged.verdict == "pass":
        return "passed"
    if gate.severity == "should":
        return "skipped"
    if judged.verdict == "inconclusive":
        return "failure" if strict and gate.if_inconclusive == "hold" else "skipped"
    return "failure" if judged.verdict == "fail" else "error"


def told_of(source: Source, gate: Gate, judged: Gate | GateMember) -> Iterator[str]:
    """What was measured, a line each."""
    info, sign = source.metric_of(gate), SIGNS.get(judged.better or gate.better or "", "")
    if judged.reason:
        yield judged.reason
    if judged.measured is not None:
        digits = _digits(judged, info)
        ends = numbers.interval(judged.low, judged.high, info, digits)
        yield f"measured: {numbers.number(judged.measured, digits)}{numbers.unit(info)} {ends}".rstrip()
    if judged.bound is not None:
        bound = numbers.number(judged.bound, _digits(judged, info)) if info else numbers.plain(judged.bound)
        yield f"bound: {sign} {bound}"
    if judged.n is not None:
        yield f"rests on: {numbers.count(judged.n)}"
    if judged.more_examples is not None:
        yield f"further rows that would likely settle it: {numbers.count(judged.more_examples)}"


def _digits(judged: Gate | GateMember, info: MetricInfo | None) -> int:
    """As many as the metric has; what is none, as constraints, has three significant ones."""
    if info is None:
        return numbers.significant(judged.measured)
    return numbers.decimals(info, judged.measured, judged.bound)


def _text(text: str, between: str = " ") -> str:
    """Text that XML can hold, its lines joined."""
    return FORBIDDEN.sub("\ufffd", between.join(clean(line) for line in text.splitlines()))
