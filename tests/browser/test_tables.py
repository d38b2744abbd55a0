"""Long tables of the HTML report: sorted, searched, filtered, without lag."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from specgen.report.templates import template_folder

pytest_plugins = ["chromium"]

LAG_MS = 200


def slices(page: Page) -> Locator:
    return page.locator("table.slices")


def column(page: Page, heading: str) -> list[str]:
    """The values of a column of the table of slices, as they stand there."""
    return slices(page).evaluate(
        """(table, heading) => {
            const k = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent.startsWith(heading));
            const shown = (cell) => (cell.querySelector("bdi, .v") ?? cell.firstChild ?? cell).textContent.trim();
            return [...table.tBodies[0].rows].map((row) => shown(row.cells[k]));
        }""",
        heading,
    )


def status(page: Page, section: str = "slices") -> str:
    return page.locator(f"#{section} [role=status]").inner_text()


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace(",", "").replace("−", "-").removesuffix("\u202fEUR")) for text in texts]


def test_sorts_up_down_and_back(opened, long_report: Path) -> None:
    page = opened(long_report)
    before = column(page, "Slice")
    heading = slices(page).get_by_role("button", name="Accuracy")
    heading.click()
    up = column(page, "Accuracy")
    assert slices(page).locator("[aria-sort=ascending]").inner_text().startswith("Accuracy")
    assert column(page, "Slice")[0] == "all rows"
    assert numbers(up[1:]) == sorted(numbers(up[1:]))
    assert up[1] == "0.500"
    assert status(page) == "3,000 slices, Accuracy ascending, the first 100 shown"
    heading.click()
    down = numbers(column(page, "Accuracy")[1:])
    assert down == sorted(down, reverse=True)
    heading.click()
    assert column(page, "Slice") == before
    assert slices(page).locator("[aria-sort]").count() == 0


def test_negative_and_missing_numbers_have_their_place(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.locator("#slices").get_by_role("button", name="Show all 3,000").click()
    for times in (1, 2):
        slices(page).get_by_role("button", name="Net value").click()
        expect(slices(page).locator("tbody tr")).to_have_count(3001)
        values = column(page, "Net value")[1:]
        assert len(values) == 3000
        known = numbers([value for value in values if not value.startswith("—")])
        assert known == sorted(known, reverse=times == 2)
        assert [value[0] for value in values[-6:]] == ["—"] * 6


def test_searches_names_and_filters_by_what_rows_are(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.get_by_label("Search slices").fill("SHOP=12")
    assert status(page) == "100 of 3,000 slices"
    assert all("shop=12" in name for name in column(page, "Slice")[1:])
    page.locator("#slices").get_by_label("Family").select_option("region 24")
    assert status(page) == "50 of 3,000 slices"
    page.locator("#slices").get_by_label("Verdict").select_option("fail")
    assert 0 < len(column(page, "Slice")) - 1 < 50
    assert max(numbers(column(page, "Accuracy")[1:])) < 0.6
    page.get_by_label("Search slices").fill("nowhere")
    assert status(page) == "0 of 3,000 slices"
    assert column(page, "Slice") == ["all rows"]


def test_examples_are_filtered_by_outcome(opened, long_report: Path) -> None:
    page = opened(long_report)
    page.locator("#examples").get_by_label("Outcome").select_option("wrong")
    assert status(page, "examples") == "1,000 of 3,000 examples, the first 100 shown"
    page.get_by_label("Search examples").fill("row-00003")
    assert status(page, "examples") == "1 of 3,000 examples"
    assert page.locator("table.examples tbody tr").inner_text().split()[:3] == ["row-00003", "✗", "wrong"]


@pytest.mark.parametrize("everything", [False, True])
def test_no_lag_with_3000_rows(opened, long_report: Path, everything: bool) -> None:
    """Sorting and searching, with their layout, as the page's own processor time: the machine may be busy."""
    page = opened(long_report)
    if everything:
        page.locator("#slices").get_by_role("button", name="Show all").click()
        expect(slices(page).locator("tbody tr")).to_have_count(3001)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def milliseconds(act: str) -> float:
        def spent() -> float:
            found = session.send("Performance.getMetrics")["metrics"]
            return 1000 * next(metric["value"] for metric in found if metric["name"] == "TaskDuration")

        expect(slices(page).locator("tbody tr")).to_have_count(3001 if everything else 101)
        before = spent()
        page.evaluate(act + "; document.querySelector('table.slices').getBoundingClientRect()")
        return spent() - before

    sort = "document.querySelectorAll('table.slices thead button')[2].click()"
    search = "const box = document.querySelector('#slices input'); box.value += ' shop'; box.dispatchEvent(new Event('input'))"
    acts = (sort,) if everything else (sort, search)
    took = {act: min(milliseconds(f"{{ {act} }}") for _ in range(3)) for act in acts}
    assert [f"{act}: {ms:.0f} ms" for act, ms in took.items() if not 0 < ms < LAG_MS] == []


TEXTS = ["12,340", "−3.2", "+4.0\u202fpp", "< 0.01", "3.74×10⁻⁷", "2×10¹²", "∞", "−∞", "—", "", "0.829"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_numbers_are_read_as_the_report_writes_them(opened, long_report: Path, language: str) -> None:
    code = (template_folder() / "script" / "tables.js").read_text()
    function = code[code.index("const point") : code.index("class SearchableTable")]
    swapped = str.maketrans(",.", ".,") if language == "de" else {}
    read = opened(long_report).evaluate(
        f"(texts) => {{ const POWERS = '⁰¹²³⁴⁵⁶⁷⁸⁹', language = '{language}'; {function};"
        " return texts.map(numberOf).map(String); }",
        [text.translate(swapped) for text in TEXTS],
    )
    assert read == [
        "12340",
        "-3.2",
        "4",
        "0.005",
        "3.74e-7",
        "2000000000000",
        "Infinity",
        "-Infinity",
        "null",
        "null",
        "0.829",
    ]
