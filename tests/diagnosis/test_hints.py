"""What is said of baselines and shares that deserve a second look, and which baseline is the reference."""

import pytest
from conftest import BINARY_SPEC, binary_rows, run

HUMAN = "baselines: {person: {kind: human, column: q}}\n"


def notes(path):
    called = run(path, path.parent / "out")
    assert called.results is not None, called.err
    return called.results, [note["text"] for note in called.results["notes"]]


def rows(**columns):
    return [
        dict(row, q=row["y"], **{name: value(i) for name, value in columns.items()})
        for i, row in enumerate(binary_rows())
    ]


@pytest.mark.parametrize(
    ("columns", "hint"),
    [
        ({"age": lambda i: 20 + i, "income": lambda i: i * 1.5, "job": lambda i: "abc"[i % 3]}, True),
        (
            {
                "age": lambda i: 20 + i,
                "text": lambda i: f"The film number {i} was a joy to see from the start",
            },
            False,
        ),
        ({"age": lambda i: 20 + i, "x": lambda i: i, "image": lambda i: f"scans/{i}.png"}, False),
        ({"age": lambda i: 20 + i}, False),
    ],
    ids=["numbers and categories", "texts", "pictures", "too few columns to tell"],
)
def test_people_seldom_read_tables_well(project, columns, hint):
    _, said = notes(project(BINARY_SPEC + HUMAN, rows(**columns)))
    assert any("human level (person) is seldom a useful baseline" in text for text in said) == hint


def test_no_hint_without_people(project):
    columns = {"age": lambda i: i, "income": lambda i: i, "job": lambda i: i % 3}
    _, said = notes(project(BINARY_SPEC + "baselines: {naive: {kind: naive}}\n", rows(**columns)))
    assert not any("hint" in text for text in said)


SHARES = """\
slices:
  - {name: north, where: "region = 'north'", share: 0.7}
  - {name: south, where: "region = 'south'", share: %s}
"""


def test_shares_that_cannot_all_be_true(project):
    results, said = notes(project(BINARY_SPEC + HUMAN + SHARES % 0.5, rows()))
    assert any("shares of north, south add up to more than one" in text for text in said)
    assert {b["share"] for b in results["baselines"] if b["slice"] != "all"} == {0.5}, "the data's shares"


def test_shares_that_add_up_to_one_are_used(project):
    results, said = notes(project(BINARY_SPEC + HUMAN + SHARES % 0.3, rows()))
    assert not any("add up" in text for text in said)
    shares = {b["slice"]: b["share"] for b in results["baselines"]}
    assert (shares["north"], shares["south"]) == (0.7, 0.3)


def test_overlapping_slices_may_have_more(project):
    text = SHARES.replace("region = 'south'", "s > 0") % 0.9
    results, said = notes(project(BINARY_SPEC + HUMAN + text, rows()))
    assert not any("add up" in note for note in said)
    assert {b["share"] for b in results["baselines"]} == {1.0, 0.7, 0.9}


def test_a_published_value_outside_the_range_is_told(project):
    text = "baselines: {paper: {kind: literature, values: [{metric: accuracy, value: 91}]}}\n"
    called = run(project(BINARY_SPEC + text), project(BINARY_SPEC + text).parent / "out")
    assert called.code == 2
    assert "91 is outside the range of 'accuracy', 0 to 1; a percentage is written 0.91" in called.err


def test_the_reference_and_its_reason_are_in_the_results(project):
    text = (
        "baselines:\n  person: {kind: human, column: q}\n  naive: {kind: naive}\n"
        "  paper: {kind: literature, source: {title: On Y, authors: A. Author, venue: Journal of Y, year: 2020, url: https://example.org/y}, values: [{metric: accuracy, value: 0.91}]}\n"
    )
    results, _ = notes(project(BINARY_SPEC + text, rows()))
    found = {one["name"]: one for one in results["baseline_sources"]}
    assert [name for name, one in found.items() if one["reference"]] == ["person"]
    assert found["person"]["reference_reason"] == "the best human level that is known"
    assert "learns nothing" in found["naive"]["reference_reason"]
    assert "nearer" in found["paper"]["reference_reason"]
    assert found["paper"]["citation"] == {
        "title": "On Y", "authors": "A. Author", "venue": "Journal of Y", "year": 2020, "url": "https://example.org/y",
    }  # fmt: skip


def test_no_baseline_is_a_warning_on_page_one(project):
    path = project(BINARY_SPEC)
    called = run(path, path.parent / "out", formats="html")
    assert any(n["level"] == "warning" and "No baseline" in n["text"] for n in called.results["notes"])
    page = (called.folder / "report.html").read_text()
    assert "No baseline is declared" in page[: page.index('id="gates"')]
