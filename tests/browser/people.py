"""The people of the demo, each in a browser of their own, and an ear for what pages complain about."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize

from tests.browser.living import Live

ADA, BEN, CLEO, LIN = (f"{name}@demo.example" for name in ("ada", "ben", "cleo", "lin"))
NORA, OLA, SAM = (f"{name}@demo.example" for name in ("nora", "ola", "sam"))
JONAS, SANNE, MAJA, XIAOMEI, KAI = (f"{name}@demo.example" for name in ("jonas", "sanne", "maja", "xiaomei", "kai"))
PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)
PATIENCE_MS = 15_000  # for what another process does: a letter sent, a refund arrived
# Chromium notes every answer above 399 as an error; the tests that provoke one look at its page instead.
PROVOKED = "Failed to load resource: the server responded with a status of 4"


@dataclass
class Visitors:
    """Opens pages for people. `complaints` is what any of them said since the test began."""

    live: Live
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _cookies: dict[str, Any] = field(default_factory=dict)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def visit(self, email: str | None, viewport: ViewportSize = DESKTOP, **how: Any) -> Page:
        """A page of somebody who is signed in, or of a stranger (None). `how`: options of the browser's context."""
        if email is not None and email not in self._cookies:
            self._cookies[email] = self._sign_in(email)
        how.setdefault("locale", "en-GB")
        how.setdefault("timezone_id", "Europe/Amsterdam")
        cookies = self._cookies[email] if email else None
        context = self.browser.new_context(
            base_url=self.live.base, viewport=viewport, storage_state=cookies, reduced_motion="reduce", **how
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        context.on("request", self._request)
        return page

    def _sign_in(self, email: str) -> Any:
        with self.browser.new_context(base_url=self.live.base) as context:
            page = context.new_page()
            page.goto("/sign-in")
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password").fill(self.live.passwords[email])
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            return context.storage_state()

    def _console(self, message: ConsoleMessage) -> None:
        at = message.location.get("url", "")
        provoked = message.text.startswith(PROVOKED) and "/static/" not in at
        if message.type in ("error", "warning") and not provoked:
            self.complaints.append(f"{at}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.live.base + "/", "data:")):
            self.complaints.append(f"asked for {request.url}")

    def forget(self) -> None:
        """A test begins."""
        self.complaints.clear()

    def leave(self) -> None:
        """Close every page of the test."""
        while self._contexts:
            self._contexts.pop().close()
