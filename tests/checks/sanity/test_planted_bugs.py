"""Each check on three real data sets: it catches the bug that was planted, and is silent without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scenes import scene

from specgen.checks.sanity.each import near_duplicates
from specgen.checks.sanity.found import SanityCheck
from specgen.checks.sanity.registry import all_checks, run_check

Frames = tuple[pd.DataFrame, pd.DataFrame]
SPECS = ROOT / "specs"


def lending() -> Frames:
    frames = []
    for split in ("train", "test"):
        rows = pd.read_csv(SPECS / f"lending/data/{split}.csv").merge(
            pd.read_csv(SPECS / f"lending/predictions/candidate-{split}.csv")
        )
        rows = rows.assign(y=(rows.risk == "good") * 1, s=rows.p_good, id=rows.applicant_id)
        frames.append(rows.drop(columns=["risk", "p_good", "applicant_id"]))
    return tuple(frames)


def census() -> Frames:
    frames = []
    for file in ("2015_train", "2016"):
        rows = pd.read_parquet(SPECS / f"census/data/{file}.parquet").iloc[:4000]
        rows = rows.assign(y=rows.employed, s=rows.predicted_probability)
        frames.append(rows.drop(columns=["employed", "predicted_probability", "prediction", "year"]))
    return tuple(frames)


def sentiment() -> Frames:
    rows = pd.read_parquet(SPECS / "sentiment/data/ratings.parquet").sample(5000, random_state=1)
    rows = rows.assign(y=(rows.label == "positive") * 1, s=(rows.vader_compound + 1) / 2)[
        ["id", "y", "s", "text", "domain", "n_raters"]
    ]
    return rows.iloc[:3000].reset_index(drop=True), rows.iloc[3000:].reset_index(drop=True)


DATA = {"lending": lending, "census": census, "sentiment": sentiment}
NUMBER = {"lending": "amount", "census": "AGEP", "sentiment": "n_raters"}
CATEGORY = {"lending": "purpose", "census": "SCHL", "sentiment": "domain"}


def loaded(name: str) -> Frames:
    train, test = (frame.assign(p=(frame.s >= 0.5) * 1, t=np.datetime64("2024-01-01") + k * 400 + np.arange(len(frame)) // 40)
                   for k, frame in enumerate(DATA[name]()))  # fmt: skip
    return train, test


def upside_down(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train, test.assign(s=1 - test.s, p=(1 - test.s >= 0.5) * 1)


def fewer_positives(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train, test[(test.y == 0) | (np.arange(len(test)) % 4 == 0)]


def one_answer(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train, test.assign(p=1)


def label_as_feature(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train.assign(outcome=train.y + 0.25), test.assign(outcome=test.y + 0.25)


def lost_values(train: pd.DataFrame, test: pd.DataFrame, name: str) -> Frames:
    column = CATEGORY[name]
    return train, test.assign(**{column: test[column].where(np.arange(len(test)) % 4 != 0)})


def jittered(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    rng, k = np.random.default_rng(0), len(test) // 10
    for column in ("weight", "height", "girth"):
        train[column], test[column] = rng.normal(50, 10, len(train)), rng.normal(50, 10, len(test))
    for column in [c for c in test.columns if c not in ("id", "y", "s", "p")]:
        test.loc[: k - 1, column] = train.loc[: k - 1, column]
    for column in ("weight", "height", "girth"):
        test.loc[: k - 1, column] += rng.normal(0, 0.01, k)
    return train, test


def another_threshold(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train, test.assign(p=(test.s >= 0.6) * 1)


def same_ids(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train, test.assign(id=[*train.id[:20], *test.id[20:]])


def copied(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    k = len(test) // 5
    return train, pd.concat([train.iloc[:k].assign(id=test.id[:k]), test.iloc[k:]])


def shuffled_times(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    both = np.random.default_rng(0).permutation(np.concatenate([train.t, test.t]))
    return train.assign(t=both[: len(train)]), test.assign(t=both[len(train) :])


def oracle(train: pd.DataFrame, test: pd.DataFrame, _: str) -> Frames:
    return train, test.assign(s=np.where(test.y == 1, 0.97, 0.02), p=test.y)


def hundredfold(train: pd.DataFrame, test: pd.DataFrame, name: str) -> Frames:
    return train, test.assign(**{NUMBER[name]: test[NUMBER[name]] * 100})


def new_category(train: pd.DataFrame, test: pd.DataFrame, name: str) -> Frames:
    column = CATEGORY[name]
    return train, test.assign(**{column: test[column].where(np.arange(len(test)) % 10 != 0, "brand new")})


PLANTED: dict[str, Callable[[pd.DataFrame, pd.DataFrame, str], Frames]] = {
    "beats_naive": upside_down, "class_balance": fewer_positives, "constant_predictions": one_answer,
    "giveaway_column": label_as_feature, "missing_values": lost_values, "near_duplicates": jittered,
    "probabilities": another_threshold, "shared_ids": same_ids, "shared_rows": copied, "time_leakage": shuffled_times,
    "too_good": oracle, "units_of_numbers": hundredfold, "unseen_values": new_category,
}  # fmt: skip


def checked(folder: Path, check: str, frames: Frames) -> SanityCheck:
    splits = {"train": frames[0].reset_index(drop=True), "test": frames[1].reset_index(drop=True)}
    return run_check(all_checks()[check], scene(folder, "scored", splits, time="t"))


def test_every_check_has_a_planted_bug() -> None:
    assert set(PLANTED) == {name for name, check in all_checks().items() if not check.live}


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("check", PLANTED)
def test_the_bug_is_caught(check: str, name: str, tmp_path: Path) -> None:
    train, test = loaded(name)
    found = checked(tmp_path, check, PLANTED[check](train, test, name))
    assert found.verdict == "failed", found.findings
    assert found.findings[0].do


@pytest.mark.parametrize("name", DATA)
def test_nothing_is_found_without_it(name: str, tmp_path: Path) -> None:
    splits = dict(zip(("train", "test"), loaded(name), strict=True))
    of_all = scene(tmp_path, "scored", splits, time="t")
    found = [run_check(all_checks()[check], of_all) for check in PLANTED]
    assert [
        (one.name, one.findings[0].found) for one in found if one.verdict not in ("passed", "not_applicable")
    ] == []


def test_texts_that_differ_in_a_word(tmp_path: Path) -> None:
    train, test = loaded("sentiment")
    long = train.text[train.text.str.split().str.len() > 12]
    k = 40
    test.loc[: k - 1, "text"] = [f"{text} indeed" for text in long.iloc[:k]]
    found = checked(tmp_path, "near_duplicates", (train, test))
    assert found.verdict == "failed"
    assert k <= (found.findings[0].count or 0) <= k + 10  # the data have a few of their own


def test_of_many_texts_some_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The share is estimated without regard to where the copies stand."""
    train, test = loaded("sentiment")
    long = train[train.text.str.split().str.len() > 12].reset_index(drop=True)
    k = len(test) // 4
    test.loc[: k - 1, "text"] = [f"{text} indeed" for text in long.text[:k]]
    monkeypatch.setattr(near_duplicates, "MOST_EARLIER", len(long) // 4)
    monkeypatch.setattr(near_duplicates, "MOST_LATER", len(test) // 2)
    found = checked(tmp_path, "near_duplicates", (long, test))
    assert found.verdict == "failed"
    assert "one row in 4 of train and one in 2 of test" in found.findings[0].found
    assert found.findings[0].statistic == pytest.approx(k / len(test), abs=0.1)
