"""Two people call off what was to go back of an order whose payment was checked: it never leaves, the rest goes on."""

from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from disputes.chargebacks import service
from disputes.chargebacks.access import Turn
from disputes.db import db, writing
from disputes.effects.books import balance
from disputes.effects.frozen import lock_payment
from disputes.effects.outside import refund_told
from disputes.effects.payment_moves import plan_digest
from disputes.models import Freeze, Movement, Order, Outbox, SentMail, Shop
from disputes.moment import real_now
from disputes.outbox.handlers import substitute
from disputes.outbox.provider import Answer, RefundTold
from disputes.outbox.reconcile import reconcile
from disputes.outbox.sweep import sweep
from disputes.steps import Actor, Refused
from tests.cast import CLEO, LIN
from tests.outbox.rows import hurry
from tests.screening import making
from tests.screening.making import INVOICE, PAID, ask_invoice, captures, decline, payment, refunds, sent, the_one
from tests.screening.test_screening import all_is_well, later, run
from tests.turns import person


def stop_refunds(stop: bool = True) -> None:
    with writing() as session:
        at = real_now() if stop else None
        session.execute(update(Shop).where(Shop.id == "lamps").values(refunds_stopped_at=at))


def by_hand(amount: int = PAID, capture: str = "c1", paid: str = "pay-1") -> None:
    """Staff refund it in the provider's back office."""
    with writing():
        now = real_now()
        assert refund_told("lamps", RefundTold("re_hand", None, paid, capture, amount, "USD", "succeeded", now), now)


def freeze() -> Freeze:
    query = select(Freeze).where(Freeze.why == "excess").order_by(Freeze.id.desc()).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def two_people() -> None:
    """Cleo plans to call off, Lin approves; the worker does it."""
    for email, role in ((CLEO, "reviewer"), (LIN, "lead")):
        with writing():
            lock_payment(freeze().payment_id)
            now, row = real_now(), freeze()
            turn = Turn(row, db.session.get_one(Shop, "lamps"), Actor(person(email), role), now, now)
            if role == "reviewer":
                service.plan(turn, plan="call_off", words="The money went back already.")
            else:
                service.approve(turn, read=plan_digest(row))
    hurry()
    run()


def declined_and_refunded_by_hand() -> None:
    """A declined order whose refund waits while it goes back by hand."""
    sent()
    stop_refunds()
    decline()
    run()
    by_hand()


def refused_and_refunded_by_hand(mischief, amount: int = PAID) -> None:
    """An invoice is asked for, the provider refuses the refund, staff send back so much by hand."""
    sent()
    mischief(refuse=1)
    ask_invoice()
    assert (the_one().state, refunds()[0].state) == ("invoice_asked", "failed")
    by_hand(amount)


def test_a_declined_order_that_went_back_by_hand_does_not_go_back_twice(app, ledger) -> None:
    declined_and_refunded_by_hand()
    two_people()
    stop_refunds(False)
    hurry()
    run()
    assert (freeze().state, refunds()[0].state, the_one().state, ledger()) == ("ended", "called_off", "declined", [])
    assert captures()[-1] == (PAID, 0, 0)
    all_is_well(app)


def test_what_was_called_off_is_not_promised_in_the_books_any_more() -> None:
    declined_and_refunded_by_hand()
    two_people()
    order = db.session.scalars(select(Order).where(Order.number == "L-1")).one()
    assert balance("lamps", ("due", order.buyer_id), "USD") == 0
    assert balance("lamps", ("seller", order.seller_id), "USD") == 0
    moves = db.session.scalars(select(Movement.what).where(Movement.order_id == order.id).order_by(Movement.id)).all()
    assert moves == ["captured", "refund_promised", "refund_outside", "refund_called_off"]
    assert reconcile(db.session.get_one(Shop, "lamps"))[1] == []


def test_what_was_refused_and_refunded_by_hand_lets_the_invoice_go_out(app, mischief, visit) -> None:
    refused_and_refunded_by_hand(mischief)
    two_people()
    assert (freeze().state, the_one().state, the_one().invoice_minor) == ("ended", "invoice_sent", PAID)
    assert (refunds()[0].state, captures()[-1]) == ("called_off", (PAID, 0, 0))
    with making.turn() as turn, pytest.raises(Refused):
        turn.take("return_again")
    browser = visit(CLEO)
    assert "L-1" not in browser.get("/desk/payments").text, "nobody has anything to do about it"
    assert "Called off" in browser.get(f"/desk/payments/{the_one().public_id}").text
    all_is_well(app)


