"""Agreement of people: Krippendorff's published examples, Fleiss' kappa of complete labels, and coverage."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from specgen.stats.agreement import alpha, pairwise_agreement

FOUR = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
BINARY = ["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]
TWO = ["a a b b d c c c e d d a", "b a b b b c c c e d d d"]


def long(people):
    """Rows and labels of people's labels in columns."""
    found = [
        (i, float(ord(one) if one.isalpha() else one))
        for person in people for i, one in enumerate(person.split()) if one != "."
    ]  # fmt: skip
    return np.array([i for i, _ in found]), np.array([label for _, label in found])


@pytest.mark.parametrize(
    ("people", "numbers", "expected"),
    [(FOUR, False, 0.743), (FOUR, True, 0.849), (BINARY, False, 0.095), (TWO, False, 0.692)],
    ids=["four people, nominal", "four people, interval", "two values", "two people"],
)
def test_krippendorffs_examples(people, numbers, expected):
    """Krippendorff 2011, sections A to E."""
    row, label = long(people)
    assert alpha(row, None, label, numbers=numbers).value == pytest.approx(expected, abs=5e-4)


def test_complete_labels_give_fleiss_kappa():
    """Alpha counts pairs without those of a label with itself: 1 − alpha = (1 − kappa)·(n − 1)/n."""
    labels = np.random.default_rng(0).choice(4, (60, 3), p=[0.5, 0.3, 0.1, 0.1])
    labels[:40, 1] = labels[:40, 0]
    row, n = np.repeat(np.arange(60), 3), labels.size
    kappa = fleiss_kappa(aggregate_raters(labels)[0])
    assert 1 - alpha(row, None, labels.ravel().astype(float), numbers=False).value == pytest.approx(
        (1 - kappa) * (n - 1) / n, abs=1e-12
    )
    agree = (1 - kappa) * (1 - (np.bincount(labels.ravel()) ** 2).sum() / n**2)
    assert pairwise_agreement(row, None, labels.ravel().astype(float)).value == pytest.approx(
        1 - agree, abs=1e-12
    )


@pytest.mark.parametrize("numbers", [False, True])
def test_influences_are_the_derivatives(numbers):
    """A row twice moves alpha by its influence and what two rows have between them, which is small."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 400)
    labels = np.where(rng.random((400, 3)) < 0.7, truth[:, None], rng.integers(0, 3, (400, 3))).astype(float)
    row = np.repeat(np.arange(400), 3)
    found = alpha(row, None, labels.ravel(), numbers=numbers)
    without = [
        alpha(row[row != i], None, labels.ravel()[row != i], numbers=numbers).value for i in range(400)
    ]
    jackknife = np.sqrt(399 / 400 * ((np.array(without) - np.mean(without)) ** 2).sum())
    assert found.shown.se == pytest.approx(jackknife, rel=0.02)


def test_full_agreement_and_a_single_label():
    row, label = np.repeat(np.arange(50), 2), np.repeat(np.arange(50) % 2, 2).astype(float)
    found = alpha(row, None, label, numbers=False)
    assert found.value == 1.0
    assert found.shown.interval(0.95)[1] == 1.0
    assert "same" in alpha(row, None, np.ones(100), numbers=False).reason
    assert pairwise_agreement(row, None, np.ones(100)).value == 1.0


def test_rows_of_one_person_do_not_count():
    row, label = long(FOUR)
    more = alpha(np.r_[row, 100, 101], None, np.r_[label, 1.0, 2.0], numbers=False)
    assert more.value == alpha(row, None, label, numbers=False).value
    assert "two people" in alpha(np.arange(5), None, np.ones(5), numbers=False).reason


def test_rows_of_one_unit_say_less():
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(40), 10)
    good = np.repeat(rng.random(40) < 0.7, 10)
    first = rng.integers(0, 2, 400)
    second = np.where(good, first, 1 - first)
    row, label = np.tile(np.arange(400), 2), np.r_[first, second].astype(float)
    plain, units = (alpha(row, one, label, numbers=False) for one in (None, np.tile(unit, 2)))
    assert units.value == plain.value
    assert units.shown.se > 2.5 * plain.shown.se


def test_the_interval_of_alpha_covers_it():
    """Of 300 samples of 80 rows, about 95% of the intervals hold the alpha of a million rows."""

    def sample(rng, rows):
        truth = rng.choice(3, rows, p=[0.6, 0.3, 0.1])
        labels = np.where(rng.random((rows, 3)) < 0.8, truth[:, None], rng.integers(0, 3, (rows, 3)))
        there = rng.random((rows, 3)) < 0.8
        row = np.repeat(np.arange(rows), 3)[there.ravel()]
        return alpha(row, None, labels.ravel()[there.ravel()].astype(float), numbers=False)

    rng = np.random.default_rng(3)
    truth = sample(rng, 300_000).value
    hits = sum(
        low <= truth <= high for low, high in (sample(rng, 80).shown.interval(0.95) for _ in range(300))
    )
    assert 0.92 <= hits / 300 <= 0.98
