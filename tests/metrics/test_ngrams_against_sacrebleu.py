"""BLEU and chrF equal sacrebleu's corpus values, and know how each row moves them."""

import importlib.util
import re

import numpy as np
import pytest
import sacrebleu
from conftest import call, run, write_csv

from specgen.engine.samples import Sample
from specgen.inputs.ngrams import ngram_counts
from specgen.metrics.families.ngrams import bleu, chrf
from specgen.metrics.registry import all_metrics

WORDS = ["the", "quick", "brown", "fox,", "jumps", "over", "lazy", "dogs", "again", ".", "it's", "done"]
FUNCTIONS = {"bleu": bleu, "chrf": chrf}
CORPUS = {"bleu": sacrebleu.corpus_bleu, "chrf": sacrebleu.corpus_chrf}


def texts(n=60, seed=0):
    rng = np.random.default_rng(seed)
    references = [" ".join(rng.choice(WORDS, rng.integers(1, 12))) for _ in range(n)]
    heard = [
        " ".join(
            w if rng.random() > 0.25 else str(rng.choice(WORDS)) for w in r.split() if rng.random() > 0.1
        )
        for r in references
    ]
    return references, heard


def sample(name, references, heard, weight=None):
    counts = ngram_counts(name, references, heard)
    columns = {term: counts[:, int(sql.partition("_")[2])] for term, sql in all_metrics()[name].terms.items()}
    return Sample(columns, np.ones(len(heard)) if weight is None else weight, None, weight is not None)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "change",
    [lambda t: t, lambda _: "the quick zzz zzz zzz zzz zzz", lambda _: "", lambda t: f"{t} and {t}"],
    ids=["errors", "no long sequence", "nothing", "too long"],
)
def test_equals_sacrebleu(name, change):
    references, heard = texts()
    heard = [change(text) for text in heard]
    found = FUNCTIONS[name](sample(name, references, heard))
    assert found.value == pytest.approx(CORPUS[name](heard, [references]).score, rel=1e-12)
    assert found.influence.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_weights_are_rows_repeated_and_influences_derivatives(name):
    references, heard = texts(40, 1)
    weight = np.random.default_rng(2).integers(1, 4, 40)
    repeated = sample(name, np.repeat(references, weight).tolist(), np.repeat(heard, weight).tolist())
    found = FUNCTIONS[name](sample(name, references, heard, weight.astype(float)))
    assert found.value == pytest.approx(FUNCTIONS[name](repeated).value, rel=1e-12)
    for i in (0, 11):
        more = weight.astype(float)
        more[i] *= 1 + 1e-6
        moved = (FUNCTIONS[name](sample(name, references, heard, more)).value - found.value) / 1e-6
        assert moved == pytest.approx(found.influence[i], abs=1e-4)


def test_undefined_with_its_reason():
    short = bleu(sample("bleu", ["the quick fox"], ["the fox"]))
    assert (short.value, short.reason) == (None, "no text has 4 words, the longest sequence that BLEU counts")
    for name, function in FUNCTIONS.items():
        assert function(sample(name, [""], ["the fox"])).reason == "every reference is empty"


SPEC = """\
specgen: 1
project: {name: t, purpose: explore}
task: {type: transcription, target: y, prediction: p}
data: {test: test.csv}
models: {candidate: {columns: {prediction: p}}}
metrics: [exact_match, chrf]
baselines: {human: {kind: human, column: h}, naive: {kind: naive}}
slices: [{by: half}]
milestones: [{name: m, split: test, gates: [{metric: bleu, at_least: {baseline: human, margin: -60}}]}]
"""


def project(folder):
    references, heard = texts()
    rows = [
        {"y": r, "p": f" {t.replace(' ', '  ')} ", "h": r if i % 3 else "", "half": i % 2}
        for i, (r, t) in enumerate(zip(references, heard, strict=True))
    ]
    write_csv(folder / "test.csv", rows)
    (folder / "spec.yaml").write_text(SPEC)
    return references, [row["p"] for row in rows], folder / "spec.yaml"


def test_a_whole_run(tmp_path):
    references, heard, spec = project(tmp_path)
    called = run(spec, tmp_path / "out")
    for name, corpus in CORPUS.items():
        found = called.measurement(metric=name, slice="all", model="candidate")
        assert found["value"] == pytest.approx(corpus(heard, [references]).score, rel=1e-11)
        assert 0 < found["low"] < found["value"] < found["high"] < 100
    half = called.measurement(metric="chrf", slice="half=1", model="candidate")
    assert half["value"] == pytest.approx(
        sacrebleu.corpus_chrf(heard[1::2], [references[1::2]]).score, rel=1e-11
    )
    assert called.measurement(metric="bleu", slice="all", model="naive")["value"] == 0
    assert called.measurement(metric="bleu", slice="all", model="human")["n"] == 40
    assert called.results["gates"][0]["verdict"] in ("pass", "inconclusive")
    same = np.mean(
        [" ".join(a.split()) == " ".join(b.split()) for a, b in zip(references, heard, strict=True)]
    )
    exact = called.measurement(metric="exact_match", slice="all", model="candidate")
    assert exact["value"] == pytest.approx(same, abs=1e-12)
    assert exact["method"] == "wilson"


def test_without_sacrebleu_the_message_says_what_to_install(tmp_path, monkeypatch):
    _, _, spec = project(tmp_path)
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "specgen.metrics.requests.find_spec", lambda name: None if name == "sacrebleu" else find(name)
    )
    told = call("validate", spec).err
    assert re.search(r"metrics\[1\]: 'chrf' needs sacrebleu; pip install 'specgen\[text\]'", told)
    assert "gates[0]: 'bleu' needs sacrebleu" in told
