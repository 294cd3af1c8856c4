"""Every page there is, as everybody who can open it: axe finds nothing, and nothing is wider than a small phone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from disputes import create_app
from disputes.db import db, writing
from disputes.models import (
    Account,
    Case,
    Chargeback,
    Cost,
    Freeze,
    Grant,
    Order,
    PublishedRules,
    Referral,
    Restriction,
    Screening,
    SentMail,
)
from disputes.moment import real_now
from disputes.rulebook import service
from disputes.rules import registry
from disputes.settings import Settings
from disputes.steps import Refused
from disputes.web.policy import policy_of
from disputes.workflows.roles import ADMIN, AUDITOR, BUYER, DESK, LEAD, MANAGER, REVIEWER, SELLER
from tests import restricting
from tests.browser.doing import fill_in, open_case
from tests.browser.living import Live
from tests.browser.looking import Look
from tests.browser.people import ADA, BEN, CLEO, JONAS, LIN, MAJA, NORA, OLA, SAM, SANNE, XIAOMEI
from tests.processes import until
from tests.rulebook.writing import next_version
from tests.turns import file_case

ROLES = {ADA: BUYER, BEN: SELLER, CLEO: REVIEWER, LIN: LEAD, NORA: MANAGER, OLA: AUDITOR, SAM: ADMIN}
SHOWN_TO_LEADS = {"desk.queue", "desk.show"}
SHUT = 409
NO_PAGES = {
    "static",
    "api.case",
    "api.check",
    "auth.home",
    "auth.second_step_picture",
    "books.sheet",
    "evidence.show",
    "referrals.bundle",
}  # these send somebody on, or hand out a file


@pytest.fixture(scope="session")
def app(live: Live) -> Iterator[Flask]:
    """The same installation in this process: for its list of routes, and for the names of its cases."""
    app = create_app(Settings(instance=Path(live.instance), secret_key="only reads"))
    yield app
    with app.app_context():
        db.engine.dispose()


def cases_of(email: str, role: str) -> dict[str, str]:
    """Public ids of a person's cases: one in each state they see."""
    person = select(Account.id).where(Account.email == email).scalar_subquery()
    sellers = select(Grant.seller_id).where(Grant.account_id == person)
    mine = {BUYER: Case.buyer_id == person, SELLER: Case.seller_id.in_(sellers)}
    query = select(Case.state, Case.public_id).where(mine[role]) if role in mine else select(Case.state, Case.public_id)
    return {state: public_id for state, public_id in db.session.execute(query.order_by(Case.id.desc()))}


def order_of(email: str, role: str) -> str:
    """An order of one's own; for the desk, anybody's."""
    query = select(Order.public_id).join(Account, Account.id == Order.buyer_id).order_by(Order.id)
    return db.session.scalars(query if role in DESK else query.where(Account.email == email)).first() or ""


def restriction_of(email: str, role: str) -> str:
    """A restriction of one's own; for staff, anybody's."""
    person = select(Account.id).where(Account.email == email).scalar_subquery()
    query = select(Restriction.public_id).order_by(Restriction.id)
    if role in (SELLER, MANAGER):
        sellers = select(Grant.seller_id).where(Grant.account_id == person)
        query = query.where(Restriction.seller_id.in_(sellers))
    elif role == BUYER:
        query = query.where(Restriction.account_id == person)
    return db.session.scalars(query).first() or ""


@pytest.fixture(scope="session")
def restricted(app: Flask) -> None:
    """Ada will be restricted, the seller Ben answers for is; the worker has put it in force."""
    with app.app_context():
        sellers = select(Grant.seller_id).join(Account, Account.id == Grant.account_id).where(Account.email == BEN)
        query = select(Order.id).join(Account, Account.id == Order.buyer_id).order_by(Order.placed_at.desc())
        orders = db.session.scalars(query.where(Account.email == ADA, Order.seller_id.in_(sellers))).all()
        case_id = next(opened for opened in map(_opened, orders) if opened)
        later = restricting.restricts("buyer", starts=restricting.MONTH / 2)  # nobody else's test is held up by it
        wanted = later, restricting.restricts("seller", "listing")
        restricting.decide(case_id, restricting.draft(case_id, *wanted, who=CLEO), CLEO)
        until(lambda: {row.state for row in restricting.found()} == {"in_force"}, "the worker restricts")


