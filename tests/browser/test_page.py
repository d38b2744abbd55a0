"""The HTML report in a browser: links, themes, keyboard, print, accessibility, and what it must not do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, run
from playwright.sync_api import Browser, Page, expect

from specgen.report.anchors import anchor

pytest_plugins = ["chromium"]

MEGABYTE = 2**20
FAR = anchor("slice", "shop=2345")
GATE = anchor("gate", "test", "accuracy for every slice at least 0.6")
DARK, LIGHT = "rgb(20, 24, 29)", "rgb(255, 255, 255)"


def in_view(page: Page, selector: str) -> bool:
    return page.locator(selector).evaluate(
        "(one) => { const box = one.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }"
    )


def paper(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def serious(page: Page) -> list[str]:
    """Serious and critical violations that axe finds."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def test_link_to_a_slice_that_is_not_among_the_first(opened, long_report: Path) -> None:
    page = opened(long_report, f"#{FAR}")
    expect(page.locator(f"#{FAR}")).to_have_class(re.compile("aimed"))
    assert in_view(page, f"#{FAR}")
    page.get_by_label("Search slices").fill("shop=00")
    assert page.locator(f"#{FAR}").count() == 0
    page.evaluate(f"location.hash = '#slices'; location.hash = '#{FAR}'")
    expect(page.locator(f"#{FAR}")).to_have_class(re.compile("aimed"))
    assert page.get_by_label("Search slices").input_value() == ""


def test_link_to_a_gate(opened, long_report: Path) -> None:
    page = opened(long_report, f"#{GATE}")
    row = page.locator(f"#{GATE}")
    assert in_view(page, f"#{GATE}")
    aimed = row.locator("th").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert aimed == "rgb(255, 244, 214)"
    row.get_by_role("link", name="Link to accuracy for every slice").click()
    assert page.url.endswith(f"#{GATE}")


