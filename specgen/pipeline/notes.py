"""What a reader must know besides the numbers: warnings, assumptions, parts that were not evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specgen.engine.cells import WHOLE, SplitCells
from specgen.inputs.annotators import TASKS
from specgen.inputs.answers import told
from specgen.inputs.examples import MOST_EXAMPLES
from specgen.inputs.load import Inputs
from specgen.metrics.uses import find_metric
from specgen.pipeline.business import business_notes
from specgen.record.result import Note
from specgen.spec.declared import all_gates, metric_key
from specgen.spec.load import LoadedSpec
from specgen.spec.problems import key_path
from specgen.spec.spec import Spec
from specgen.verdict.words import gate_name

FEW_UNITS = 20


def notes(
    loaded: LoadedSpec, inputs: Inputs, cells: Mapping[str, SplitCells], milestone: str | None,
    more: Iterable[Note] = (),
) -> tuple[Note, ...]:  # fmt: skip
    """All notes of a run, warnings first; `more` are those of single checks."""
    spec = loaded.spec
    found = [
        *_warnings(spec, inputs), *more, *_ungated(spec), *_doubts(spec, cells), *_not_yet(spec),
        *business_notes(spec, cells), *_partial(spec, cells), *_many_examples(spec, cells), *_people(spec, inputs),
        *_human_on_tables(spec, inputs),
        *_rankings(inputs), *_assumptions(spec, inputs, milestone),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda note: note.level != "warning"))


def _warning(text: str, place: str = "") -> Note:
    return Note(level="warning", text=text, place=place)


def _warnings(spec: Spec, inputs: Inputs) -> Iterator[Note]:
    if not spec.baselines:
        yield _warning(
            "No baseline is declared: nobody can tell what is possible, or where work pays.", "baselines"
        )
    if inputs.impossible_shares:
        named = ", ".join(inputs.impossible_shares)
        yield _warning(
            f"The declared shares of {named} add up to more than one, though these slices have no row in common:"
            " no declared share is used, but the shares of the data.", "slices",
        )  # fmt: skip
    for text, place in inputs.warnings:
        yield _warning(f"{text[0].upper()}{text[1:]}.", ".".join(map(str, place)))
    for failure in inputs.live.failures:
        if failure.model != spec.candidate_name:
            text = f"On {failure.split} {told(failure)}. Nothing is compared with it there."
            yield _warning(text, f"models.{failure.model}")
    for name in dict.fromkeys(run.model for run in inputs.live.runs if run.any_code):
        text = (
            f"The model {name} was loaded in a way that can run any code (--trust-pickle): whoever can change its"
            " file can change this report. skops and ONNX are the safe ways."
        )
        yield _warning(text, f"models.{name}")
    for run in {run.model: run for run in inputs.live.runs if run.not_isolated}.values():
        text = f"The model {run.model} ran without every isolation: {'; '.join(run.not_isolated)}."
        yield _warning(text, f"models.{run.model}")


def _ungated(spec: Spec) -> Iterator[Note]:
    """Limits that a project under way to deployment declares, and that no gate holds it to."""
    gated = {gate.constraint for _, gate in all_gates(spec) if gate.constraint}
    limited = spec.constraints.limited if spec.constraints and spec.project.purpose != "explore" else ()
    idle = [] if "all" in gated else [key for key in limited if key not in gated]
    if idle:
        text = (
            f"No gate judges {', '.join(idle)}: the limits decide nothing without a gate {{constraint: all}}."
        )
        yield _warning(text, "constraints")
    if spec.sanity and spec.project.purpose != "explore" and not any(g.sanity for _, g in all_gates(spec)):
        text = (
            "No gate judges the sanity checks: what they find decides nothing without a gate {sanity: all}."
        )
        yield _warning(text, "sanity")


def _doubts(spec: Spec, cells: Mapping[str, SplitCells]) -> Iterator[Note]:
    """Where the numbers themselves deserve a second look."""
    for split, one in cells.items():
        if one.units is not None and one.units < FEW_UNITS:
            what, place = (
                ("queries", "task.query")
                if spec.task.query and not spec.task.unit
                else ("sampling units", "task.unit")
            )
            text = f"data.{split} has {one.units} {what} only: intervals of so few are too narrow."
            yield _warning(text, place)
    for path, gate in all_gates(spec):
        metric = find_metric(spec, gate.metric) if gate.metric else None
        wrong = {"higher": gate.at_most, "lower": gate.at_least}.get(metric.better if metric else "")
        if metric is not None and wrong is not None:
            better = f"{metric.better} values of {metric.name} are better"
            text = f"{gate_name(gate, spec)}: {better}; is the bound meant so?"
            yield _warning(text, key_path(path))


def _partial(spec: Spec, cells: Mapping[str, SplitCells]) -> Iterator[Note]:
    """Human labels on a part of the rows, and published numbers whose n cannot be used."""
    for split, one in cells.items():
        for name in sorted(one.partial):
            labelled = one.labelled.get(name, one.total_rows)
            if not labelled and any(stage.split == split for stage in spec.milestones):
                text = f"{name} labelled no row of {split}, so nothing is compared with it there."
                yield _warning(text, f"baselines.{name}")
            elif labelled < one.total_rows:
                text = f"{name} labelled {labelled:,} of {one.total_rows:,} rows of {split}; it is compared on these."
                yield Note(level="info", text=text, place=f"baselines.{name}")
    for name, baseline in spec.baselines.items():
        known = [(value.metric, find_metric(spec, value.metric)) for value in baseline.values if value.n]
        unused = [written for written, metric in known if metric is not None and metric.high != 1.0]
        if unused:
            text = f"{name}: the n of a published {', '.join(unused)} says nothing of its spread; taken as exact."
            yield Note(level="info", text=text, place=f"baselines.{name}.values")
        yield from _idle(spec, cells, name)


def _idle(spec: Spec, cells: Mapping[str, SplitCells], name: str) -> Iterator[Note]:
    """Published values that meet nothing measured."""
    gates = [gate for _, gate in all_gates(spec) if gate.metric]
    asked = {(one.key, one.label) for one in spec.metrics} | {(one.name, None) for one in spec.business}
    asked |= {(metric_key(spec, gate.metric or "", gate.label, gate.k), gate.label) for gate in gates}
    for i, value in enumerate(spec.baselines[name].values):
        of = f" of label '{value.label}'" if value.label else ""
        place = f"baselines.{name}.values[{i}]"
        if (metric_key(spec, value.metric, value.label), value.label) not in asked:
            text = (
                f"{name}: {value.metric}{of} is published, but not among 'metrics', so compared with nothing."
            )
            yield _warning(text, place)
        elif cells and all((value.slice or WHOLE) not in one.rows for one in cells.values()):
            text = f"{name}: {value.metric}{of} is published for {value.slice}, of which no split has a row."
            yield _warning(text, place)


def _people(spec: Spec, inputs: Inputs) -> Iterator[Note]:
    """Annotators who are missing on some rows, or on all that are judged."""
    several = [name for name, one in spec.baselines.items() if one.columns and spec.task.type in TASKS]
    judged = {stage.split for stage in spec.milestones}
    for split, found in inputs.annotations.items():
        total = inputs.rows[split].count
        for name in several if split in judged else ():
            if all(one.baseline != name for one in found):
                text = f"{name}: nobody labelled a row of {split}, so nothing is compared with people there."
                yield _warning(text, f"baselines.{name}.columns")
        for one in found:
            some = [f"{person} {count:,}" for person, count in one.labelled.items() if count < total]
            if some:
                text = (
                    f"{one.baseline}: of {total:,} rows of {split}, {', '.join(some)} labelled. A row counts by the"
                    " mean of the people who labelled it; the candidate is compared on the rows that anybody did."
                )
                yield Note(level="info", text=text, place=f"baselines.{one.baseline}.columns")


def _human_on_tables(spec: Spec, inputs: Inputs) -> Iterator[Note]:
    """A hint where people are asked to read tables."""
    for name, baseline in spec.baselines.items() if inputs.structured else ():
        if baseline.kind == "human":
            text = (
                f"A hint: the data looks like a table of numbers and categories. There human level ({name}) is seldom"
                " a useful baseline: people do not read tables well, and a model may go far beyond them. The previous"
                " system, or a published or open-source result, often says more."
            )
            yield Note(level="info", text=text, place=f"baselines.{name}")


def _many_examples(spec: Spec, cells: Mapping[str, SplitCells]) -> Iterator[Note]:
    """Sets of key examples of which not every one is listed."""
    if spec.task.type == "ranking":
        return
    for split, one in cells.items():
        for part in spec.key_examples:
            count = one.rows.get(part.name, 0)
            if count > MOST_EXAMPLES:
                text = (
                    f"{part.name} has {count:,} rows of {split}: the {MOST_EXAMPLES:,} worst are listed one by one."
                    " Key examples are few by nature; a group of rows is a slice."
                )
                yield Note(level="info", text=text, place=f"key_examples.{part.name}")


def _rankings(inputs: Inputs) -> Iterator[Note]:
    """Queries that most ranking metrics do not count."""
    for split, rows in inputs.rows.items():
        if rows.queries and rows.queries.without_relevant:
            text = (
                f"{rows.queries.without_relevant:,} of {rows.queries.count:,} queries of {split} have no relevant row:"
                " nothing can be found there, so they count for precision, exposure and coverage only."
            )
            yield Note(level="info", text=text, place="task.target")


def _not_yet(spec: Spec) -> Iterator[Note]:
    for name, baseline in spec.baselines.items():
        if baseline.columns and spec.task.type not in ("multilabel", *TASKS):
            text = f"{name}: labels of several people are not evaluated in a {spec.task.type} task; name one 'column'."
            yield _warning(text, f"baselines.{name}.columns")


def _assumptions(spec: Spec, inputs: Inputs, milestone: str | None) -> Iterator[Note]:
    for split, why in inputs.not_evaluated.items():
        yield Note(level="info", text=f"data.{split} was not evaluated: {why}.", place=f"data.{split}")
    for name, baseline in spec.baselines.items():
        without = list(dict.fromkeys(value.metric for value in baseline.values if value.n is None))
        if without:
            text = f"{name}: {', '.join(without)} published without a number of examples, so taken as exact."
            yield Note(level="info", text=text, place=f"baselines.{name}.values")
    if milestone:
        later = [stage.name for stage in spec.milestones]
        rest = later[later.index(milestone) + 1 :]
        if rest:
            yield Note(
                level="info",
                text=f"Judged up to {milestone}; not judged: {', '.join(rest)}.",
                place="milestones",
            )
