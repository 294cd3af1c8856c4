"""Money at the same moment: one wins, the rest are told, and the database and the provider say the same afterwards.

Elsewhere: the same case decided twice, 60 and 60 of 100 from two cases, a case closed while it is decided, an
answer and its deadline: web/test_races.py; a refund on its way and a chargeback of the same payment:
webhooks/test_race.py; one message 32 times: webhooks/test_told.py; two settlements on one capture, with and
without the lock: outbox/test_mutations.py; eight vouchers: vouchers/test_giving.py."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.models import Approval, Case, Decision, Outbox, Refund, Seller
from disputes.offers import service as offers
from disputes.outbox.audit import broken_chains, unequal_books
from disputes.outbox.provider import Answer
from disputes.outbox.refunds import note
from disputes.outbox.worker import drain
from tests.abuse.making import LIMIT, asked, draft, limit, promised, public, refunds, waiting
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast, make_order, shop_of
from tests.server import at_once, browser, form, serving
from tests.turns import file_case, person, turn

ROUNDS, CLICKS = 4, 8
People = dict[str, httpx.Client]


@pytest.fixture
def people(app: Flask, cast: Cast) -> Iterator[People]:
    """Everybody at a real server, each in a browser of their own."""
    with serving(app) as base, ExitStack() as stack:
        yield {email: stack.enter_context(browser(app, base, email)) for email in (ADA, BEN, CLEO, RITA, LIN)}


@pytest.fixture(autouse=True)
def in_order(app: Flask, cast: Cast, ledger) -> Iterator[None]:
    """Afterwards all refunds are sent: the provider sent each once, the books agree, no history is broken."""
    yield
    with app.app_context():
        for _ in range(3):
            drain()
        sent = ledger()
        assert len({entry["key"] for entry in sent}) == len(sent), "nothing was sent twice"
        assert sorted(entry["amount_minor"] for entry in sent if entry["code"] is None) == refunds()
        assert promised() == sum(refunds())
        assert (unequal_books(sent)[1], broken_chains()[1]) == ([], [])


@contextmanager
def new_order(app: Flask, number: int) -> Iterator[int]:
    """One more order of Ada's from Ben, in the application's context."""
    with app.app_context():
        with writing():
            ben = db.session.scalars(select(Seller).where(Seller.ref == "ben", Seller.shop_id == "jd-3p")).one()
            order_id = make_order(shop_of("jd-3p"), person(ADA), ben, f"RACE-{number}")
        yield order_id


def post(client: httpx.Client, url: str, data: dict[str, str]) -> partial[httpx.Response]:
    return partial(client.post, url, data=data)


def read(app: Flask, *queries):
    with app.app_context():
        return tuple(db.session.scalar(query) for query in queries)


def test_one_approval_sent_eight_times_at_once_counts_once(app: Flask, people: People) -> None:
    for n in range(ROUNDS):
        with new_order(app, n) as order_id:
            url = f"/cases/{asked(order_id)}/decide"
        codes = at_once(*[post(people[LIN], url, form(people[LIN], url))] * CLICKS)
        assert sorted(codes) == [303] + [409] * (CLICKS - 1)
    with app.app_context():
        assert refunds() == [LIMIT + 1] * ROUNDS
        assert db.session.scalars(select(Approval.result)).all() == ["approved"] * ROUNDS


def test_an_amount_edited_while_it_is_approved_is_never_the_one_that_is_sent(app: Flask, people: People) -> None:
    for n in range(ROUNDS):
        with new_order(app, n) as order_id:
            case = asked(order_id)
        approve, edit = f"/cases/{case}/decide", f"/cases/{case}/decision"
        changed = {"kind": "partial_refund", "amount": "59", "reasons": "All of it.", "clauses": "JDC-42"}
        forms = form(people[LIN], approve), {**form(people[CLEO], edit), **changed}
        codes = at_once(post(people[LIN], approve, forms[0]), post(people[CLEO], edit, forms[1]))
        assert sorted(codes) == [303, 409]
        state, result = read(
            app,
            select(Case.state).where(Case.public_id == case),
            select(Approval.result).join(Case, Case.id == Approval.case_id).where(Case.public_id == case),
        )
        assert (state, result) == (("partial_refund", "approved") if codes[0] == 303 else ("investigated", "void"))
    with app.app_context():
        assert set(refunds()) <= {LIMIT + 1}


@pytest.mark.parametrize(
    ("limits", "who"),
    (({"refund_limit_minor": LIMIT}, (CLEO, RITA)), ({"daily_limit_minor": LIMIT}, (CLEO, CLEO))),
    ids=("of a payment", "of a day"),
)
def test_two_parts_that_together_go_over_a_limit_are_not_both_decided_by_one_person(
    app: Flask, people: People, limits: dict[str, int], who: tuple[str, str]
) -> None:
    rounds = 1 if "daily_limit_minor" in limits else ROUNDS  # the day is full after the first
    for n in range(rounds):
        with new_order(app, n) as order_id:
            limit(**limits)
            cases = [waiting(order_id, line) for line in (0, 1)]
            for case_id in cases:
                draft(case_id, 1_500)
            urls = [f"/cases/{public(case_id)}/decide" for case_id in cases]
        ready = [post(people[email], url, form(people[email], url)) for email, url in zip(who, urls, strict=True)]
        assert sorted(at_once(*ready)) == [303, 409]
    with app.app_context():
        assert refunds() == [1_500] * rounds


def test_a_seller_accepts_while_the_buyer_closes_the_case(app: Flask, people: People) -> None:
    for n in range(ROUNDS):
        with new_order(app, n) as order_id:
            case = public(file_case(order_id, ADA))
        accept, close = f"/cases/{case}/accept", f"/cases/{case}/close"
        forms = form(people[BEN], f"/cases/{case}", accept), form(people[ADA], close)
        codes = at_once(post(people[BEN], accept, forms[0]), post(people[ADA], close, forms[1]))
        assert sorted(codes) == [303, 409]
        state, paid = read(
            app,
            select(Case.state).where(Case.public_id == case),
            select(func.count(Refund.id)).join(Case, Case.id == Refund.case_id).where(Case.public_id == case),
        )
        assert (state, paid) == (("full_refund", 1) if codes[0] == 303 else ("dropped", 0))


def test_a_failed_refund_is_sent_again_once_however_many_click(app: Flask, people: People) -> None:
    with new_order(app, 0) as order_id:
        case_id = file_case(order_id, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        key, case = db.session.scalars(select(Refund.key)).one(), public(case_id)
        with writing():
            note(case_id, key, ("reserved",), Answer("failed", code="account_closed"))
    url = f"/cases/{case}/refunds/retry"
    ready = [post(people[who], url, form(people[who], "/desk/refunds", url)) for who in (CLEO, RITA, LIN, CLEO)]
    assert sorted(at_once(*ready)) == [303, 409, 409, 409]
    with app.app_context():
        assert db.session.scalar(select(func.count(Outbox.id)).where(Outbox.kind == "refund")) == 2
        assert db.session.scalar(select(func.count(Decision.id))) == 1
