"""Errors one by one in both reports: causes, examples and labels in doubt."""

import re
from html import unescape

import numpy as np
import pytest
from conftest import call, run, write_csv
from pypdf import PdfReader

SPEC = """\
specgen: 1
project: {name: Errors, purpose: explore}
task: {type: binary, target: y, positive: "yes", score: s, id: id}
data: {dev: dev.csv, test: dev.csv}
models: {new: {columns: {score: s}}}
metrics: [accuracy]
slices: [{by: site}]
error_analysis: {columns: [site], examples: {rows: 12, columns: [remark]}}
milestones: [{name: test, split: test, gates: [{metric: accuracy, at_least: 0.1}]}]
"""


@pytest.fixture(scope="module")
def called(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("errors"), np.random.default_rng(0)
    rows = [
        {"id": f"x{i}", "site": rng.choice(["north", "south"]), "s": (s := round(float(rng.random()), 3)),
         "y": "yes" if rng.random() < s else "no", "remark": f"<b>note {i}</b>"}
        for i in range(800)
    ]  # fmt: skip
    write_csv(folder / "dev.csv", rows)
    spec = folder / "spec.yaml"
    spec.write_text(SPEC)
    csv = folder / "tags.csv"
    assert call("errors", "export", spec, "--out", csv, "--rows", 30).code == 0
    csv.write_text(csv.read_text(encoding="utf-8-sig").replace(",,\n", ",<i>blurred</i>,\n"))
    spec.write_text(SPEC.replace("columns: [site], ", "columns: [site], tags: tags.csv, "))
    return run(spec, folder / "out", formats="html,pdf")


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture(scope="module")
def section(called):
    return re.search(
        r'<section id="errors">.*?</section>', (called.folder / "report.html").read_text(), re.S
    )[0]


def test_every_listed_error_is_in_the_searchable_table(called, section):
    found = called.results["error_examples"]
    entries = [
        (g["name"], some["kind"], key) for g in found["groups"] for some in g["lists"] for key in some["ids"]
    ]
    assert section.count("<tr data-slice=") == len(entries)
    assert {group for group, _, _ in entries} == {"all", "site=north", "site=south", "yes → no", "no → yes"}
    assert (
        f"{found['groups'][0]['errors']} errors: the most confident, those nearest the threshold and a random sample, also of each slice and each cell"
        in words(section)
    )


def test_what_the_data_says_is_text_and_no_markup(section):
    assert "<b>note" not in section
    assert "&lt;b&gt;note" in section
    assert "<i>blurred" not in section


def test_causes_stand_with_bounds_and_their_ceiling(called, section):
    text = words(section)
    (cause,) = called.results["error_causes"]["causes"]
    assert "30 of" in text
    assert "errors, drawn at random, have a tag." in text
    assert f"100.0% [{100 * cause['low']:.1f}%, 100.0%]" in text
    assert f"1.000 [{cause['ceiling_low']:.3f}, 1.000]" in text


def test_doubts_are_weighed_against_chance(called, section):
    found = called.results["label_doubts"]
    assert not found["beyond_chance"]
    assert (
        f"in doubt: no more than the {found['expected']:.0f} that right labels would give by chance"
        in words(section)
    )


def test_paper_shows_a_few_of_the_whole_split_and_says_so(called):
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(called.folder / "report.pdf").pages).split()
    )
    assert "Errors one by one" in text
    total = sum(len(some["ids"]) for g in called.results["error_examples"]["groups"] for some in g["lists"])
    assert f"and {total - 12} more, by slice and confusion cell, in results.json" in text
    assert "<i>blurred</i>" in text
