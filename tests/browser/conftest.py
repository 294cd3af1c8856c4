"""Chromium at the real application: one server and one browser per test process, people signed in once."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.living import Live, living
from tests.browser.people import PATIENCE_MS, Visitors
from tests.processes import ROOT

QUIET = ("--disable-background-networking", "--disable-component-update", "--no-first-run")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="take the README's pictures into docs/pictures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """`disputes serve` with its demo data."""
    with living(tmp_path_factory.mktemp("live")) as served:
        yield served


@pytest.fixture(scope="session")
def browser(live: Live) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    found = shutil.which("chromium")
    assert found, "Chromium is missing; script/bootstrap dev installs it"
    expect.set_options(timeout=PATIENCE_MS)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium does not run in its sandbox as root
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=[*QUIET, *root])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visitors(live: Live, browser: Browser) -> Visitors:
    """Everybody's cookies."""
    return Visitors(live, browser)


@pytest.fixture
def visit(visitors: Visitors) -> Iterator[Callable[..., Page]]:
    """visit(person, viewport, ...) -> a page of theirs. No page may complain, or ask another host for anything."""
    visitors.forget()
    yield visitors.visit
    visitors.leave()
    assert visitors.complaints == []


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., None]:
    """picture(page, name): what the page shows now, for the README; does nothing without --pictures."""
    wanted = request.config.getoption("--pictures", default=False)

    def take(page: Page, name: str, *, height: int | None = None) -> None:
        if not wanted:
            return
        before = page.viewport_size
        assert before
        page.set_viewport_size({**before, "height": height or before["height"]})
        page.mouse.move(0, 0)
        page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png", animations="disabled", caret="hide")
        page.set_viewport_size(before)

    return take
