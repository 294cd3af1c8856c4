"""What people do on the pages, in their words."""

import re

from playwright.sync_api import Page, expect

from tests.browser.photo import png

PHOTO = {"name": "crack.png", "mimeType": "image/png", "buffer": png()}


def fill_in(page: Page, item: str, reason: str, sub: str, wish: str, words: str) -> None:
    """Fill in the filing form; nothing is sent yet."""
    box = page.get_by_role("checkbox", name=item)
    if not box.is_checked():  # the only item of an order is ticked beforehand
        box.check()
    page.get_by_role("radio", name=reason).check()
    page.get_by_role("radio", name=sub).check()
    page.get_by_role("radio", name=wish, exact=True).check()
    page.get_by_label("Tell it in your own words").fill(words)


def check_and_send(page: Page) -> None:
    """Ask what is possible, then send. The page is then the new case's."""
    page.get_by_role("button", name="Check what is possible").click()
    page.get_by_role("button", name="Send to").click()
    page.wait_for_url(re.compile("/cases/[^/]+$"))


def open_case(
    page: Page, order: str, *, item: str, reason: str, sub: str, wish: str = "My money back", words: str
) -> str:
    """Open a case on an order; returns the path of its page."""
    page.goto("/orders")
    page.locator(".order", has_text=order).get_by_role("link", name="Something is wrong").click()
    fill_in(page, item, reason, sub, wish, words)
    check_and_send(page)
    return path_of(page)


def path_of(page: Page) -> str:
    """The address without its host."""
    return re.sub("^https?://[^/]+", "", page.url)


def where_it_stands(page: Page, words: str) -> None:
    """The status card's headline says so."""
    expect(page.get_by_role("region", name="Where the case stands").get_by_role("heading")).to_have_text(words)


def reload_until(page: Page, words: str) -> None:
    """Reload until the page says it: what the worker does needs a moment."""

    def shown() -> None:
        page.reload()
        expect(page.get_by_text(words).first).to_be_visible(timeout=500)

    for _ in range(40):
        try:
            return shown()
        except AssertionError:
            continue
    shown()