@pytest.fixture(scope="session")
def proposed(app: Flask) -> None:
    """New shop rules wait for an admin."""
    with app.app_context(), writing():
        text, day = next_version(registry().get("jabra", "1.0.0"), **{'"P30D"': '"P45D"'})
        made = service.draft(text, day, "Longer", now=real_now())
        service.propose(db.session.scalars(select(Account.id).where(Account.email == SAM)).one(), made, now=real_now())


def _opened(order_id: int) -> int | None:
    try:
        return file_case(order_id, ADA, reason="counterfeit", sub_reason="signs_of_fake")
    except Refused:
        return None


def addresses(app: Flask, email: str) -> Iterator[tuple[str, ...]]:
    """Every page this person's role opens, on things of theirs; a case's own page in each of its states.

    A page that begins a step comes with each case it might be open on: where it is shut, it only says so."""
    role = ROLES[email]
    with app.app_context():
        cases = cases_of(email, role)
        # A decision can only be confirmed where one is drafted.
        names = {"case_id": cases.get("investigated") or next(iter(cases.values())), "order_id": order_of(email, role)}
        names["person_id"] = db.session.scalars(select(Account.public_id).where(Account.email == BEN)).one()
        names |= {"shop_id": "jd-3p", "rules_id": "jd_self", "number": "1.0.0"}
        names["proposal_id"] = db.session.scalars(select(PublishedRules.public_id)).one()
        query = select(Case.public_id, Referral.public_id).join(Case, Case.id == Referral.case_id)
        referrals = db.session.execute(query.order_by(Referral.id)).all()
        costs = db.session.execute(select(Case.public_id, Cost.id).join(Case, Case.id == Cost.case_id)).all()
        records = [*db.session.scalars(select(Chargeback.public_id)), *db.session.scalars(select(Freeze.public_id))]
        names["screening_id"] = db.session.scalars(select(Screening.public_id).order_by(Screening.id)).first() or ""
        names["restriction_id"] = restriction_of(email, role)
        names["mail_id"] = str(db.session.scalar(select(SentMail.id).limit(1)))
    for rule in app.url_map.iter_rules():
        declared = policy_of(app, rule.endpoint) if rule.endpoint not in NO_PAGES else None
        if declared is None or declared.public or "GET" not in (rule.methods or ()):
            continue
        if not declared.roles and role != BUYER:
            continue  # what everybody has of their own looks the same for all
        if declared.roles and role not in declared.roles and not (BUYER in declared.roles and declared.on is None):
            continue
        # A lead is a reviewer who may do more: of the pages they share, those that show what one may do are enough.
        if role == LEAD and rule.endpoint not in SHOWN_TO_LEADS and (not declared.roles or REVIEWER in declared.roles):
            continue
        if "<referral_id>" in rule.rule:
            urls = [rule.rule.replace("<case_id>", case).replace("<referral_id>", one) for case, one in referrals]
            yield tuple(urls)
            continue
        if "<record_id>" in rule.rule:
            yield from ((rule.rule.replace("<record_id>", record),) for record in records)
            continue
        if "<int:cost_id>" in rule.rule:
            yield tuple(rule.rule.replace("<case_id>", case).replace("<int:cost_id>", str(one)) for case, one in costs)
            continue
        if rule.endpoint in ("cases.show", "desk.show", "audit.show"):
            yield from ((rule.rule.replace("<case_id>", case),) for case in cases.values())
            continue
        # KeyError: a page about a new kind of thing; say above which one to look at.
        known = rule.rule.replace("<case_id>", "{case}") if "<case_id>" in rule.rule else rule.rule
        url = re.sub("<(?:[^:>]+:)?([^>]+)>", lambda part: names[part[1]], known)
        called = real_now().isoformat().replace("+", "%2B")
        url = f"{url}?call={called}" if rule.endpoint == "filings.new" and role in DESK else url
        yield tuple(url.replace("{case}", case) for case in (names["case_id"], *cases.values()))


