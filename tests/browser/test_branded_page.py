"""A report in a team's look, in a browser: readable in both themes, page one in sight, nothing loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import Page

sys.path.append(str(Path(__file__).parents[1] / "report"))

from report_samples import small
from test_page import serious

from specgen.record.folder import to_json
from specgen.report.brand.folder import read_look
from specgen.report.brand.look import worn
from specgen.report.html import render_html

pytest_plugins = ["chromium"]

SHOWCASE = ROOT / "specs/lending/brand"
# All that a section and its style may do to be seen where they should not be.
HOSTILE_STYLE = """
* { display: block; width: 1000px; height: 1000px; margin: 0; padding: 900px; background: white; color: white }
.up { font-size: 1000%; line-height: 0; background: none; color: black; width: auto; height: auto; padding: 0 }
.out { float: right; opacity: 0; font-size: 0; border: 1000px solid white }
"""
HOSTILE_SECTION = """
<p class="out verdict tip skip front word">GO</p></div></section></main>
<p class="up"><span class="up"><span class="up">███████</span></span></p><div class="tip"><p class="word">GO</p></div>
"""
BOXES = """() => [...document.querySelectorAll('.front, .verdict, .verdict svg, .verdict .word, .verdict .meaning, .reasons li')]
    .map((one) => {
        const box = one.getBoundingClientRect(), style = getComputedStyle(one);
        const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return [box.x, box.y, box.width, box.height, style.color, style.opacity, style.display, one.textContent,
            one.contains(seen)];
    })"""


def page_of(folder: Path, opened, tmp_path: Path, **settings: str) -> Page:
    result = small()
    report = tmp_path / "own.html"
    report.write_text(
        render_html(result, (), worn(read_look(folder, "brand"), to_json(result))), encoding="utf-8"
    )
    return opened(report, **settings)


@pytest.fixture
def generic(tmp_path: Path) -> Path:
    """The showcase's look, with a section that fits any result."""
    folder = tmp_path / "brand"
    (folder / "sections").mkdir(parents=True)
    for name in ("brand.yaml", "logo.svg", "style.css"):
        (folder / name).write_bytes((SHOWCASE / name).read_bytes())
    (folder / "sections/duty.html.j2").write_text(
        '<p class="duty">{{ result.verdict }}</p><table class="register"><thead><tr><th scope="col">Gate</th></tr></thead>'
        "<tbody>{% for gate in result.gates %}<tr><td>{{ gate.gate }}</td></tr>{% endfor %}</tbody></table>"
    )
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_the_logo_is_drawn(
    opened, generic: Path, tmp_path: Path, scheme: str
) -> None:
    page = page_of(generic, opened, tmp_path, color_scheme=scheme)
    assert serious(page) == []
    assert page.locator("img.logo").evaluate("(one) => one.naturalWidth > 0 && one.height > 0")
    green, accent = ("rgb(15, 107, 98)", "rgb(91, 42, 110)") if scheme == "light" else (None, None)
    if green:
        mark = page.locator('svg.mark [fill="#1f5f99"]').first
        assert mark.evaluate("(one) => getComputedStyle(one).fill") == green
        assert page.locator("#gates h2").evaluate("(one) => getComputedStyle(one).color") == accent
        # Captions call the colours of charts by their names.
        chart = page.locator('.chart [fill="#1f5f99"], .chart [stroke="#1f5f99"]').first
        assert "rgb(31, 95, 153)" in chart.evaluate(
            "(one) => getComputedStyle(one).fill + getComputedStyle(one).stroke"
        )


def test_no_style_or_section_moves_hides_or_covers_page_one(
    opened, small_report: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "brand"
    (folder / "sections").mkdir(parents=True)
    (folder / "style.css").write_text(HOSTILE_STYLE)
    (folder / "sections/out.html.j2").write_text(
        "{# after: gates #}\n{{ " + repr(HOSTILE_SECTION) + " | safe }}"
    )
    page = page_of(folder, opened, tmp_path)
    assert page.locator("section.team .own-verdict.own-tip").count() == 1
    plain = opened(small_report)
    assert page.evaluate(BOXES) == plain.evaluate(BOXES)
    page.keyboard.press("Tab")
    assert page.locator(".own :focus").count() == 0
