"""Where to improve, in both reports: ranks, people, key examples, rare labels, bibliography."""

import re
from html import unescape

import numpy as np
import pytest
from conftest import run, write_csv
from pypdf import PdfReader

SPEC = """\
specgen: 1
project: {name: Findings, purpose: explore}
task: {type: multiclass, target: finding, prediction: model, id: id}
data: {test: test.csv}
models: {new: {columns: {prediction: model}}}
metrics: [accuracy]
baselines:
  doctors: {kind: human, columns: [dr_a, dr_b]}
  paper:
    kind: literature
    source: {title: Reading findings, authors: "B. Author et al.", venue: Journal of Findings, year: 2021, url: "https://example.org/findings"}
    values: [{metric: accuracy, value: 0.9, n: 300}]
slices: [{by: site}]
key_examples: [{name: teaching cases, ids: [x0, x1, x2, x3, x4, x5, x6, x7]}]
milestones: [{name: test, split: test, gates: [{metric: accuracy, at_least: 0.1}]}]
"""


@pytest.fixture(scope="module")
def called(tmp_path_factory):
    folder, rng, n = tmp_path_factory.mktemp("findings"), np.random.default_rng(0), 1200
    labels = ["effusion", "hernia", "normal"]
    truth = rng.choice(labels, n, p=[0.4, 0.03, 0.57])

    def said(right):
        return np.where(rng.random(n) < right, truth, rng.choice(labels, n, p=[0.45, 0.05, 0.5]))

    site = rng.choice(["north", "south", "east", "west"], n)
    columns = {
        "id": [f"x{i}" for i in range(n)], "site": site, "finding": truth,
        "model": np.where(site == "west", said(0.5), said(0.9)), "dr_a": said(0.96),
        "dr_b": np.where(rng.random(n) < 0.5, said(0.9), ""),
    }  # fmt: skip
    write_csv(folder / "test.csv", [{k: v[i] for k, v in columns.items()} for i in range(n)])
    (folder / "spec.yaml").write_text(SPEC)
    return run(folder / "spec.yaml", folder / "out", formats="html,pdf")


@pytest.fixture(scope="module")
def texts(called):
    html = (called.folder / "report.html").read_text()
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    pages = " ".join(page.extract_text() for page in PdfReader(called.folder / "report.pdf").pages)
    return [re.sub(r"\s+", " ", one) for one in (unescape(re.sub(r"<[^>]+>", " ", body)), pages)]


@pytest.mark.parametrize(
    "wanted",
    [
        "Stands for what is possible (the irreducible error): the best human level that is known.",
        "site=west pays most: closing its gap of",
        "That it is the slice that pays most has a probability of > 99%.",
        "Krippendorff's alpha (nominal; 1 is full agreement, 0 chance)",
        "The baseline is the mean over those who labelled a row.",
        "B. Author et al. Reading findings . Journal of Findings, 2021.",
        "A model that never says hernia is right about it on",
        "of 8 examples right.",
    ],
)
def test_both_reports_say(texts, wanted):
    """But for spaces, which PDFs place as they like."""
    for text in texts:
        assert wanted.replace(" ", "") in text.replace(" ", ""), wanted


def test_wrong_examples_come_first(called):
    html = (called.folder / "report.html").read_text()
    states = re.findall(r'<td class="outcome (\w+)">', html)
    assert len(states) == 8
    assert states == sorted(states, reverse=True)


def test_citations_lead_to_the_bibliography(called):
    html = (called.folder / "report.html").read_text()
    assert '<a href="#work-1">[1]</a>' in html
    assert 'id="work-1"' in html
    assert 'href="https://example.org/findings"' in html


def test_probabilities_of_families_are_kept(called):
    gaps = [b for b in called.results["baselines"] if b["baseline"] == "doctors" and b["slice"] != "all"]
    assert sum(b["p_first"] for b in gaps) == pytest.approx(1, abs=0.01)
    assert all(b["potential_low"] <= b["potential"] <= b["potential_high"] for b in gaps)


def test_an_address_that_is_none_is_no_link(tmp_path):
    write_csv(tmp_path / "test.csv", [{"y": "ab"[i % 2], "p": "ab"[i % 3 % 2]} for i in range(40)])
    (tmp_path / "spec.yaml").write_text(
        "specgen: 1\nproject: {name: small, purpose: explore}\ntask: {type: multiclass, target: y, prediction: p}\n"
        "data: {test: test.csv}\nmodels: {m: {columns: {prediction: p}}}\nmetrics: [accuracy]\n"
        "baselines: {paper: {kind: literature, source: {title: T, url: 'javascript:alert(1)'}, values: [{metric: accuracy, value: 0.9}]}}\n"
        "milestones: [{name: test, split: test, gates: [{metric: accuracy, at_least: 0}]}]\n"
    )
    html = (run(tmp_path / "spec.yaml", tmp_path / "out", formats="html").folder / "report.html").read_text()
    assert 'href="javascript' not in html
