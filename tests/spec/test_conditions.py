from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specgen.spec.conditions import (
    ConditionError,
    check_conditions,
    columns_of,
    parse_condition,
    parse_expression,
)
from specgen.spec.load import load_spec
from specgen.spec.sql import FUNCTIONS, SYNTAX

COLUMNS = ("Noise", "age", "day")
SPEC = """specgen: 1
project: {name: Demo}
task: {type: binary, target: y, positive: 1, prediction: p, id: id}
data: {test: test.csv, production: production.csv}
models: {m: {columns: {prediction: p}}}
metrics: [accuracy]
slices:
  - {name: old, where: "agee >= 65"}
  - {by: regoin}
business:
  - {name: cost, per_row: "CASE WHEN p <> y THEN prise END"}
milestones:
  - {name: test, split: test, gates: [{metric: accuracy, by: sexx, gap_at_most: 0.1}]}
"""


def _rows(sql: str) -> list[object]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT 'a' AS Noise, unnest([-1, 0, 4]) AS age, DATE '2024-03-01' AS day"
        )
        return [row[0] for row in connection.execute(f"SELECT {sql} FROM t").fetchall()]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("noise = 'a' AND AGE > 0 -- why", [False, False, True]),
        ("age / (age - 4) > -1", [True, True, None]),
        ("age % age = 0", [True, None, True]),
        ("sqrt(age) = 2", [None, False, True]),
        ("ln(age) > 1", [None, None, True]),
        ("sqrt(ln(age - 2)) > 0.5", [None, None, True]),
        ("CAST(noise AS INT) = 1", [None, None, None]),
        ("(noise || '1')::INT / age = 1", [None, None, None]),
        ("age NOT IN (0, 4) OR age BETWEEN 3 AND 5", [True, False, True]),
        ("noise ILIKE 'A%' AND day IS NOT NULL AND year(day) = 2024", [True, True, True]),
        ("extract(month FROM day) = 3 AND day >= DATE '2024-02-01'", [True, True, True]),
        ("CASE WHEN age > 0 THEN upper(noise) ELSE 'x' END = 'A'", [False, False, True]),
        ("coalesce(nullif(age, 0), 7) = 7", [False, True, False]),
        ("greatest(age, 1) = 4 OR if(age < 0, true, false)", [True, False, True]),
    ],
)
def test_conditions_hold_where_they_should(text: str, rows: list[object]) -> None:
    assert _rows(parse_condition(text, COLUMNS)) == rows


def test_columns_are_quoted_by_their_real_names() -> None:
    assert parse_condition("NOISE = 'x'", COLUMNS) == "\"Noise\" = 'x'"
    assert parse_condition('"a b" = 1', ["a b"]) == '"a b" = 1'
    assert parse_condition('"a""b" = 1', ['a"b']) == '"a""b" = 1'
    assert columns_of("a + lower(B) > c") == {"a", "B", "c"}


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("regoin = 1", "no column 'regoin'; did you mean 'region'?", 0),
        ("age > 1 AND regoin = 1", "no column 'regoin'; did you mean 'region'?", 12),
        ('region = "car"', "no column 'car'; a text stands in single quotes: 'car'", 9),
        ("lenght(region) = 1", "the function 'lenght' is not allowed; did you mean 'length'?", 0),
        ("a.region = 1", "'a.region' names a table; write the column alone", 0),
        ("region = 1; SELECT 1", "a semicolon; write one expression, not statements", 10),
        ("age = = 1", "cannot read the SQL near '='", 6),
        ("age", None, None),
        ("12", "a value, not a condition; compare it with something, such as age >= 65", None),
        ("", "the SQL is empty", None),
        ("age = 1e999", "'1e999' is no number", 6),
        ("sqrt(sqrt(age)) > 1", "a root inside a root is not allowed", 5),
    ],
)
def test_says_what_is_wrong_with_a_condition(text: str, message: str | None, offset: int | None) -> None:
    if message is None:
        assert parse_condition(text, ("age", "region"))
        return
    with pytest.raises(ConditionError) as caught:
        parse_condition(text, ("age", "region"))
    assert (caught.value.message, caught.value.offset) == (message, offset)


