"""Look at a page as axe does, in light and dark, on a wide screen and on a small phone."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.people import DESKTOP

SMALL = ViewportSize(width=360, height=780)
AXE = Axe()
RUN = "options => axe.run(options).then(found => found.violations)"
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": {"type": "rule", "values": ["color-contrast"]}}


@dataclass
class Look:
    """Notes what is wrong with pages; `seen` counts them."""

    page: Page
    faults: list[str] = field(default_factory=list)
    seen: int = 0

    def at(self, url: str) -> None:
        """Open an address and look at it. A redirect is a fault: the page itself was not seen."""
        answer = self.page.goto(url)
        assert answer is not None
        if answer.status != 200 or answer.request.redirected_from is not None:
            self.faults.append(f"{url}: answered {answer.status} as {self.page.url}")
        self.at_this()

    def at_this(self) -> None:
        """Look at what the page shows now."""
        self.seen += 1
        self.page.evaluate(AXE.axe_script)  # in by the debugger: the page's policy stays strict
        for size in (DESKTOP, SMALL):
            self.page.set_viewport_size(size)
            self._axe("light", EVERYTHING)
            self.page.emulate_media(color_scheme="dark")
            self._axe("dark", COLOURS)  # dark changes nothing but colours
            self.page.emulate_media(color_scheme="light")
        wide = self.page.evaluate("document.scrollingElement.scrollWidth")
        if wide > SMALL["width"]:
            self.faults.append(f"{self.page.url}: {wide} px wide on a phone of {SMALL['width']} px")

    def _axe(self, how: str, options: dict[str, Any]) -> None:
        width = (self.page.viewport_size or DESKTOP)["width"]
        for found in self.page.evaluate(RUN, options):
            where = "; ".join(str(node["target"]) for node in found["nodes"][:3])
            self.faults.append(f"{self.page.url} ({how}, {width} px): {found['id']} at {where}")
