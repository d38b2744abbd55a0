"""Every showcase runs, ends as its README says, and each figure in the README is what the run gives.

A showcase is a folder of specs/ with a spec.yaml: a new one is tested by being there. Its README
quotes figures in tables whose columns are named as the fields of results.json:

- `metric | slice | split | model | value` (and `rows`, `low`, `high`): measurements; a metric of one
  label reads `recall of shirt`, and a metric of the business is named like any other;
- `baseline | metric | slice | split | gap | share | potential`: baselines (`value` is the baseline's own);
- `gate | milestone | verdict` (and `measured`, `bound`): gates;
- `group | metric | split | value | difference | ratio | verdict`: groups compared under `fairness`;
- `cause | upper | lower | gap | finding`: steps of the ladder;
- `name | measure | reference | split | value | state`: drift of columns;
- `where | metric | split | value | other | rows`: findings of error analysis;
- `metric | chosen_on | in_use | best | low | high`: the threshold that is worth most.

Columns that the table does not have are free as long as one record fits. In the text around the tables
a number with three decimals or more must stand in one of the tables.
"""

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT, call, run
from formats_checks import check_junit, check_tables
from huggingface_hub import ModelCard

from specgen.pipeline.formats import FORMATS
from specgen.report.markdown import MOST_CHARACTERS

SHOWCASES = sorted(path.parent for path in (ROOT / "specs").glob("*/spec.yaml"))
RECORDS = {
    "gate": "gates",
    "cause": "rungs",
    "group": "groups",
    "chosen_on": "thresholds",
    "measure": "effects",
    "where": "findings",
    "baseline": "baselines",
    "metric": "measurements",
}
NUMBERS = {
    "value",
    "rows",
    "low",
    "high",
    "n",
    "gap",
    "share",
    "potential",
    "measured",
    "bound",
    "difference",
    "ratio",
    "in_use",
    "best",
    "break_even",
    "other",
}
VERDICTS = {0: "go", 1: "no-go", 3: "inconclusive"}
TOLD = re.compile(r"specgen run (specs/\S+\.yaml)\s+ends with exit code (\d), ([a-z-]+)")
# A busy machine is no surprise where tests run side by side.
EXPECTED = ("not evaluated by this version", "other processes kept", "Error analysis searched test")
FIGURE = re.compile(r"(?<![\w.])\d*\.\d{3,}(?![\w.]*\d)")


@pytest.fixture(scope="module", params=SHOWCASES, ids=lambda folder: folder.name)
def showcase(request, tmp_path_factory):
    """README of a showcase and the finished runs of its specs, by path."""
    folder = request.param
    runs = {
        str(spec.relative_to(ROOT)): run(spec, tmp_path_factory.mktemp(spec.stem))
        for spec in sorted(folder.glob("*.yaml"))
    }
    return (folder / "README.md").read_text(), runs


def tables(text):
    """Tables as (header, rows), rows as lists of cells."""
    for block in re.findall(r"(?:^\|.*\|\n?)+", text, flags=re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        yield lines[0], lines[2:]


def quoted(text):
    """Rows that quote results, as (kind of record, cells by column)."""
    for header, rows in tables(text):
        kind = next((records for key, records in RECORDS.items() if key in header), None)
        if kind and set(header) & (NUMBERS | {"verdict", "finding"}):
            for row in rows:
                yield kind, {key: cell for key, cell in zip(header, row, strict=True) if cell}


def records(results, kind):
    """Records of a kind, each flat."""
    if kind == "rungs":
        return (results["diagnosis"] or {}).get("rungs", [])
    if kind == "effects":
        return [
            {**compared, **column, **effect}
            for compared in results["drift"]
            for column in compared["columns"]
            for effect in column["effects"]
        ]
    if kind != "groups":
        return [named(record) for record in results[kind]]
    return [
        {"split": compared["split"], **named(metric), **group}
        for compared in results["fairness"]
        for metric in compared["metrics"]
        for group in metric["groups"]
    ]


def named(record):
    """The record with its metric as a table writes it."""
    label = record.get("label")
    return {**record, "metric": f"{record['metric']} of {label}" if label else record["metric"]}


def shown_as(cell, number):
    """Whether a number reads like the cell, to the digits shown."""
    if number is None:
        return False
    share, text = cell.endswith("%"), cell.rstrip("%").replace(",", "").replace("−", "-")
    decimals = len(text.partition(".")[2])
    return abs(number * (100 if share else 1) - float(text)) <= 0.5 * 10**-decimals + 1e-9


def fits(record, cells):
    """Whether a record has the names that the row gives."""
    return all(str(record.get(key)) == cell for key, cell in cells.items() if key not in NUMBERS)


def test_it_ends_as_told(showcase):
    text, runs = showcase
    told = {path: (int(code), word) for path, code, word in TOLD.findall(text)}
    assert any(path.endswith("/spec.yaml") for path in told), "the README does not say how the run ends"
    for path, (code, word) in told.items():
        assert (runs[path].code, VERDICTS[code]) == (code, word), f"{path} ends with {runs[path].code}"


def test_quoted_figures_are_what_the_run_gives(showcase):
    text, runs = showcase
    rows = list(quoted(text))
    assert rows, "the README quotes no figure in a table that this test can read"
    wrong = []
    for kind, cells in rows:
        found = [r for called in runs.values() for r in records(called.results, kind) if fits(r, cells)]
        if len(found) != 1:
            wrong.append(f"{len(found)} {kind} fit {cells}")
            continue
        numbers = {key: found[0].get(key) for key in cells if key in NUMBERS}
        wrong += [
            f"{cells}: {key} is {number}"
            for key, number in numbers.items()
            if not shown_as(cells[key], number)
        ]
    assert not wrong, "\n".join(wrong)


def test_figures_in_the_text_stand_in_a_table(showcase):
    text, _ = showcase
    checked = {
        figure for _, cells in quoted(text) for cell in cells.values() for figure in FIGURE.findall(cell)
    }
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    assert set(FIGURE.findall(prose)) <= checked


def test_readme_lists_the_showcase_with_its_verdict(showcase):
    text, _ = showcase
    path, _, verdict = next(told for told in TOLD.findall(text) if told[0].endswith("/spec.yaml"))
    lines = (ROOT / "README.md").read_text().splitlines()
    row = next((line for line in lines if f"]({Path(path).parent}/README.md) |" in line), None)
    assert row is not None, f"{Path(path).parent} is not in the table of showcases"
    assert f"| {verdict} |" in row, row


def test_nothing_surprising_is_noted(showcase):
    _, runs = showcase
    for path, called in runs.items():
        warnings = [note["text"] for note in called.results["notes"] if note["level"] == "warning"]
        assert not [text for text in warnings if not any(words in text for words in EXPECTED)], path
        assert json.dumps(called.results).count("NaN") == 0, path


def test_every_format_renders(showcase):
    _, runs = showcase
    for path, called in runs.items():
        again = call("report", called.folder, "--format", ",".join(FORMATS))
        assert (again.code, again.err) == (0, ""), path
        for name in ("report.md", "model-card.md"):
            check_tables((called.folder / name).read_text())
        assert len((called.folder / "report.md").read_text()) <= MOST_CHARACTERS
        check_junit((called.folder / "junit.xml").read_text(), called.results)
        check_junit((called.folder / "junit-strict.xml").read_text(), called.results, strict=True)
        assert len(ModelCard((called.folder / "model-card.md").read_text()).data.eval_results) > 0, path
