"""Nothing needs the script: filing, answering and deciding go the same way without it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.doing import PHOTO, fill_in, path_of, where_it_stands
from tests.browser.people import ADA, CLEO, PHONE

TILE = "Delft-style tile with a skater"


def test_a_case_is_filed_and_decided_without_script(visit: Callable[..., Page]) -> None:
    ada = visit(ADA, PHONE, java_script_enabled=False)
    ada.goto("/orders")
    ada.get_by_role("link", name=TILE).first.click()
    ada.get_by_role("link", name="Something is wrong").click()
    fill_in(ada, TILE, "It is a fake", "I see signs of it myself", "Part of my money back", "The glaze is printed.")
    ada.get_by_label("How much back?").fill("9.50")
    ada.get_by_label("Photos or papers that show it").set_input_files([PHOTO])
    ada.get_by_role("button", name="Check what is possible").click()
    expect(ada.get_by_text("kept")).to_be_visible()  # the photo need not be chosen again
    ada.get_by_role("button", name="Send to us").click()
    where_it_stands(ada, "We are reviewing")
    expect(ada.get_by_text("crack.png")).to_be_visible()
    case = path_of(ada)

    cleo = visit(CLEO, java_script_enabled=False)
    cleo.goto("/desk")
    cleo.get_by_role("row", name=TILE).get_by_role("link").click()
    cleo.get_by_role("link", name="Write the decision").click()
    cleo.get_by_role("radio", name="Part refund").check()
    cleo.get_by_label("How much?").fill("9.50")
    cleo.get_by_label("Reasons, read by both sides").fill("Exhibit 1 shows the dots of a print.")
    cleo.get_by_role("checkbox", name="1. crack.png").check()
    cleo.get_by_role("button", name="See what this does").click()
    cleo.get_by_role("button", name="Confirm and send").click()
    where_it_stands(cleo, "Part refund: €9.50")
    ada.goto(case)
    where_it_stands(ada, "Part refund: €9.50")


def test_a_list_of_mistakes_leads_to_each_field_without_script(visit: Callable[..., Page]) -> None:
    ada = visit(ADA, PHONE, java_script_enabled=False)
    ada.goto("/orders")
    ada.locator(".order", has_text="JD-30419204").get_by_role("link", name="Something is wrong").click()
    ada.get_by_role("button", name="Check what is possible").click()
    alert = ada.get_by_role("alert")
    expect(alert.get_by_role("link", name="Please choose what happened.")).to_be_visible()
    for link in alert.get_by_role("link").all():
        target = str(link.get_attribute("href"))
        assert re.fullmatch("#[A-Za-z][A-Za-z0-9_-]*", target)
        expect(ada.locator(target)).to_have_count(1)
