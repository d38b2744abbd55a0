"""Metrics of numbers equal scikit-learn and SciPy on whole runs, with weights, ties and slices."""

import numpy as np
import pytest
from conftest import call, run, write_csv
from scipy import stats
from sklearn import metrics as reference

N = 120
METRICS = """\
metrics: [mape, smape, wape, median_absolute_error, bias, spearman, quantile_coverage,
  {name: within_tolerance, tolerance: 0.5}, {name: pinball_loss, quantile: 0.9},
  {name: absolute_error_quantile, quantile: 0.9}, {name: interval_coverage, lower: lo, upper: hi}]
"""


def spec(weight="", more=""):
    return (
        "specgen: 1\nproject: {name: t, purpose: explore}\n"
        f"task: {{type: regression, target: y, prediction: p{weight}}}\ndata: {{test: test.csv}}\n"
        f"models: {{candidate: {{columns: {{prediction: p}}}}}}\n{METRICS}{more}"
        "milestones: [{name: m, split: test, gates: [{metric: mape, at_most: 9}]}]\n"
    )


def data(seed=3):
    """Targets and predictions on a grid of halves, so that ranks and errors have ties."""
    rng = np.random.default_rng(seed)
    y = np.round(2 * rng.lognormal(1, 0.7, N)) / 2 + 0.5
    p = np.round(2 * (y + rng.normal(0.2, 1, N))) / 2
    return {
        "y": y,
        "p": p,
        "lo": p - 1,
        "hi": p + 1.5,
        "w": rng.integers(1, 4, N),
        "g": rng.choice(["a", "b"], N),
    }


def measured(folder, columns, *arguments):
    write_csv(folder / "test.csv", [{k: v[i] for k, v in columns.items()} for i in range(len(columns["y"]))])
    (folder / "spec.yaml").write_text(spec(*arguments))
    return run(folder / "spec.yaml", folder / "out")


@pytest.fixture(scope="module", params=["", ", weight: w"], ids=["plain", "weighted"])
def called(request, tmp_path_factory):
    columns = data()
    found = measured(tmp_path_factory.mktemp("errors"), columns, request.param, "slices: [{by: g}]\n")
    return columns, np.ones(N, dtype=int) if not request.param else columns["w"], found


def share(condition, w):
    return np.average(condition, weights=w)


def repeated_spearman(y, p, w):
    return stats.spearmanr(np.repeat(y, w), np.repeat(p, w)).statistic


