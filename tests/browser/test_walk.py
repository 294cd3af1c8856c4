"""The main job, as the people of the README's walk do it; with --pictures it takes the README's pictures."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.doing import PHOTO, check_and_send, fill_in, open_case, path_of, reload_until, where_it_stands
from tests.browser.people import ADA, BEN, CLEO, PHONE, SANNE

LAMP = "Brass desk lamp with dimmer"
WORDS = "The arm is cracked right above the joint. The lamp no longer stands upright."
REFUSAL = "It left here whole: every lamp is photographed before it is packed."
REASONS = "Exhibit 1 shows the crack. The parcel was signed for two days before, and nothing shows misuse."


def test_a_complaint_ends_with_the_money_back(visit: Callable[..., Page], picture: Callable[..., None]) -> None:
    ada = visit(ADA, PHONE)
    ada.goto("/orders")
    ada.get_by_role("link", name=LAMP).first.click()
    ada.get_by_role("link", name="Something is wrong").click()
    fill_in(ada, LAMP, "It is damaged, does not work", "It arrived damaged", "My money back", WORDS)
    ada.get_by_label("Photos or papers that show it").set_input_files([PHOTO])
    ada.get_by_role("button", name="Check what is possible").click()
    expect(ada.get_by_text("You can, until").first).to_be_visible()
    picture(ada, "filing-check-phone")
    ada.get_by_role("button", name="Send to Mingdeng Lighting").click()
    where_it_stands(ada, "Waiting for Mingdeng Lighting")
    reload_until(ada, "Reply by")
    picture(ada, "buyer-case-phone")
    case = path_of(ada)

    ben = visit(BEN)
    ben.goto("/")
    expect(ben.get_by_role("heading", name="Inbox")).to_be_visible()
    ben.get_by_role("row", name=LAMP).get_by_role("link").click()
    where_it_stands(ben, "Ada Lindqvist is waiting for your reply")
    picture(ben, "seller-case")
    ben.get_by_role("link", name="Refuse").click()
    ben.get_by_label("Why?").select_option("It was damaged after delivery")
    ben.get_by_label("Explain it to the buyer").fill(REFUSAL)
    ben.get_by_role("button", name="Send the refusal").click()
    where_it_stands(ben, "Waiting for Ada Lindqvist")

    ada.reload()
    where_it_stands(ada, "Mingdeng Lighting refused")
    expect(ada.get_by_text(REFUSAL)).to_be_visible()
    ada.get_by_role("button", name="Ask the platform to decide").click()
    where_it_stands(ada, "We are reviewing")

    cleo = visit(CLEO)
    cleo.goto("/")
    cleo.get_by_role("button", name="Take the next case").click()
    expect(cleo.get_by_text("Yours until")).to_be_visible()
    cleo.goto("/desk")
    cleo.get_by_role("row", name=LAMP).get_by_role("link").click()
    cleo.get_by_role("button", name="Claim this case").click()
    expect(cleo.get_by_text("Yours until")).to_be_visible()
    picture(cleo, "desk-case", height=1120)
    cleo.get_by_role("link", name="Write the decision").click()
    cleo.get_by_role("radio", name="Full refund").check()
    cleo.get_by_label("Reasons, read by both sides").fill(REASONS)
    cleo.get_by_role("checkbox", name="1. crack.png").check()
    cleo.get_by_role("checkbox", name="JDT-04").check()
    cleo.get_by_role("button", name="See what this does").click()
    expect(cleo.get_by_text("CN¥239.00").first).to_be_visible()
    cleo.get_by_role("button", name="Confirm and send").click()
    where_it_stands(cleo, "Full refund: CN¥239.00")

    ada.goto(case)
    where_it_stands(ada, "Full refund: CN¥239.00")
    expect(ada.get_by_text(REASONS)).to_be_visible()
    reload_until(ada, "The refund arrived")
    ada.goto("/orders")
    ada.get_by_role("link", name=LAMP).first.click()
    expect(ada.get_by_role("heading", name="Refunds")).to_be_visible()


def test_an_offered_part_is_accepted_and_paid(visit: Callable[..., Page]) -> None:
    ada, ben = visit(ADA, PHONE), visit(BEN)
    case = open_case(
        ada, "JD-30415508", item="Glass pendant lamp", reason="It is damaged, does not work",
        sub="It is in worse condition", words="One of the two glasses has a bubble the size of a pea.",
    )  # fmt: skip
    ben.goto(case)
    ben.get_by_role("link", name="Make an offer").click()
    ben.get_by_role("radio", name="Part refund").check()
    ben.get_by_label("How much?").fill("40")
    ben.get_by_label("Message").fill("It is blown by hand. Keep it, and take 40 yuan back.")
    ben.get_by_role("button", name="Send the offer").click()
    ada.reload()
    where_it_stands(ada, "Mingdeng Lighting made you an offer")
    ada.get_by_role("button", name="Accept: part refund, CN¥40.00").click()
    where_it_stands(ada, "Part refund: CN¥40.00")
    reload_until(ada, "The refund arrived")


def test_a_closed_case_is_taken_up_again_where_it_stood(visit: Callable[..., Page]) -> None:
    ada = visit(ADA, PHONE)
    open_case(
        ada, "JD-30417733", item="Bluetooth speaker", reason="It is damaged, does not work", sub="It does not work",
        words="It stays silent, on the cable as well.",
    )  # fmt: skip
    reload_until(ada, "Reply by")
    ada.get_by_role("link", name="Close my case").click()
    expect(ada.get_by_text("no money moves")).to_be_visible()
    ada.get_by_role("button", name="Close my case").click()
    where_it_stands(ada, "You closed this case")
    expect(ada.get_by_text("You can undo this until")).to_be_visible()
    ada.get_by_role("button", name="Take my case up again").click()
    where_it_stands(ada, "Waiting for Qilin Audio 麒麟数码")
    expect(ada.get_by_text("Reply by")).to_be_visible()


def test_where_the_rules_name_no_deadline_none_is_shown(visit: Callable[..., Page]) -> None:
    ada = visit(ADA)
    open_case(
        ada, "CW-88120541", item="Corvane Navigator", reason="It is damaged, does not work",
        sub="It is in worse condition", words="The crown has been replaced and does not screw down.",
    )  # fmt: skip
    where_it_stands(ada, "Waiting for Okafor Clocks & Watches")
    expect(ada.get_by_text("None is running")).to_be_visible()
    expect(ada.get_by_text("Reply by")).to_have_count(0)
    # Nobody waits for an answer there either: the buyer may ask the platform in at once.
    ada.get_by_role("button", name="Ask the platform to decide").click()
    where_it_stands(ada, "We are reviewing")


def test_a_reviewer_opens_a_case_for_a_caller(visit: Callable[..., Page]) -> None:
    cleo, sanne = visit(CLEO), visit(SANNE, PHONE)
    cleo.goto("/desk/phone")
    cleo.get_by_label("Order number or e-mail address").fill("CW-88121465")
    cleo.get_by_role("button", name="Find the order").click()
    cleo.get_by_role("link", name="Open a case").click()
    fill_in(
        cleo, "Ets: molen", "It never arrived", "It is marked as delivered", "My money back",
        "The tracking says it was handed over, but nobody was at home.",
    )  # fmt: skip
    check_and_send(cleo)
    sanne.goto("/cases")
    sanne.get_by_role("link", name="Ets: molen").click()
    where_it_stands(sanne, "Waiting for Atelier Vandermeulen")
