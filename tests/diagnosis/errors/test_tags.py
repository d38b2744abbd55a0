"""Errors that people tag with causes: drawn, filled in by hand and by spreadsheets, and counted by a run."""

import csv
import io

import numpy as np
import pytest
from conftest import BINARY_SPEC, binary_rows, call, run, write_csv

SPEC = BINARY_SPEC + "slices: [{by: region}]\nerror_analysis: {columns: [region], min_rows: 10}\n"
TAGGED = SPEC.replace("min_rows: 10", "min_rows: 10, tags: errors.csv")
MANY = binary_rows(400)  # 100 errors


@pytest.fixture
def drawn(project, tmp_path):
    """A project, and the lines of 40 of its 100 errors as they were exported."""
    spec = project(SPEC, MANY)
    called = call("errors", "export", spec, "--out", tmp_path / "errors.csv", "--rows", 40)
    assert called.code == 0, called.err
    assert "40 of 100 errors on test, drawn at random" in called.out
    return spec, lines_of(tmp_path / "errors.csv")


def lines_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def counted(spec, lines, *, delimiter=",", encoding="utf-8-sig", rows=None, text=TAGGED):
    """What a run makes of lines that were filled in: causes by tag, all of them, and the notes."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(lines)
    (spec.parent / "errors.csv").write_bytes(out.getvalue().encode(encoding))
    spec.write_text(text)
    if rows is not None:
        write_csv(spec.parent / "test.csv", rows)
    results = run(spec, spec.parent / "out").results
    found = results["error_causes"]
    notes = [note["text"] for note in results["notes"] if note["place"] == "error_analysis.tags"]
    return {one["tag"]: one for one in found["causes"]}, found, notes, results


def filled(lines, *tags):
    return [line | {"tag": tags[k % len(tags)]} for k, line in enumerate(lines)]


def test_the_export_has_what_a_reviewer_needs(drawn):
    _, lines = drawn
    by_id = {row["id"]: row for row in MANY}
    assert list(lines[0]) == [
        "id", "split", "drawn", "slices", "label", "prediction", "score", "region", "tag", "note",
    ]  # fmt: skip
    for k, line in enumerate(lines, 1):
        row = by_id[line["id"]]
        assert (line["label"], line["prediction"], line["region"]) == (row["y"], row["p"], row["region"])
        assert line["slices"] == f"region={row['region']}"
        assert (line["drawn"], line["tag"]) == (f"{k} of 100", "")


def test_a_sample_is_drawn_by_the_seed_and_not_by_the_order_of_rows(project, tmp_path):
    def ids(rows, seed):
        out = tmp_path / "e.csv"
        assert (
            call("errors", "export", project(SPEC, rows), "--out", out, "--force", "--seed", seed).code == 0
        )
        return [line["id"] for line in lines_of(out)]

    assert ids(MANY, 1) == ids(MANY[::-1], 1)
    assert ids(MANY, 1) != ids(MANY, 2)


def test_shares_and_ceilings_are_those_of_the_sample(drawn):
    spec, lines = drawn
    causes, found, notes, _ = counted(spec, filled(lines, "noise", "noise; accent", "other", "other"))
    assert notes == []
    assert (found["errors"], found["tagged"], found["untagged"], found["random"]) == (100, 40, 0, True)
    assert {tag: one["rows"] for tag, one in causes.items()} == {"noise": 20, "other": 20, "accent": 10}
    noise = causes["noise"]
    assert found["value"] == pytest.approx(0.75)
    assert noise["ceiling"] == pytest.approx(0.75 + 0.5 * 0.25)
    assert noise["ceiling_low"] == pytest.approx(0.75 + noise["low"] * 0.25)
    assert noise["ceiling_high"] == pytest.approx(0.75 + noise["high"] * 0.25)
    # Wilson's of 20 in 40 is [0.352, 0.648]; 40 of 100 errors are less doubtful.
    assert 0.37 < noise["low"] < 0.5 < noise["high"] < 0.63


def test_the_ceiling_of_recall_counts_missed_positives_only(drawn):
    spec, lines = drawn
    text = TAGGED.replace("metrics: [accuracy]", "metrics: [{name: recall, label: 'yes'}, accuracy]")
    tagged = [line | {"tag": "missed" if line["label"] == "yes" else "false alarm"} for line in lines]
    causes, found, _, results = counted(spec, tagged, text=text)
    assert found["metric"] == "recall"
    measured = [m for m in results["measurements"] if m["metric"] == "recall" and m["slice"] == "all"]
    assert found["value"] == pytest.approx(measured[0]["value"])
    assert causes["missed"]["ceiling"] == pytest.approx(1)
    assert causes["false alarm"]["ceiling"] == pytest.approx(found["value"])


def test_bounds_hold_the_truth_of_all_errors(project, tmp_path):
    spec, held = project(SPEC, MANY), 0
    cause = {
        row["id"]: "often" if np.random.default_rng(k).random() < 0.4 else "rare"
        for k, row in enumerate(MANY)
    }
    truth = np.mean([cause[row["id"]] == "often" for row in MANY if row["y"] != row["p"]])
    for seed in range(20):
        spec.write_text(SPEC)
        out = tmp_path / "e.csv"
        call("errors", "export", spec, "--out", out, "--rows", 30, "--seed", seed, "--force")
        lines = [line | {"tag": cause[line["id"]]} for line in lines_of(out)]
        (tmp_path / "errors.csv").write_text(
            "id,drawn,tag\n" + "".join(f"{x['id']},{x['drawn']},{x['tag']}\n" for x in lines)
        )
        called = call("errors", "import", tmp_path / "errors.csv", spec)
        low, high = (
            float(part.rstrip("%)"))
            for part in called.out.split("often: ")[1].split("between ")[1].split("\n")[0].split(" and ")
        )
        held += low <= 100 * truth <= high
    assert held >= 17


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16"), (",", "utf-8")]
)
def test_what_spreadsheets_save_reads_the_same(drawn, delimiter, encoding):
    spec, lines = drawn
    tagged = filled(lines, "Geräusch; Akzent", "andere")
    for line in tagged:
        line["score"] = line["score"].replace(".", ",")
    causes, found, notes, _ = counted(spec, tagged, delimiter=delimiter, encoding=encoding)
    assert notes == []
    assert found["random"]
    assert {tag: one["rows"] for tag, one in causes.items()} == {"Akzent": 20, "Geräusch": 20, "andere": 20}


def test_tags_that_do_not_fit_are_told_and_left_out(drawn):
    spec, lines = drawn
    mended = [row | {"p": row["y"]} if row["id"] == lines[0]["id"] else row for row in MANY]
    tagged = filled(lines, "noise", "Noise ", "a, b")
    tagged[3]["id"] = "r9999"
    tagged[4]["tag"] = " ; "
    tagged += [tagged[1], tagged[2] | {"tag": "other"}, tagged[5] | {"id": ""}]
    causes, found, notes, _ = counted(spec, tagged, rows=mended)
    assert (found["errors"], found["tagged"], found["untagged"], found["random"]) == (99, 37, 1, False)
    assert causes["other"]["rows"] == 1
    assert causes["noise"]["low"] is None
    text = "\n".join(notes)
    for told in (
        "Left out of 'errors.csv': 1 line with a tag and no id.",
        f"More than once in 'errors.csv', and counted once: 2 ids ('{lines[1]['id']}', '{lines[2]['id']}'); the tags of 1 id differ",
        "The tags 'noise', 'Noise' count as one: 'noise'.",
        "Taken as one tag each: 'a, b'; ';' divides several tags of a row.",
        "as not in test: 1 id of 40 ('r9999'); spreadsheets change ids such as 007 or 1E5.",
        f"as no error any more: 1 row ('{lines[0]['id']}')",
        f"Without a tag yet: 1 error of the file ('{lines[4]['id']}')",
        "The sample was drawn from 100 errors, and now there are 99, so that shares have no bounds",
    ):
        assert told in text


def test_hard_errors_that_were_skipped_or_removed_leave_no_bounds(drawn):
    spec, lines = drawn
    tagged = filled(lines, "noise")
    tagged[2]["tag"] = ""
    _, found, notes, _ = counted(spec, [*tagged[:10], *tagged[11:]])
    assert not found["random"]
    assert "No tag for 2 errors of the first 40 drawn, 1 of them without a line in the file" in notes[-1]


def test_the_first_errors_of_a_sample_are_a_sample(drawn):
    spec, lines = drawn
    tagged = [line | {"tag": "noise" if k < 15 else ""} for k, line in enumerate(lines)]
    causes, found, _, _ = counted(spec, tagged)
    assert (found["tagged"], found["untagged"], found["random"]) == (15, 25, True)
    assert causes["noise"]["low"] < 1


def test_rows_that_somebody_picked_have_shares_without_bounds(drawn):
    spec, lines = drawn
    causes, found, notes, _ = counted(spec, [line | {"tag": "noise", "drawn": ""} for line in lines])
    assert (found["random"], causes["noise"]["low"], causes["noise"]["share"]) == (False, None, 1)
    assert "Picked by somebody, not drawn: 40 tagged errors" in notes[0]


def test_another_prediction_since_the_export_is_told(drawn):
    spec, lines = drawn
    _, found, notes, _ = counted(spec, [line | {"tag": "x", "prediction": "maybe"} for line in lines])
    assert not found["random"]
    assert "Another label or prediction than at the export: 40 tagged errors" in notes[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "'errors.csv' is empty"),
        (b"ID;Tags\n1;x\n", "no column 'tag' in 'errors.csv'; rename 'Tags'"),
        (b"id,tag\nr001,a,b\n", "line 2 of 'errors.csv' has more cells than the header; put quotes around a cell that has a ',' in it"),
        ("id,tag\n1,Gerät\n".encode("latin-1"), "'errors.csv' is not UTF-8 text; in a spreadsheet, save it as 'CSV UTF-8'"),
        (b"PK\x03\x04", "'errors.csv' is a workbook; save it as 'CSV UTF-8' and name that file"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["validate", "run"])
def test_a_file_that_is_no_file_of_tags_is_told_at_its_place(project, tmp_path, content, told, command):
    spec = project(TAGGED)
    (tmp_path / "errors.csv").write_bytes(content)
    called = call(command, spec)
    assert called.code == 2
    assert f"spec.yaml:11:57: error_analysis.tags: {told}" in called.err
    imported = call("errors", "import", tmp_path / "errors.csv", spec)
    assert imported.code == 2
    assert told in imported.err


def test_a_missing_file_is_told_with_the_nearest(project):
    spec = project(TAGGED.replace("errors.csv", "eror.csv"), errors__csv="id,tag\n")
    called = call("validate", spec)
    assert called.code == 2
    assert "cannot read 'eror.csv': No such file or directory; did you mean 'errors.csv'?" in called.err


def test_tags_need_ids(project):
    spec = project(TAGGED.replace(", id: id", ""), errors__csv="id,tag\n")
    assert "error_analysis.tags: tags need task.id, the column that tells rows apart" in call("run", spec).err


def test_what_a_spreadsheet_would_compute_stands_behind_an_apostrophe(project, tmp_path):
    rows = [row | {"id": f"=1+{k}", "region": "@cmd", "s": row["s"]} for k, row in enumerate(MANY)]
    spec, out = project(SPEC, rows), tmp_path / "errors.csv"
    assert call("errors", "export", spec, "--out", out).code == 0
    lines = lines_of(out)
    assert {line["region"] for line in lines} == {"'@cmd"}
    assert all(line["id"].startswith("'=1+") for line in lines)
    _, found, notes, _ = counted(spec, filled(lines, "x"))
    assert (found["tagged"], notes) == (100, [])


def test_import_counts_and_puts_the_file_beside_the_spec(drawn, tmp_path_factory):
    spec, lines = drawn
    away = tmp_path_factory.mktemp("downloads") / "reviewed.csv"
    write_csv(away, filled(lines, "noise", "other"))
    called = call("errors", "import", away, spec)
    assert called.code == 0
    assert "40 of 100 errors on test have a tag" in called.out
    assert "tags: reviewed.csv" in called.out
    assert (spec.parent / "reviewed.csv").read_bytes() == away.read_bytes()
    away.write_text("id,tag\nr001,x\n")
    again = call("errors", "import", away, spec)
    assert again.code == 2
    assert "another one is there already" in again.err


def test_a_run_is_exported_with_its_findings_until_its_data_changes(project, tmp_path):
    rng = np.random.default_rng(0)
    rows = []
    for i in range(2000):
        region, y = ("north", "south")[i % 2], ("yes", "no")[i % 3 == 0]
        wrong = rng.random() < (0.6 if region == "north" else 0.05)
        rows.append(
            {
                "id": f"r{i}",
                "region": region,
                "y": y,
                "p": ({"yes": "no", "no": "yes"}[y] if wrong else y),
                "s": 0.5,
            }
        )
    spec = project(SPEC.replace("slices: [{by: region}]\n", ""), rows)
    called = run(spec, tmp_path / "out")
    out = tmp_path / "e.csv"
    assert call("errors", "export", called.folder, "--out", out).code == 0
    inside = {line["slices"] for line in lines_of(out) if line["region"] == "north"}
    assert inside == {"region = 'north'"}
    again = call("errors", "export", called.folder, "--out", out)
    assert again.code == 2
    assert "there is one already, perhaps with tags; --force writes over it" in again.err
    write_csv(tmp_path / "test.csv", rows[1:])
    changed = call("errors", "export", called.folder, "--out", out, "--force")
    assert changed.code == 2
    assert "test.csv (data.test) is no longer as it was when it ran" in changed.err


def test_nothing_wrong_is_nothing_to_export(project, tmp_path):
    spec = project(SPEC, [row | {"p": row["y"]} for row in MANY])
    called = call("errors", "export", spec, "--out", tmp_path / "e.csv")
    assert (called.code, called.err) == (2, "specgen: the candidate makes no error on test\n")


def test_the_spec_in_place_of_the_file_is_told(drawn):
    called = call("errors", "import", drawn[0], "errors.csv")
    assert called.code == 2
    assert "give the CSV first, and then the spec" in called.err
