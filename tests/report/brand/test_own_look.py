"""A team's look from its folder to the page: checked before anything is measured, and recorded with what it was."""

from __future__ import annotations

import io
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import BINARY_SPEC, Called, call, run
from pdf_checks import broken_rules
from pypdf import PdfReader

sys.path.append(str(Path(__file__).parents[1]))

from report_samples import replaced, small

from specgen.record.folder import to_json
from specgen.report.brand.folder import read_look
from specgen.report.brand.look import Look, worn
from specgen.report.html import render_html
from specgen.report.pdf import render_pdf
from specgen.spec.problems import SpecError

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><rect width="60" height="20" fill="#5b2a6e"/></svg>'
BRAND = """\
name: Ashgrove
logo: logo.svg
font: DejaVu Serif
colours: {accent: "#5b2a6e", ink: "#2a1a33", muted: "#574a5e", go: "#0f6b62", no_go: {light: "#b3400c", dark: "#ffa37a"}}
"""
SECTION = (
    '{# title: Risks #}\n{# after: gates #}\n<p class="risk">{{ result.project }}: {{ result.verdict }}</p>\n'
)
# The worst that style.css may hold.
STYLE = "* { display: none; color: white; opacity: 0; font-size: 0 } .risk { width: 1000px; padding: 900px }"
FRONT = re.compile(r'<section class="front.*?</section>', re.S)


def write(folder: Path, **files: str) -> Path:
    """A folder of a look: the usual files, and others in their place."""
    names = {
        "brand": "brand.yaml",
        "logo": "logo.svg",
        "style": "style.css",
        "section": "sections/risks.html.j2",
    }
    for key, text in ({"brand": BRAND, "logo": LOGO, "style": "", "section": SECTION} | files).items():
        file = folder / names.get(key, key)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def look(folder: Path, **files: str) -> Look:
    return worn(read_look(write(folder, **files), "brand"), to_json(small()))


