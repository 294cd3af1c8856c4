"""A case is filed by the keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.doing import where_it_stands
from tests.browser.people import ADA

FOCUS = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0] ?? at;
  return { text: label.innerText || at.value || "", name: at.name || "", tag: at.tagName,
           outline: getComputedStyle(at).outlineStyle, width: getComputedStyle(at).outlineWidth };
}"""


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says `words`; what has it must be seen to have it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        assert at["tag"] == "BODY" or (at["outline"] != "none" and at["width"] != "0px"), f"no focus ring on {at}"
        if words in at["text"]:
            return
    raise AssertionError(f"Tab never came to {words!r}")


def arrow_to(page: Page, words: str) -> None:
    """Within a group of radio buttons the arrows choose."""
    for _ in range(20):
        if words in page.evaluate(FOCUS)["text"]:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows never came to {words!r}")


def test_a_case_is_filed_by_the_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit(ADA)
    page.goto("/orders")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Record player")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*")
    tab_to(page, "Something is wrong")
    page.keyboard.press("Enter")
    page.wait_for_url("**/case/new")
    tab_to(page, "Replacement stylus")
    page.keyboard.press("Space")
    tab_to(page, "It never arrived")
    arrow_to(page, "It is damaged, does not work")
    tab_to(page, "It is a different item")
    arrow_to(page, "It does not work")
    tab_to(page, "My money back")
    arrow_to(page, "My money back")
    tab_to(page, "Tell it in your own words")
    page.keyboard.type("The needle skips on every record.")
    tab_to(page, "Check what is possible")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Before you send")).to_be_visible()
    tab_to(page, "Send to Qilin Audio")
    page.keyboard.press("Enter")
    where_it_stands(page, "Waiting for Qilin Audio 麒麟数码")
