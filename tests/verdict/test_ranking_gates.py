"""Gates of rankings: groups within queries, and slices that cut queries."""

import numpy as np
import pytest
from conftest import run, write_csv

SPEC = """\
specgen: 1
project: {{name: t, purpose: explore}}
task: {{type: ranking, target: y, prediction: p, query: q}}
data: {{test: test.csv}}
models: {{candidate: {{columns: {{prediction: p}}}}}}
metrics: [{{name: ndcg, k: 5}}, {{name: exposure, k: 5}}, {{name: coverage, k: 2}}]
slices: [{{by: market}}, {{by: seller}}]
milestones: [{{name: m, split: test, gates: [{gate}]}}]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(3)
    rows = []
    for q in range(150):
        for i in range(6):
            small = i < 3
            y = int(rng.random() < 0.4)
            score = y + rng.normal() - 1.5 * small
            rows.append({"q": q, "market": "de" if q % 2 else "fr", "seller": "small" if small else "large",
                         "y": y, "p": round(score, 3)})  # fmt: skip
    folder = tmp_path_factory.mktemp("gates")
    write_csv(folder / "test.csv", rows)
    return folder


def judged(folder, gate, name):
    path = folder / f"{name}.yaml"
    path.write_text(SPEC.format(gate=gate))
    return run(path, folder / name).results["gates"][0]


def test_a_seller_that_is_shown_less_fails(folder):
    gap = judged(folder, "{metric: exposure@5, by: seller, gap_at_most: 0.05}", "gap")
    assert gap["verdict"] == "fail"
    assert gap["members"][0]["name"] == "seller=large − seller=small"
    assert gap["members"][0]["n"] == 150, "queries, which both sellers share"
    assert "linearised_t" in gap["method"]
    ratio = judged(folder, "{metric: coverage@2, by: seller, ratio_at_least: 0.8}", "ratio")
    assert ratio["verdict"] == "fail"


def test_markets_are_compared_by_their_own_queries(folder):
    gate = judged(folder, "{metric: ndcg, by: market, gap_at_most: 0.3}", "markets")
    assert (gate["verdict"], gate["members"][0]["n"]) == ("pass", 147), "three have nothing to find"


def test_a_slice_that_cuts_queries_is_an_error_which_no_rows_would_settle(folder):
    gate = judged(folder, "{metric: ndcg, slices: every, at_least: 0.1}", "every")
    assert gate["verdict"] == "error"
    assert {m["name"]: m["verdict"] for m in gate["members"]}["market=de"] == "pass"
    assert "150 queries have only some of their rows in it" in gate["reason"]
