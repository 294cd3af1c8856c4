"""Two people at once, over HTTP: one wins, the others get a clear 409, nothing is doubled, nothing breaks."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.decisions.service import Drafted, draft
from disputes.models import Capture, Case, CaseLine, Clock, Decision, Event, Refund
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast, make_order, shop_of
from tests.server import at_once, browser, form, serving
from tests.turns import file_case, notice, person, turn

ROUNDS = 6
TAKERS = 32


@pytest.fixture
def base(app: Flask, cast: Cast) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def people(app: Flask, base: str) -> Iterator[dict[str, httpx.Client]]:
    with ExitStack() as stack:
        yield {email: stack.enter_context(browser(app, base, email)) for email in (ADA, BEN, CLEO, RITA, LIN)}


def post(client: httpx.Client, url: str, data: dict[str, str]) -> partial[httpx.Response]:
    return partial(client.post, url, data=data)


def new_order(app: Flask, number: str, paid: int = 100) -> int:
    from disputes.models import Seller

    with app.app_context(), writing():
        ben = db.session.scalars(select(Seller).where(Seller.ref == "ben", Seller.shop_id == "jd-3p")).one()
        return make_order(shop_of("jd-3p"), person(ADA), ben, number, paid=paid)


def under_review(app: Flask, order_id: int, amount: int | None = None, *, line: int = 0) -> str:
    """A case that only waits to be decided, with a draft if an amount is given. Returns its public id."""
    with app.app_context():
        case_id = file_case(order_id, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=line)
        if amount is not None:
            with writing():
                db.session.execute(update(Case).where(Case.id == case_id).values(claimed_minor=100))
                db.session.execute(update(CaseLine).where(CaseLine.case_id == case_id).values(paid_minor=100))
            with turn(case_id, LIN, "lead") as t:
                draft(t, Drafted("partial_refund", amount, "Because.", [], ["JDT-04"]))
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def count(app: Flask, query) -> int:
    with app.app_context():
        return db.session.scalar(query)


def test_two_who_decide_the_same_case_decide_it_once(app: Flask, people, base: str) -> None:
    for n in range(ROUNDS):
        case = under_review(app, new_order(app, f"R-{n}"), amount=50)
        url = f"/cases/{case}/decide"
        codes = at_once(*(post(people[who], url, form(people[who], url)) for who in (CLEO, RITA, LIN, CLEO)))
        assert sorted(codes) == [303, 409, 409, 409]
    decisions = select(func.count()).select_from(Decision).where(Decision.decided_at.is_not(None))
    assert count(app, decisions) == count(app, select(func.count()).select_from(Refund)) == ROUNDS


def test_two_refunds_of_60_on_100_are_one(app: Flask, people, base: str) -> None:
    for n in range(ROUNDS):
        order = new_order(app, f"M-{n}")
        cases = [under_review(app, order, amount=60, line=line) for line in (0, 1)]
        urls = [f"/cases/{case}/decide" for case in cases]
        codes = at_once(
            *(post(people[w], url, form(people[w], url)) for w, url in zip((CLEO, RITA), urls, strict=True))
        )
        assert sorted(codes) == [303, 409]
    spent = select(func.max(Capture.refund_reserved_minor)).where(Capture.captured_minor == 100)
    assert count(app, spent) == 60
    assert count(app, select(func.count()).select_from(Refund)) == ROUNDS


def test_closing_a_case_while_it_is_decided_ends_one_way(app: Flask, people, base: str) -> None:
    for n in range(ROUNDS):
        case = under_review(app, new_order(app, f"C-{n}"), amount=50)
        decide, close = f"/cases/{case}/decide", f"/cases/{case}/close"
        forms = form(people[CLEO], decide), form(people[ADA], close)
        codes = at_once(post(people[CLEO], decide, forms[0]), post(people[ADA], close, forms[1]))
        assert sorted(codes) == [303, 409]
        state = count(app, select(Case.state).where(Case.public_id == case))
        assert state == ("partial_refund" if codes[0] == 303 else "dropped")


def test_an_answer_at_its_deadline_meets_the_sweep_once(app: Flask, people, base: str) -> None:
    from disputes.steps import fire_overdue, lock_case

    def sweep(case_id: int) -> httpx.Response:
        with app.app_context(), writing():
            locked = lock_case(case_id)
            assert locked
            later = real_now() + timedelta(hours=49)
            fire_overdue(locked[0], now=later, received_at=later)
        return httpx.Response(200)

    for n in range(ROUNDS):
        with app.app_context():
            case_id = file_case(new_order(app, f"D-{n}"), ADA)
            notice(case_id, "seller_response")
            case = db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()
        url = f"/cases/{case}/refuse"
        data = {**form(people[BEN], url), "reason": "not_proven", "words": "In time."}
        codes = at_once(post(people[BEN], url, data), partial(sweep, case_id))
        assert codes[0] == 303, "the answer arrived in time, whoever held the lock first"
        assert count(app, select(Case.state).where(Case.public_id == case)) == "seller_contacted"


def test_every_taker_of_the_queue_gets_a_case_of_their_own(app: Flask, people, base: str) -> None:
    cases = [under_review(app, new_order(app, f"Q-{n}")) for n in range(3)]
    takers = [people[(CLEO, RITA, LIN)[n % 3]] for n in range(TAKERS)]
    codes = at_once(*(post(taker, "/desk/next", {}) for taker in takers))
    assert sorted(codes) == [303] * len(cases) + [409] * (TAKERS - len(cases))


def test_one_case_is_claimed_by_one(app: Flask, people, base: str) -> None:
    case = under_review(app, new_order(app, "K-1"))
    codes = at_once(*(post(people[who], f"/desk/cases/{case}/claim", {}) for who in (CLEO, RITA, LIN)))
    assert sorted(codes) == [303, 409, 409]


def test_a_form_sent_twice_at_once_opens_one_case(app: Flask, people, base: str) -> None:
    new_order(app, "F-1")
    page = people[ADA].get("/orders").text
    order = page.split("/case/new")[0].rsplit("/orders/", 1)[1]
    url = f"/orders/{order}/case/new"
    data = {
        **form(people[ADA], url), "lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "not_as_described",
        "sub_reason": "defective", "wish": "full_refund", "words": "Broken.", "do": "send",
    }  # fmt: skip
    assert at_once(post(people[ADA], url, data), post(people[ADA], url, data)) == [303, 303]
    assert count(app, select(func.count()).select_from(Case)) == 1


def test_no_race_leaves_a_limit_fired_twice_or_an_event_missing(app: Flask, people, base: str) -> None:
    from disputes.effects.chain import first_fault

    case = under_review(app, new_order(app, "E-1"), amount=50)
    url = f"/cases/{case}/decide"
    at_once(*(post(people[who], url, form(people[who], url)) for who in (CLEO, RITA, LIN)))
    with app.app_context():
        row = db.session.scalars(select(Case).where(Case.public_id == case)).one()
        events = db.session.scalars(select(Event).where(Event.case_id == row.id).order_by(Event.seq)).all()
        assert first_fault(row, events) is None
        assert db.session.scalar(select(func.count()).select_from(Clock).where(Clock.fired_seq.is_not(None))) == 0
