"""The model card: what the Hugging Face Hub reads of it, and what people do."""

import os
from pathlib import Path

import pytest
from formats_checks import check_tables, rendered
from huggingface_hub import ModelCard
from report_samples import bare, measurement, replaced, small

from specgen.report.card import render_card

GOLDEN = Path(__file__).parent / "golden" / "small-card.md"


def results(result):
    """The evaluation results as the Hub's own library reads them, by their names."""
    return {found.metric_name: found for found in ModelCard(render_card(result)).data.eval_results}


def test_the_hub_reads_every_result_of_the_whole_split():
    found = results(small())
    assert {name: one.metric_value for name, one in found.items()} == {
        "Accuracy": 0.91,
        "Net value (EUR)": 12345.6,
    }
    one = found["Accuracy"]
    assert (one.metric_type, one.dataset_name, one.dataset_type) == (
        "accuracy",
        "Voice search: test",
        "voice-search",
    )
    assert (one.dataset_split, one.task_name) == ("test", "Binary classification")
    assert one.dataset_args == {"rows": 1000, "sha256": {"test.csv": "b" * 64}}
    assert one.metric_args == {"confidence": 0.95, "low": 0.89, "high": 0.93, "n": 1000, "method": "wilson"}


def test_of_single_labels_only_those_of_gates():
    result = small()
    gated = result.gates[0].model_copy(update={"metric": "recall", "label": "yes"})
    found = results(result.model_copy(update={"gates": (gated,)}))
    assert found["Recall of yes"].metric_args["label"] == "yes"
    assert "Recall of no" not in found


def test_metrics_have_the_names_of_the_hub():
    numbers = tuple(measurement("candidate", "all", key, 0.5) for key in ("accuracy", "auc", "ndcg@10", "f1"))
    found = results(small().model_copy(update={"measurements": numbers}))
    assert {one.metric_type for one in found.values()} == {"accuracy", "roc_auc", "ndcg_at_10", "f1"}


def test_a_card_without_measurements_has_no_results():
    data = ModelCard(render_card(bare())).data.to_dict()
    assert data == {"tags": ["specgen", "readiness-inconclusive"]}


@pytest.mark.parametrize(
    "hostile",
    [
        "no",
        "1e3",
        "x: y",
        "\n---\n",
        "'",
        '"',
        "{a}",
        "# c",
        "\x00",
        "\u2028",
        "😀",
        "2026-11-24",
        "!!python/object:x",
        "é" * 300,
    ],
)
def test_hostile_strings_stay_text_in_metadata_and_page(hostile):
    for old in ("candidate", "Voice search", "test.csv", "test", "EUR"):
        result = replaced(small(), old, hostile)
        card = ModelCard(render_card(result))
        assert len(card.data.eval_results) == 2
        assert card.data.model_name == hostile or old != "candidate" or not hostile.isprintable()
        check_tables(card.text.lstrip("\n"))


def test_tables_are_whole():
    assert check_tables(render_card(small())) == 8
    check_tables(render_card(bare()))


def test_says_verdict_use_limits_and_what_it_does_not_know():
    text = rendered(render_card(small()))
    for part in (
        "NO-GO",
        "Replace typing.",
        "Limitations and risks",
        "noise=car",
        "Licence, language, training data",
    ):
        assert part in text, part


def test_golden():
    """Set SPECGEN_REWRITE_GOLDEN=1 to accept a change that was looked at."""
    if os.environ.get("SPECGEN_REWRITE_GOLDEN"):
        GOLDEN.write_text(render_card(small()), encoding="utf-8")
    assert render_card(small()) == GOLDEN.read_text(encoding="utf-8")
