"""Constraints through the command line: measured elsewhere or on a live model, judged, told, shown."""

from __future__ import annotations

import json
import re

import pytest
from conftest import BINARY_SPEC, binary_rows, run

from specgen.record.result import Result
from specgen.report.html import render_html

LIMITS = "latency_ms: {p95: 50}, throughput_rows_per_s: 100, memory_mb: 512"


def spec(constraints: str, gates: str = "{constraint: all}", model: str = "", purpose: str = "deploy") -> str:
    """The small spec with constraints."""
    text = BINARY_SPEC.replace("purpose: explore", f"purpose: {purpose}")
    text = text.replace("{metric: accuracy, at_least: 0.5}", gates)
    if model:
        text = text.replace("{columns: {prediction: p, score: s}}", model)
    return text.replace("milestones:", f"constraints: {{{constraints}}}\nmilestones:")


def declared(measured: str, limits: str = LIMITS) -> str:
    return spec(f"{limits}, measured: {measured}")


def values(called) -> dict:
    return {value["name"]: value for value in called.results["constraints"]["values"]}


def test_percentiles_with_n_have_intervals_and_pass_by_them(project, tmp_path):
    measured = "{latency_ms: {p50: 20, p95: 41.2, p99: 60, n: 5000}, throughput_rows_per_s: [210, 220, 205, 214], memory_mb: [300, 301, 303]}"
    called = run(project(declared(measured)), tmp_path / "out")
    gate = called.results["gates"][0]
    assert (called.code, gate["verdict"], len(gate["members"])) == (0, "pass", 3)
    p95 = values(called)["latency_ms p95"]
    assert 38 < p95["low"] < 41.2 < p95["high"] < 46
    assert values(called)["memory_mb"]["low"] == 303  # it has occurred
    assert gate["better"] == "at_most"


def test_an_interval_over_the_limit_leaves_the_gate_open(project, tmp_path):
    measured = "{latency_ms: {p50: 20, p95: 49, p99: 60, n: 200}}"
    called = run(project(declared(measured, "latency_ms: {p95: 50}")), tmp_path / "out")
    assert (called.code, called.results["gates"][0]["verdict"]) == (3, "inconclusive")
    assert "budget_s" in called.results["changes"][-1]


def test_a_limit_that_is_missed_fails_and_says_by_how_much(project, tmp_path):
    called = run(
        project(declared("{throughput_rows_per_s: [50, 51, 52, 50]}", "throughput_rows_per_s: 100")),
        tmp_path / "out",
    )
    gate = called.results["gates"][0]
    assert (called.code, gate["verdict"], gate["better"]) == (1, "fail", "at_least")
    assert gate["reason"].startswith("50.74, at least 100 is promised; between")


def test_one_number_is_judged_by_itself_and_said_to_be_so(project, tmp_path):
    called = run(project(declared("{memory_mb: 300}", "memory_mb: 512")), tmp_path / "out")
    assert called.code == 0
    assert any("declared as one number without samples or n" in n["text"] for n in called.results["notes"])
    assert values(called)["memory_mb"]["low"] is None


def test_what_nobody_measured_is_an_error_that_says_what_to_do(project, tmp_path):
    called = run(project(declared("{memory_mb: 300}")), tmp_path / "out")
    gate = called.results["gates"][0]
    assert (called.code, gate["verdict"]) == (1, "error")
    assert "under constraints.measured" in gate["reason"]
    alone = run(project(spec("memory_mb: 512")), tmp_path / "alone").results["gates"][0]
    assert (alone["verdict"], alone["measured"]) == ("error", None)
    assert "models.candidate is predictions without the model" in alone["reason"]


def test_a_project_that_explores_is_shown_its_limits_and_not_held_by_them(project, tmp_path):
    text = declared("{memory_mb: 600}", "memory_mb: 512").replace("purpose: deploy", "purpose: explore")
    called = run(project(text), tmp_path / "out")
    gate = called.results["gates"][0]
    assert (called.code, gate["verdict"], gate["severity"]) == (0, "fail", "should")
    assert "explores" in gate["reason"]