def problems(folder: Path, **files: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        read_look(write(folder, **files), "brand")
    return [str(one).removeprefix(f"{folder}/") for one in caught.value.problems]


@pytest.mark.parametrize(
    ("brand", "message"),
    [
        ("nmae: A", "brand.yaml:1:1: nmae: unknown key; did you mean 'name'?"),
        ("logo: lgo.svg", "brand.yaml:1:7: logo: no file 'lgo.svg' in"),
        ("logo: ../../etc/passwd.svg", "brand.yaml:1:7: logo: no file '../../etc/passwd.svg' in"),
        (
            "font: 'a; } body { display: none'",
            "brand.yaml:1:7: font: 'a; } body { display: none' is no name of a font",
        ),
        ("colours:\n  accent: #5b2a6e", "brand.yaml:2:3: colours.accent: empty; a colour stands in quotes"),
        ("colours: {ink: blurple}", "brand.yaml:1:16: colours.ink: 'blurple' is no opaque colour"),
        (
            "colours: {ink: 'rgba(0, 0, 0, 0.5)'}",
            "brand.yaml:1:16: colours.ink: 'rgba(0, 0, 0, 0.5)' is no opaque",
        ),
        (
            "colours: {muted: '#999'}",
            "brand.yaml:1:18: colours.muted: '#999' is too faint to read on white: contrast 2.8",
        ),
        (
            "colours: {ink: {light: black, dark: '#333333'}}",
            "brand.yaml:1:37: colours.ink.dark: '#333333' is too faint to read on the dark page: contrast 1.4",
        ),
        (
            "colours: {ink: '#555555'}",
            "brand.yaml:1:16: colours.ink: '#555555' has a contrast of 7.5; 10 is the least",
        ),
        ("colours: {go: '#b00020'}", "brand.yaml:1:15: colours.go: '#b00020' reads as stop"),
        ("colours: {no_go: '#0a7a2f'}", "brand.yaml:1:18: colours.no_go: '#0a7a2f' reads as go"),
        ("- a", "brand.yaml:1:1: expected a mapping of keys to values"),
    ],
)
def test_settings_are_checked_with_their_place(tmp_path: Path, brand: str, message: str) -> None:
    assert [one[: len(message)] for one in problems(tmp_path / "brand", brand=brand)] == [message]


def test_files_that_would_be_left_out_are_told(tmp_path: Path) -> None:
    found = problems(tmp_path / "brand", **{"brand.yml": "name: A", "section.html.j2": "<p>a</p>"})
    assert found == [
        "brand.yml:1:1: not used by the report; did you mean 'brand.yaml'?; rename or remove it",
        "section.html.j2:1:1: not used by the report; sections are sections/NAME.html.j2; rename or remove it",
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(SpecError, match=r"nothing to use in it; put brand\.yaml"):
        read_look(tmp_path / "empty", "empty")


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "brand")
    (folder / "sections/passwords.html.j2").symlink_to("/etc/passwd")
    with pytest.raises(SpecError, match="leads out of its folder"):
        read_look(folder, "brand")


@pytest.mark.parametrize("part", ["logo", "colours", "style", "section"])
def test_page_one_says_the_same_whatever_the_look(tmp_path: Path, part: str) -> None:
    """Its markup is that of the plain report but for logo, name and the line of terms."""
    files = {"brand": "name: A", "logo": LOGO, "style": "", "section": SECTION}
    files |= {"brand": BRAND} if part in ("logo", "colours") else {"style": STYLE} if part == "style" else {}
    front = FRONT.search(render_html(small(), (), look(tmp_path / "brand", **files)))
    plain = FRONT.search(render_html(small()))
    assert front
    assert plain
    bare = re.sub(r'<img class="logo"[^>]*>|<bdi>(A|Ashgrove)</bdi> · ', "", front[0])
    assert re.sub(r"\s+", " ", bare) == re.sub(r"\s+", " ", plain[0])


def test_html_has_sections_colours_and_a_policy_of_its_own_pictures(tmp_path: Path) -> None:
    html = render_html(small(), (), look(tmp_path / "brand", style=".risk { color: red }"))
    assert html.index('id="gates"') < html.index('<section class="team"') < html.index('id="slices"')
    assert '<h2>Risks <span class="aside">added by Ashgrove</span></h2>' in html
    assert re.search(
        r'<li><a href="#gates">Gates</a></li>\s*<li><a href="#own-risks-\w+">Risks</a></li>', html
    )
    assert "img-src data:; base-uri 'none'" in html
    assert ".own .own-risk { color: red }" in html
    assert html.count("<script") == 2
    assert "img-src" not in render_html(small())


def test_sections_without_a_place_stand_before_the_method(tmp_path: Path) -> None:
    html = render_html(small(), (), look(tmp_path / "brand", section="{# after: over-time #}\n<p>a</p>"))
    assert re.search(
        r'</section>\s*<section class="team" id="own-risks-\w+">.*?</section>\s*<section id="method">',
        html,
        re.S,
    )


def test_hostile_names_stay_text_in_sections(tmp_path: Path) -> None:
    hostile = '"><script>ran = 1</script><img src=x fill="#1f5f99">'
    result = replaced(small(), "Voice search", hostile)
    html = render_html(result, (), worn(read_look(write(tmp_path / "brand"), "b"), to_json(result)))
    assert html.count("<script") == 2
    assert "&lt;img src=x fill=&quot;#1f5f99&quot;&gt;: no-go</p>" in html


def test_pdf_carries_the_look_and_the_same_page_one(tmp_path: Path) -> None:
    dressed = look(tmp_path / "brand", style=STYLE)
    written = render_pdf(small(), {}, dressed)
    pages = PdfReader(io.BytesIO(written)).pages
    first, plain = (
        re.sub(r"\s+", " ", page.extract_text())
        for page in (pages[0], PdfReader(io.BytesIO(render_pdf(small()))).pages[0])
    )
    assert first.replace("Ashgrove · ", "") == re.sub(r"Page 1 of \d+", f"Page 1 of {len(pages)}", plain)
    assert "Risks" in pages[1].extract_text()
    assert written == render_pdf(small(), {}, dressed)
    assert broken_rules(written, "3u") == broken_rules(written, "ua1") == []


SPEC = BINARY_SPEC + "report: {templates: brand}\n"


@pytest.fixture
def branded(project: Callable[..., Path], tmp_path: Path) -> Path:
    write(tmp_path / "brand", logo=LOGO)
    return project(SPEC)


def team(report: Path) -> str:
    return "".join(re.findall(r'<section class="team".*?</section>', report.read_text(), re.S))


def again(called: Called, out: Path, *options: object) -> Called:
    return call("report", called.folder, "--format", "html", "--out", out, *options)


def test_a_run_records_its_look_and_reports_wear_it_again(branded: Path, tmp_path: Path) -> None:
    called = run(branded, tmp_path / "reports", formats="html")
    assert called.code == 0, called.err
    assert called.results
    used = called.results["run"]["templates"]
    assert used["folder"] == "brand"
    assert [one["path"] for one in used["files"]] == [
        "brand.yaml",
        "logo.svg",
        "sections/risks.html.j2",
        "style.css",
    ]
    assert "added by Ashgrove" in (called.folder / "report.html").read_text()
    assert "brand/logo.svg (templates): as it was when it ran" in call("verify", called.folder).out
    assert again(called, tmp_path / "a").err == ""
    assert team(tmp_path / "a/report.html") == team(called.folder / "report.html") != ""
    write(tmp_path / "brand", brand="name: Birch")
    changed = again(called, tmp_path / "a")
    assert "has changed since the run; the reports show what it holds now" in changed.err
    assert "added by Birch" in (tmp_path / "a/report.html").read_text()
    assert call("verify", called.folder).code == 1
    shutil.move(tmp_path / "brand", tmp_path / "elsewhere")
    gone = again(called, tmp_path / "a")
    assert gone.code == 0
    assert "the templates of the run, brand, are not found; the reports have specgen's plain look" in gone.err
    plain = (tmp_path / "a/report.html").read_text()
    assert "Birch" not in plain
    assert "not those of the run, brand: they were gone or changed" in plain
    named = again(called, tmp_path / "a", "--templates", tmp_path / "elsewhere")
    assert named.err == ""
    assert "added by Birch" in (tmp_path / "a/report.html").read_text()


def test_a_decision_is_made_on_the_report_in_the_runs_look(branded: Path, tmp_path: Path) -> None:
    called = run(branded, tmp_path / "reports")
    for number, name in ((1, "Ashgrove"), (2, "not those of the run, brand")):
        assert call("decide", called.folder, "--go", "--by", "a", "--reason", "b").code == 0
        pages = PdfReader(called.folder / f"decisions/00{number}/report.pdf").pages
        assert name in re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
        write(tmp_path / "brand", brand="name: Birch")


def test_the_command_line_wins(branded: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", brand="name: Cedar")
    called = run(branded, tmp_path / "reports", "--templates", tmp_path / "other", formats="html")
    assert called.results
    assert called.results["run"]["templates"]["folder"] == "other"
    assert "added by Cedar" in (called.folder / "report.html").read_text()


def test_mistakes_are_told_before_anything_is_measured(branded: Path, tmp_path: Path) -> None:
    write(tmp_path / "brand", section="{{ reslt }}", style="@import 'a'")
    for called in (call("validate", branded), run(branded, tmp_path / "reports")):
        assert called.code == 2
        assert "risks.html.j2:1:1: there is no 'reslt'; did you mean 'result'?" in called.err
        assert "style.css:1:1: @import is not allowed" in called.err
    assert not (tmp_path / "reports").exists()
    shutil.move(tmp_path / "brand", tmp_path / "brands")
    assert (
        "spec.yaml:10:21: report.templates: no folder 'brand'; did you mean 'brands'?"
        in call("validate", branded).err
    )
    assert call("run", branded, "--templates", tmp_path / "none").code == 2


def test_what_only_a_result_shows_costs_no_result(branded: Path, tmp_path: Path) -> None:
    write(tmp_path / "brand", section="\n{{ result.gates[7].gate }}")
    called = run(branded, tmp_path / "reports", formats="html,md")
    assert called.code == 4
    assert called.results
    assert "report.html not written: " in called.err
    assert "risks.html.j2:2: " in called.err
    assert (called.folder / "report.md").is_file()
    assert not (called.folder / "report.html").exists()