EXPECTED = {
    "mape": lambda c, w: reference.mean_absolute_percentage_error(c["y"], c["p"], sample_weight=w),
    "smape": lambda c, w: share(2 * np.abs(c["p"] - c["y"]) / (np.abs(c["p"]) + np.abs(c["y"])), w),
    "wape": lambda c, w: reference.mean_absolute_error(c["y"], c["p"], sample_weight=w) / np.average(c["y"], weights=w),
    "median_absolute_error": lambda c, w: reference.median_absolute_error(c["y"], c["p"], sample_weight=w),
    "bias": lambda c, w: np.average(c["p"] - c["y"], weights=w),
    "spearman": lambda c, w: repeated_spearman(c["y"], c["p"], w),
    "quantile_coverage": lambda c, w: share(c["y"] <= c["p"], w),
    "within_tolerance@0.5": lambda c, w: share(np.abs(c["p"] - c["y"]) <= 0.5, w),
    "pinball_loss@0.9": lambda c, w: reference.mean_pinball_loss(c["y"], c["p"], sample_weight=w, alpha=0.9),
    "absolute_error_quantile@0.9": lambda c, w: np.quantile(np.repeat(np.abs(c["p"] - c["y"]), w), 0.9, method="averaged_inverted_cdf"),
    "interval_coverage@lo,hi": lambda c, w: share((c["lo"] <= c["y"]) & (c["y"] <= c["hi"]), w),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("group", [None, "a", "b"])
def test_value(called, name, group):
    columns, weight, result = called
    rows = np.ones(N, dtype=bool) if group is None else columns["g"] == group
    found = result.measurement(metric=name, slice=f"g={group}" if group else "all")
    expected = EXPECTED[name]({k: v[rows] for k, v in columns.items()}, weight[rows])
    assert found["value"] == pytest.approx(expected, abs=1e-12, rel=1e-11)  # 12 digits are written
    assert found["low"] <= found["value"] <= found["high"], (
        "on tied values a quantile's bound may be the quantile"
    )
    assert found["low"] < found["high"]


def test_a_target_of_0_leaves_mape_alone_undefined(tmp_path):
    columns = data()
    columns["y"][columns["g"] == "b"] = 0
    columns["p"][3] = 0
    found = measured(tmp_path, columns, "", "slices: [{by: g}]\nbaselines: {naive: {kind: naive}}\n")
    whole = found.measurement(metric="mape", slice="all", model="candidate")
    assert (whole["value"], whole["reason"]) == (None, "undefined on these rows: a target is 0")
    assert found.measurement(metric="mape", slice="g=a", model="candidate")["value"] > 0, (
        "the slice has no such target"
    )
    zeros = found.measurement(metric="wape", slice="g=b", model="candidate")
    assert (zeros["value"], zeros["reason"]) == (None, "undefined on these rows: every target is 0")
    same = found.measurement(metric="spearman", slice="g=b", model="candidate")
    assert (same["value"], same["reason"]) == (None, "the targets are all the same")
    y, p = columns["y"], columns["p"]
    size = np.abs(p) + np.abs(y)
    expected = np.where(size > 0, 2 * np.abs(p - y) / np.where(size > 0, size, 1), 0).mean()
    assert found.measurement(metric="smape", slice="all", model="candidate")["value"] == pytest.approx(
        expected, rel=1e-11
    )


def test_tolerance_forgives_rounding_and_no_more(tmp_path):
    columns = {"y": np.array([1.2, 1.2, 2000.2]), "p": np.array([1.3, 1.3001, 2000.3])}
    columns |= {"lo": columns["p"], "hi": columns["p"], "g": np.array(["a"] * 3), "w": np.ones(3)}
    write_csv(tmp_path / "test.csv", [{k: v[i] for k, v in columns.items()} for i in range(3)])
    (tmp_path / "spec.yaml").write_text(spec().replace("tolerance: 0.5", "tolerance: 0.1"))
    found = run(tmp_path / "spec.yaml", tmp_path / "out").measurement(metric="within_tolerance@0.1")
    assert found["value"] == pytest.approx(2 / 3)


def test_a_signed_number_may_be_bounded_on_either_side(tmp_path):
    gates = "gates: [{metric: bias, at_least: -1}, {metric: bias, at_most: 1}, {metric: wape, at_least: 0}]"
    columns = data()
    write_csv(tmp_path / "test.csv", [{k: v[i] for k, v in columns.items()} for i in range(N)])
    text = spec(more="baselines: {naive: {kind: naive}}\n").replace(
        "gates: [{metric: mape, at_most: 9}]", gates
    )
    (tmp_path / "spec.yaml").write_text(text)
    called = run(tmp_path / "spec.yaml", tmp_path / "out")
    doubted = [n["text"] for n in called.results["notes"] if "meant so" in n["text"]]
    assert len(doubted) == 1
    assert "wape" in doubted[0]
    assert "bias" not in {gap["metric"] for gap in called.results["baselines"]}, (
        "nothing to gain in a direction"
    )
    assert called.measurement(metric="bias", model="naive")["value"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("gate", "told"),
    [
        ("{metric: absolute_error_quantile@2, at_most: 1}", "'absolute_error_quantile@2', quantile: expected a number between 0 and 1, got 2"),
        ("{metric: interval_coverage@lo, at_least: 0.8}", "'interval_coverage' needs 'lower' and 'upper'"),
        ("{metric: interval_coverage, at_least: 80}", "a percentage is written 0.8"),
        ("{metric: within_tolerance@-1, at_least: 0.8}", "expected a number of 0 or more, got -1"),
    ],
)  # fmt: skip
def test_validate_tells(tmp_path, gate, told):
    columns = data()
    write_csv(tmp_path / "test.csv", [{k: v[i] for k, v in columns.items()} for i in range(N)])
    (tmp_path / "spec.yaml").write_text(spec().replace("{metric: mape, at_most: 9}", gate))
    assert told in call("validate", tmp_path / "spec.yaml").err


def test_the_order_of_rows_changes_nothing(tmp_path):
    columns = data(5)
    order = np.random.default_rng(6).permutation(N)
    found = []
    for name, taken in (("one", np.arange(N)), ("other", order)):
        (tmp_path / name).mkdir()
        called = measured(tmp_path / name, {k: v[taken] for k, v in columns.items()}, ", weight: w")
        found.append({m["metric"]: [m["value"], m["low"], m["high"]] for m in called.results["measurements"]})
    for key, numbers in found[0].items():
        assert found[1][key] == pytest.approx(numbers, rel=1e-9), key