def draft(page: Page, case_id: str) -> None:
    """Write a decision down without taking it."""
    page.goto(f"/cases/{case_id}/decision")
    page.get_by_role("radio", name="No refund").check()
    page.get_by_label("Reasons, read by both sides").fill("Nothing shows it.")
    page.get_by_role("group", name="Rules it rests on").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="See what this does").click()
    expect(page.get_by_role("button", name="Confirm and send")).to_be_visible()


@pytest.mark.parametrize("email", ROLES)
def test_axe_finds_nothing_on_any_page(
    app: Flask, visit: Callable[..., Page], email: str, restricted: None, proposed: None
) -> None:
    look = Look(visit(email))
    if ROLES[email] == REVIEWER:
        with app.app_context():
            case_id = cases_of(email, ROLES[email])["investigated"]
        draft(look.page, case_id)
    for urls in addresses(app, email):
        if url := next((url for url in urls if look.page.request.get(url).status != SHUT), None):
            look.at(url)
    assert look.faults == []
    assert look.seen >= 2


@pytest.mark.parametrize("email", (JONAS, SANNE, MAJA, XIAOMEI))
def test_axe_finds_nothing_on_a_case_in_any_state(app: Flask, visit: Callable[..., Page], email: str) -> None:
    look = Look(visit(email))
    with app.app_context():
        cases = cases_of(email, BUYER)
    for case_id in cases.values():
        look.at(f"/cases/{case_id}")
    assert look.faults == []


def test_axe_finds_nothing_where_a_page_says_no(visit: Callable[..., Page]) -> None:
    look = Look(visit(None))
    look.at("/sign-in")
    look.page.get_by_role("button", name="Sign in").click()
    look.at_this()
    look.page = visit(ADA)
    look.page.goto("/cases/there-is-no-such-case")
    look.at_this()
    assert look.faults == []


def test_axe_finds_nothing_on_a_filing_that_is_wrong_or_checked(visit: Callable[..., Page]) -> None:
    look = Look(visit(ADA))
    look.page.goto("/orders")
    look.page.locator(".order", has_text="JD-30419204").get_by_role("link", name="Something is wrong").click()
    look.page.get_by_role("button", name="Check what is possible").click()
    expect(look.page.get_by_role("alert")).to_be_visible()
    look.at_this()
    fill_in(
        look.page, "Yunling mangoes", "It is damaged, does not work", "It does not work", "Part of my money back", "?"
    )
    look.page.get_by_role("button", name="Check what is possible").click()
    look.at_this()  # an amount is missing
    look.page.get_by_label("How much back?").fill("12.50")
    look.page.get_by_role("button", name="Check what is possible").click()
    expect(look.page.get_by_role("button", name="Check again")).to_be_visible()
    look.at_this()
    assert look.faults == []


def test_axe_finds_nothing_where_somebody_came_second(visit: Callable[..., Page]) -> None:
    ada, look = visit(ADA), Look(visit(ADA))
    case = open_case(
        ada, "CW-88123377", item="Travel alarm clock", reason="It is a fake", sub="I see signs of it", words="See."
    )
    look.page.goto(case + "/close")
    ada.goto(case + "/close")
    ada.get_by_role("button", name="Close my case").click()
    look.page.get_by_role("button", name="Close my case").click()
    expect(look.page.get_by_role("heading", name="Something changed meanwhile")).to_be_visible()
    look.at_this()
    assert look.faults == []