def test_members_of_gates_lead_to_their_slices(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.locator("tr.member a").last.click()
    assert in_view(page, "tr.aimed")


def test_dark_by_the_system_and_by_a_switch_that_is_remembered(opened, long_report: Path) -> None:
    page = opened(long_report, color_scheme="dark")
    assert paper(page) == DARK
    page.get_by_role("button", name="Light theme").click()
    assert paper(page) == LIGHT
    page.reload()
    assert paper(page) == LIGHT
    page.get_by_role("button", name="Dark theme").click()
    page.emulate_media(media="print")
    assert paper(page) == LIGHT


def test_the_switch_works_without_storage(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.reload()
    page.get_by_role("button", name="Dark theme").click()
    assert paper(page) == DARK


def test_keyboard_skips_and_sorts_with_focus_in_sight(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the report")
    expect(skip).to_be_focused()
    assert in_view(page, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    heading = page.locator("table.slices").get_by_role("button", name="Rows")
    heading.focus()
    page.keyboard.press("Enter")
    expect(heading).to_be_focused()
    assert (
        heading.evaluate("(one) => one.matches(':focus-visible') && getComputedStyle(one).outlineWidth")
        == "2px"
    )
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Rows")


def test_a_row_of_the_chart_tells_its_numbers_and_lights_up_in_the_table(opened, long_report: Path) -> None:
    page = opened(long_report)
    strips = page.locator("#slices rect.strip")
    assert strips.count() == 201
    strips.nth(3).hover()
    expect(page.locator(".tip")).to_have_text(re.compile(r"^shop=0002Accuracy 0\.5\d\d \[.*\]"))
    expect(page.locator("tr.lit th bdi")).to_have_text("shop=0002")
    page.get_by_label("Search slices").fill("shop=0001")
    assert page.locator("rect.strip.faded").count() == 199
    strips.nth(2).click()
    assert page.url.endswith(anchor("slice", "shop=0001"))
    page.locator("table.slices tbody tr").nth(1).hover()
    assert page.locator("#slices rect.strip.lit").count() == 1


def test_a_chosen_slice_is_marked_in_charts_and_tables(opened, small_report: Path) -> None:
    page = opened(small_report)
    slot = anchor("slice", "noise=car")
    potential, forest = (page.locator(f"#{part} rect.strip") for part in ("baselines", "slices"))
    potential.nth(0).hover()
    expect(page.locator(".tip")).to_have_text(re.compile(r"^noise=car.?gap \+7\.0.*× 26\.0% of rows= 1\.82"))
    assert page.locator("rect.strip.lit").count() == 2
    # Its rows among the slices, the gaps, the weak slices and the members of a gate.
    assert page.locator("tr.lit").count() == 4
    potential.nth(0).click()
    assert page.url.endswith(f"#{slot}")
    assert page.locator("rect.strip.chosen").count() == 2
    assert page.locator(f"tr.chosen:is(#{slot}, [data-slice={slot}])").count() == 4
    forest.nth(0).click()
    # That of all rows, and their row in the table.
    assert page.locator(".chosen").count() == 2
    reopened = opened(small_report, f"#{slot}")
    assert reopened.locator("rect.strip.chosen").count() == 2
    assert serious(reopened) == []


def test_without_script_everything_is_there(opened, long_report: Path) -> None:
    page = opened(long_report, java_script_enabled=False)
    assert page.locator("table.slices tbody tr:visible").count() == 3001
    assert page.locator("button, input, select").count() == 0


def test_prints_without_what_only_a_screen_needs(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.emulate_media(media="print")
    for selector in ("nav.contents", ".theme", ".permalink", "#slices input", "#slices .more"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator("#slices [role=status]")).to_be_visible()
    expect(page.locator("table.slices tbody tr").last).to_be_visible()


def test_narrow_screens_scroll_tables_and_not_the_page(opened, long_report: Path) -> None:
    page = opened(long_report, viewport={"width": 480, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 480
    wide = page.locator(".scroll:has(table.slices)")
    expect(wide).to_have_attribute("tabindex", "0")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_long_report(opened, long_report: Path, scheme: str) -> None:
    page = opened(long_report, color_scheme=scheme)
    page.locator("table.slices").get_by_role("button", name="Rows").click()
    assert serious(page) == []


def test_census(opened, tmp_path: Path) -> None:
    """Small, light and dark without a serious violation, every slice's row and the chart's meet."""
    called = run(ROOT / "specs/census/spec.yaml", tmp_path, formats="json,html")
    report = called.folder / "report.html"
    assert report.stat().st_size < 2 * MEGABYTE
    for scheme in ("light", "dark"):
        page = opened(report, color_scheme=scheme)
        assert serious(page) == [], scheme
        assert page.locator("rect.strip").count() == page.locator("table.slices tbody tr").count() == 25
    page.locator("#drift [data-tip]").first.hover()
    expect(page.locator(".tip")).to_have_text(re.compile(r"^0 to 10: 10\.\d% of train$"))


def test_hostile_names_are_text_and_fetch_nothing(opened, hostile_report: tuple[Path, str]) -> None:
    path, hostile = hostile_report
    page = opened(path)
    page.locator("#slices rect.strip").nth(1).hover()
    assert hostile[:20] in page.locator(".tip").inner_text()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, .front svg:not(.mark)").count() == 0
    assert page.locator("script").count() == 2


def test_the_policy_refuses_code_styles_and_requests_that_are_not_the_reports_own(
    browser: Browser, long_report: Path
) -> None:
    page = browser.new_page()
    page.goto(long_report.as_uri())
    page.evaluate(
        """() => {
            window.refused = [];
            addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
            for (const [tag, code] of [["script", "window.ran = 1"], ["style", "body { display: none }"]]) {
                const made = document.createElement(tag);
                made.textContent = code;
                document.body.append(made);
            }
            document.body.setAttribute("style", "display: none");
            new Image().src = "http://127.0.0.1:9/picture.png";
            fetch("http://127.0.0.1:9/").catch(() => {});
        }"""
    )
    page.wait_for_function("refused.length >= 5")
    assert sorted(page.evaluate("refused")) == [
        "connect-src", "img-src", "script-src-elem", "style-src-attr", "style-src-elem",
    ]  # fmt: skip
    assert page.evaluate("window.ran") is None
    page.close()
