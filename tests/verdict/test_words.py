"""Names and numbers in sentences."""

from __future__ import annotations

import pytest

from specgen.verdict.words import metric_name, metric_title, rows_needed


@pytest.mark.parametrize(
    ("key", "title", "name"),
    [
        ("ndcg@10", "NDCG@10", "NDCG@10"),
        ("auc", "AUC", "AUC"),
        ("word_accuracy", "Word accuracy", "word accuracy"),
        ("macro_f1", "Macro F1", "macro F1"),
        ("f1", "F1", "F1"),
        ("brier", "Brier", "Brier"),
        ("hamming_loss", "Hamming loss", "Hamming loss"),
        ("net_value_per_1000", "Net value per 1000", "net value per 1000"),
    ],
)
def test_a_metric_has_one_name(key, title, name):
    assert (metric_title(key), metric_name(key)) == (title, name)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (1, "1 more row"),
        (20_440, "20,440 more rows"),
        (10_000_000, "10,000,000 more rows"),
        (194_404_187, "more than 10 million rows"),
    ],
)
def test_numbers_of_rows_beyond_all_plans_are_words(rows, words):
    assert rows_needed(rows, "more row") == words
