"""Nobody types anything twice: after a mistake, after somebody was quicker, after a reload."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.doing import open_case, where_it_stands
from tests.browser.people import ADA, PHONE

ANSWER = "We agreed on the colour in writing, see my first letter."


def test_after_a_mistake_everything_typed_is_still_there(visit: Callable[..., Page]) -> None:
    ada = visit(ADA, PHONE)
    ada.goto("/orders")
    ada.locator(".order", has_text="JD-30419204").get_by_role("link", name="Something is wrong").click()
    ada.get_by_role("checkbox", name="Jasmine tea").check()
    ada.get_by_role("radio", name="It never arrived").check()
    ada.get_by_label("Tell it in your own words").fill(ANSWER)
    ada.get_by_role("button", name="Check what is possible").click()
    expect(ada.get_by_role("alert")).to_be_focused()
    expect(ada.get_by_role("checkbox", name="Jasmine tea")).to_be_checked()
    expect(ada.get_by_role("radio", name="It never arrived")).to_be_checked()
    expect(ada.get_by_label("Tell it in your own words")).to_have_value(ANSWER)


def test_who_comes_second_finds_their_words_on_the_page(visit: Callable[..., Page]) -> None:
    first, second = visit(ADA), visit(ADA, PHONE)
    case = open_case(
        first, "CW-88117310", item="Harbour at Oudeveer", reason="It is damaged, does not work",
        sub="It is in worse condition", words="The panel is split along the grain.",
    )  # fmt: skip
    second.goto(case)
    second.get_by_label("Your message").fill(ANSWER)
    first.get_by_role("button", name="Ask the platform to decide").click()
    where_it_stands(first, "We are reviewing")
    second.get_by_role("button", name="Send message").click()
    expect(second.get_by_role("heading", name="Something changed meanwhile")).to_be_visible()
    expect(second.get_by_text(ANSWER)).to_be_visible()
    expect(second.get_by_text("Ada Lindqvist asked the platform to decide")).to_be_visible()
    second.get_by_role("link", name="See how it stands now").click()
    where_it_stands(second, "We are reviewing")


def test_a_text_begun_survives_a_reload(visit: Callable[..., Page]) -> None:
    ada = visit(ADA, PHONE)
    ada.goto("/orders")
    ada.locator(".order", has_text="JD-30419204").get_by_role("link", name="Something is wrong").click()
    ada.get_by_label("Tell it in your own words").fill(ANSWER)
    ada.reload()
    expect(ada.get_by_label("Tell it in your own words")).to_have_value(ANSWER)