@pytest.mark.parametrize("nested", [False, True], ids=["summary-export", "handleSummary"])
def test_a_summary_of_k6_is_read(project, tmp_path, nested):
    metrics = {
        "http_req_duration": {"avg": 20, "min": 5, "med": 18.5, "max": 160, "p(90)": 30, "p(95)": 41},
        "http_reqs": {"count": 4000, "rate": 130.5},
        "http_req_failed": {"passes": 40, "fails": 3960, "rate" if nested else "value": 0.01},
    }
    if nested:
        metrics = {name: {"type": "trend", "values": found} for name, found in metrics.items()}
    path = project(declared("k6.json", "latency_ms: {p95: 50, batch: 2}, throughput_rows_per_s: 200"))
    (path.parent / "k6.json").write_text(json.dumps({"metrics": metrics}))
    called = run(path, tmp_path / "out")
    found = values(called)
    assert called.code == 0
    assert found["latency_ms p95"]["value"] == 41
    assert found["latency_ms p95"]["n"] == 4000
    assert found["throughput_rows_per_s"]["value"] == 261
    assert "1% of the load test's requests failed" in " ".join(n["text"] for n in called.results["notes"])
    read = [one for one in called.results["run"]["inputs"] if one["role"] == "constraints.measured"]
    assert [one["path"] for one in read] == ["k6.json"]
    assert len(read[0]["sha256"]) == 64


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (None, "cannot read 'lt.json': No such file or directory"),
        ("{", "'lt.json' is no JSON"),
        ("[]", "'lt.json' holds no mapping"),
        ('{"latency_ms": {"p95": 5, "p99": 4}}', "'lt.json': latency_ms.p99: 4 is below p95, 5"),
        ('{"memory": 5}', "'lt.json': memory: unknown key"),
        (
            '{"metrics": {}}',
            "'lt.json' is not as `k6 run --summary-export` writes it: no 'http_req_duration'",
        ),
        ('{"latency_ms": {"p95": 5, "batch": 8}}', "latencies of 8 rows a call, where the limit is for 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_at_its_place(project, tmp_path, file, message):
    path = project(declared("lt.json"))
    if file is not None:
        (path.parent / "lt.json").write_text(file)
    called = run(path, tmp_path / "out")
    assert called.code == 2
    assert re.search(r"spec\.yaml:\d+:\d+: constraints\.measured", called.err)
    assert message in called.err


MODEL = """\
import sys
print("noise on standard output")

class Model:
    def predict(self, rows):
        if "crash" in sys.argv or len(rows) > 300:
            raise RuntimeError("too many rows for me")
        return (rows["x"] > 0.5).astype(float)
"""


def live_spec(limits: str) -> str:
    model = '{python: "mine:Model", features: [x]}'
    return spec(f"{limits}, budget_s: 0.4", model=model)


def live_rows():
    return [{**row, "x": i / 60} for i, row in enumerate(binary_rows())]


@pytest.fixture(scope="module")
def measured_live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    (folder / "mine.py").write_text(MODEL)
    from conftest import write_csv

    write_csv(folder / "test.csv", live_rows())
    limits = "latency_ms: {p50: 5000}, memory_mb: 4000, cold_start_s: 500, artifact_mb: 5, cost_per_1000: {max: 5, machine_per_hour: 1}"
    (folder / "spec.yaml").write_text(live_spec(limits))
    return run(folder / "spec.yaml", folder / "out")


def test_a_live_model_is_measured(measured_live):
    found = values(measured_live)
    assert list(found) == [
        "latency_ms p50", "latency_ms p90", "latency_ms p95", "latency_ms p99", "memory_mb", "artifact_mb",
        "cold_start_s", "cost_per_1000",
    ]  # fmt: skip
    for name in ("latency_ms p50", "memory_mb", "cold_start_s", "cost_per_1000"):
        assert found[name]["state"] == "pass", found[name]
        assert found[name]["value"] > 0
        assert found[name]["low"] <= found[name]["value"]
    assert found["cold_start_s"]["n"] == 6
    assert found["cost_per_1000"]["unit"] == "USD"
    assert "throughput_rows_per_s" not in found
    assert found["artifact_mb"]["state"] == "error"


def test_a_batch_that_the_model_refuses_ends_the_curve_and_nothing_else(measured_live):
    curve = measured_live.results["constraints"]["by_batch"]
    assert 1 <= max(one["batch"] for one in curve) <= 256
    notes = " ".join(note["text"] for note in measured_live.results["notes"])
    if max(one["batch"] for one in curve) == 256:  # a slow machine does not come that far within the budget
        assert "Calls with 512 rows were not measured: the model failed: RuntimeError: too many rows" in notes


def test_the_section_is_in_the_report(measured_live):
    page = render_html(Result.model_validate(measured_live.results))
    assert '<section id="constraints">' in page
    assert "Cold start" in page
    assert "Measured on" in page
    assert '<a href="#constraints">Constraints</a>' in page


def test_times_that_other_processes_slowed_can_pass_but_not_fail():
    from specgen.checks.constraints.limited import Deployed, Limited
    from specgen.spec.milestones import Gate, Milestone
    from specgen.spec.spec import Spec
    from specgen.stats.estimate import fixed
    from specgen.verdict.constraints import constraint_gate
    from specgen.verdict.evidence import Evidence

    spec = Spec.model_validate(
        {"specgen": 1, "project": {"name": "x"}, "data": {"test": "x.csv"}, "metrics": ["accuracy"],
         "task": {"type": "binary", "target": "y", "positive": 1, "prediction": "p"},
         "models": {"m": {"columns": {"prediction": "p"}}},
         "milestones": [{"name": "t", "split": "test", "gates": [{"metric": "accuracy", "at_least": 0}]}]}
    )  # fmt: skip
    stage = Milestone.model_validate({"name": "t", "split": "test", "gates": [{"constraint": "all"}]})

    def verdict(value: float, *, slowed: bool) -> str:
        one = Limited("cold_start_s", fixed(value), 5.0, "live", "timed", slowed=slowed)
        gate = constraint_gate(
            Evidence(spec, {}, {}, 0, deployed=Deployed((one,))), stage, Gate(constraint="all")
        )
        assert not isinstance(gate, str)
        assert gate.verdict == one.state(0.05)
        return gate.verdict

    assert [verdict(4, slowed=False), verdict(6, slowed=False)] == ["pass", "fail"]
    assert [verdict(4, slowed=True), verdict(6, slowed=True)] == ["pass", "inconclusive"]
