"""Reports opened in Chromium; whatever a page asks for or complains of fails its test."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "report"))

from many_samples import many
from report_samples import replaced, small

from specgen.report.html import render_html

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The machine may be busy; how long a page takes is measured where it matters.
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "the tests of the HTML report need Chromium: `apt-get install chromium`"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, timeout=PATIENCE_MS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def long_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of 3,000 slices and as many key examples."""
    path = tmp_path_factory.mktemp("browser") / "long.html"
    path.write_text(render_html(many(3000)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of two slices and every section."""
    path = tmp_path_factory.mktemp("browser") / "small.html"
    path.write_text(render_html(small()), encoding="utf-8")
    return path


@pytest.fixture
def hostile_report(tmp_path: Path) -> tuple[Path, str]:
    """A report whose project and a slice are called like code, and what they are called."""
    hostile = '"><img src="http://127.0.0.1:9/a.png" onerror="ran = 1"><svg onload="ran = 1"><script>ran = 1</script>'
    result = replaced(replaced(small(), "noise=car", f"noise={hostile}"), "Voice search", hostile)
    path = tmp_path / "hostile.html"
    path.write_text(render_html(result), encoding="utf-8")
    return path, hostile


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Open a report, with settings of the browser's context; at the end nothing was loaded or complained of."""
    said: list[str] = []
    contexts = []

    def open_report(path: Path, fragment: str = "", **settings: Any) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | settings))
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: said.append(f"request: {request.url}"))
        page.goto(path.as_uri() + fragment)
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert [one for one in said if not (one.startswith("request: file://") and ".html" in one)] == []