def test_those_who_are_asked_see_what_they_call_off(mischief, visit) -> None:
    refused_and_refunded_by_hand(mischief)
    page = visit(CLEO).get(f"/desk/chargebacks/{freeze().public_id}").text
    assert "The bank did not take it" in page


def test_what_came_back_after_the_invoice_can_be_called_off_too(app, message, bank) -> None:
    sent()
    ask_invoice()
    ref = refunds()[0].provider_ref
    bank(f"refunds/{ref}/fail", code="account_closed")
    body, headers = message("evt-1", "refund", str(ref))
    Context().run(app.test_client().post, "/webhooks/lamps", data=body, headers=headers)
    run()
    by_hand()
    two_people()
    assert (refunds()[0].state, the_one().state, captures()[-1]) == ("called_off", "invoice_sent", (PAID, 0, 0))
    all_is_well(app)


def test_what_the_provider_has_already_is_not_called_off(app, ledger, mischief) -> None:
    sent()
    mischief(broken_after=1)  # it paid, and its answer was lost
    ask_invoice()
    assert (len(ledger()), refunds()[0].state) == (1, "reserved")
    by_hand()
    two_people()
    assert (refunds()[0].state, the_one().state, freeze().state) == ("arrived", "invoice_sent", "ended")
    all_is_well(app)


def test_while_a_worker_holds_it_calling_off_waits() -> None:
    declined_and_refunded_by_hand()
    with writing() as session:
        lease = {"lease_until": real_now() + timedelta(minutes=3), "lease_token": "t"}
        session.execute(update(Outbox).where(Outbox.kind == "substitute").values(lease))
    two_people()
    assert (refunds()[0].state, freeze().state) == ("reserved", "calling_off")


def test_what_is_paid_after_it_was_called_off_went_past_us() -> None:
    declined_and_refunded_by_hand()
    two_people()
    key = refunds()[0].key
    for status, known in (("succeeded", False), ("pending", False), ("failed", True)):
        with writing():
            assert substitute.heard(key, Answer(status, "re_late", None, real_now())) is known
    assert (refunds()[0].state, refunds()[0].provider_ref) == ("called_off", None)


def test_the_invoice_asks_only_for_what_went_back_by_hand(app, mischief) -> None:
    refused_and_refunded_by_hand(mischief, 10_000)
    two_people()
    assert (the_one().state, the_one().invoice_minor) == ("invoice_sent", 10_000)
    (letter,) = db.session.scalars(select(SentMail).where(SentMail.topic == "pay_by_invoice")).all()
    assert "To pay: $100.00" in letter.body and "went back" not in letter.body
    all_is_well(app)


def test_what_stayed_goes_back_when_the_order_is_declined_later(app, mischief) -> None:
    refused_and_refunded_by_hand(mischief, 10_000)
    two_people()
    later(16)
    sweep()
    sent(payment(), payment("inv-1", 10_000, method=INVOICE, at=real_now() + timedelta(days=15.5)))
    decline()
    run()
    assert [(one.amount_minor, one.state) for one in refunds()] == [
        (PAID, "called_off"), (PAID - 10_000, "arrived"), (10_000, "arrived")
    ]  # fmt: skip
    assert the_one().state == "declined"
    all_is_well(app)


def test_where_nothing_went_back_after_all_the_order_waits_again(app) -> None:
    """One payment for two orders: more of the other one went back by hand than was taken, and this is called off."""
    sent()
    sent(number="L-2")
    stop_refunds()
    ask_invoice()
    by_hand(PAID + 1)
    two_people()
    assert (the_one().state, the_one().invoice_minor, refunds()[0].state) == ("waiting", None, "called_off")
    stop_refunds(False)
    ask_invoice()
    assert (the_one().state, the_one().invoice_minor) == ("invoice_sent", PAID)
    assert [one.state for one in refunds()] == ["called_off", "arrived"]
    all_is_well(app)