@pytest.mark.parametrize(
    "text",
    ["read_csv('/etc/passwd')", "read_text('/etc/passwd') = 'x'", "getenv('HOME') = 'x'", "glob('*') = 'x'",
     "(SELECT 1) = 1", "EXISTS (SELECT 1)", "age IN (SELECT 1)", "1; DROP TABLE x", "COPY x TO 'y'",
     "PRAGMA version", "ATTACH 'x.db'", "INSTALL httpfs", "current_setting('threads') = 1", "sum(age) > 1",
     "rank() OVER () = 1",
     "COLUMNS('a') > 1", "* = 1", "age = ?", "age = $1", "age[1] = 1", "list_filter([1], x -> x > 0)",
     "'x' IN age", "age = ANY (SELECT 1)", "CAST(age AS JSON) = 1", "#1 = 1", "random() > 0.5", "now() > day",
     "nextval('s') = 1", "query('SELECT 1') = 1", "sniff_csv('/etc/passwd') = 1", "write_log('x') = 1"],
)  # fmt: skip
def test_refuses_all_that_is_not_about_one_row(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text, None)
    with pytest.raises(ConditionError):
        parse_expression(text, None)


ALLOWED = {getattr(sqlglot.exp, name) for name in (*SYNTAX, *FUNCTIONS)}
WORDS = st.sampled_from(
    ["age", "'x'", "1", "0", "AND", "OR", "NOT", "(", ")", "=", "<", "/", "%", "IN", "IS", "NULL", "LIKE",
     "BETWEEN",
     "CASE", "WHEN", "THEN", "END", "sqrt(", "ln(", "read_csv(", "SELECT", "FROM", ";", "--", "/*", "::INT",
     ",",
     "->",
     "$1", "*", "[", "]", "{", "}", "OVER", "sum(", '"', "'", "EXTRACT(", "year", "INTERVAL", "::", ".", ":="]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=40) | st.lists(WORDS, max_size=12).map(" ".join))
@example(text="(" * 3000)
@example(text="NOT " * 1200 + "age")
@example(text="-" * 4000 + "1")
@example(text="a = '\ud800'")
def test_any_text_gives_allowed_sql_or_a_condition_error(text: str) -> None:
    try:
        sql = parse_condition(text, None)
    except ConditionError as error:
        assert error.offset is None or 0 <= error.offset <= len(text)  # noqa: PT017 - both outcomes are right
        return
    assert ";" not in sqlglot.transpile(sql, read="duckdb", write="duckdb", identify=True)[1:]
    assert {type(node) for node in sqlglot.parse_one(sql, read="duckdb").walk()} <= ALLOWED


def test_columns_are_checked_in_every_split_with_labels(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC, encoding="utf-8")
    loaded = load_spec(file)
    known = ("id", "y", "age", "region", "sex", "price")
    found = [str(problem).removeprefix(f"{file}:") for problem in check_conditions(loaded, {"test": known})]
    assert found == [
        "8:25: slices[0].where: no column 'agee' in data.test; did you mean 'age'?",
        "11:50: business[0].per_row: no column 'prise' in data.test; did you mean 'price'?",
        "9:10: slices[1].by: no column 'regoin' in data.test; did you mean 'region'?",
        "13:62: milestones[0].gates[0].by: no column 'sexx' in data.test; did you mean 'sex'?",
    ]
    right = ("id", "y", "p", "agee", "regoin", "sexx", "prise")
    assert check_conditions(loaded, {"test": right, "production": ("id", "age")}) == []
    assert len(check_conditions(loaded, {"test": right, "production": ("id", "y")})) == 4
