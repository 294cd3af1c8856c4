"""Payments to check: which orders wait, the card refunded and an invoice sent instead, paid, not paid, declined."""

from contextvars import Context
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.effects.books import balance
from disputes.effects.measures import refundable
from disputes.models import (
    Account,
    Allocation,
    HouseEvent,
    Movement,
    Order,
    OrderLine,
    Outbox,
    OutsideRefund,
    Screening,
    Seller,
    SentMail,
    Shop,
)
from disputes.moment import real_now
from disputes.outbox.sweep import sweep
from disputes.outbox.worker import drain
from disputes.policies.facts import Facts
from disputes.rules import registry
from disputes.sandbox.ledger import lines
from disputes.screening import service
from disputes.steps import Actor, Refused, take_step
from disputes.verdicts import Wanted, facts_of
from tests.cast import ADA, CLEO, LIN, NIA, Cast
from tests.screening import making
from tests.screening.making import INVOICE, PAID, WAY, ask_invoice, captures, decline, payment, refunds, sent, the_one
from tests.turns import file_case, person


def run() -> None:
    """The worker, until nothing is left to do."""
    db.session.rollback()  # what others wrote meanwhile
    for _ in range(3):
        drain()


def letters(topic: str) -> list[SentMail]:
    return list(db.session.scalars(select(SentMail).where(SentMail.topic == topic)))


def all_is_well(app) -> None:
    result = app.test_cli_runner().invoke(verify)
    assert result.exit_code == 0, result.output


def test_a_new_order_waits_where_each_is_accepted_by_itself_and_nowhere_else(cast: Cast) -> None:
    assert sent() == "new"
    assert the_one().state == "waiting"
    making.lamps("other", pack="jabra")
    sent(payment("pay-2"), shop="other")
    assert db.session.scalar(select(func.count()).select_from(Screening)) == 1


def test_what_comes_in_when_it_has_left_already_is_no_longer_to_be_accepted() -> None:
    sent(parcels=[{"ref": "P1", "dispatched_at": real_now().isoformat()}])
    assert db.session.scalar(select(func.count()).select_from(Screening)) == 0


def test_the_same_order_again_waits_once_and_is_accepted_when_the_shop_has_sent_it() -> None:
    sent()
    assert sent() == "unchanged"
    assert the_one().version == 1
    sent(parcels=[{"ref": "P1", "dispatched_at": real_now().isoformat()}])
    assert the_one().state == "accepted"


def test_an_order_is_accepted_by_a_click() -> None:
    sent()
    with making.turn() as turn:
        turn.take("accept")
    assert the_one().state == "accepted"
    run()
    assert captures()[-1] == (PAID, 0, 0)
    assert db.session.scalars(select(SentMail)).all() == []


def test_the_card_is_refunded_and_an_invoice_sent_and_the_order_stays_open(app, ledger) -> None:
    sent()
    ask_invoice(run=False)
    assert (the_one().state, captures()[-1]) == ("invoice_asked", (PAID, PAID, 0))
    assert letters("pay_by_invoice") == [], "nobody is asked to pay twice"
    run()
    screening = the_one()
    assert (screening.state, screening.invoice_minor, captures()[-1]) == ("invoice_sent", PAID, (PAID, 0, PAID))
    (entry,) = ledger()
    assert (entry["amount_minor"], entry["payment_ref"], entry["key"]) == (PAID, "pay-1", refunds()[0].key)
    (letter,) = letters("pay_by_invoice")
    assert letter.to == ADA
    for part in ("L-1", "$199.95", WAY, "limit losses", "stays open"):
        assert part in letter.body
    all_is_well(app)


def test_it_is_booked_from_the_seller_to_the_provider(cast: Cast) -> None:
    sent()
    ask_invoice()
    order = db.session.scalars(select(Order).where(Order.number == "L-1")).one()
    assert balance("lamps", ("due", order.buyer_id), "USD") == 0
    assert balance("lamps", ("seller", order.seller_id), "USD") == 0
    moves = db.session.scalars(select(Movement).where(Movement.order_id == order.id).order_by(Movement.id))
    assert [(m.what, m.amount_minor) for m in moves] == [
        ("captured", PAID), ("refund_promised", PAID), ("refund_paid", PAID)
    ]  # fmt: skip


def test_when_the_invoice_is_paid_the_order_goes_on() -> None:
    sent()
    ask_invoice()
    part = payment("inv-1", PAID - 1, method=INVOICE)
    sent(payment(), part)
    assert the_one().state == "invoice_sent", "a part is not enough"
    sent(payment(), part, payment("inv-2", 1, method=INVOICE))
    assert the_one().state == "invoice_paid"


def test_dispatch_is_late_counted_from_the_invoice_s_payment_not_from_the_card_s() -> None:
    """IMA-05, IMA-07."""
    day = real_now().replace(microsecond=0) - timedelta(hours=1)
    sent()
    assert facts().paid_at is not None
    ask_invoice()
    assert facts().paid_at is None
    sent(payment(), payment("inv-1", method=INVOICE, at=day))
    assert facts().paid_at == day


def facts() -> Facts:
    order = db.session.scalars(select(Order).where(Order.number == "L-1")).one()
    lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    wanted = Wanted({lines[0].id: 1}, "late", "still_on_its_way", "answer")
    return facts_of(db.session.get_one(Seller, order.seller_id), order, lines, wanted)


def later(days: float) -> None:
    with writing() as session:
        session.execute(update(Shop).where(Shop.id == "lamps").values(clock_offset_s=int(days * 86400)))


def test_an_invoice_nobody_pays_ends_the_order_and_nothing_is_owed() -> None:
    """IMA-11: the operator's limit."""
    sent()
    ask_invoice()
    assert the_one().due_at is not None
    later(13)
    sweep()
    assert the_one().state == "invoice_sent"
    later(16)
    sweep()
    run()
    assert the_one().state == "expired"
    assert "You owe nothing" in letters("invoice_expired")[0].body
    assert len(refunds()) == 1


@pytest.mark.parametrize(("days", "state"), [(0, "invoice_paid"), (15.5, "waiting")])
def test_money_that_comes_after_the_end_counts_if_it_was_paid_in_time_and_is_checked_if_not(days, state) -> None:
    sent()
    ask_invoice()
    later(16)
    sweep()
    sent(payment(), payment("inv-1", method=INVOICE, at=real_now() + timedelta(days=days)))
    assert the_one().state == state


def test_an_order_declined_after_late_payment_gives_that_back_too(app) -> None:
    sent()
    ask_invoice()
    later(16)
    sweep()
    sent(payment(), payment("inv-1", method=INVOICE, at=real_now() + timedelta(days=15.5)))
    with pytest.raises(Refused, match="paid by invoice already"):
        ask_invoice()
    decline()
    run()
    assert (the_one().state, [r.amount_minor for r in refunds()]) == ("declined", [PAID, PAID])
    assert "$199.95" in letters("order_declined")[0].body
    all_is_well(app)


def test_a_declined_order_goes_back_whole(app, ledger) -> None:
    """IMA-08: decline after payment 199.95, then full refund 199.95."""
    sent()
    decline()
    run()
    assert (the_one().state, captures()[-1]) == ("declined", (PAID, 0, PAID))
    assert [entry["amount_minor"] for entry in ledger()] == [PAID]
    assert "$199.95" in letters("order_declined")[0].body
    all_is_well(app)


def test_where_nothing_was_taken_nothing_goes_back_and_the_invoice_asks_for_the_price(settings) -> None:
    sent(payment(captured=0))
    ask_invoice()
    assert (the_one().state, the_one().invoice_minor) == ("invoice_sent", PAID)
    assert [(line["what"], line["open_minor"]) for line in lines(settings.provider_ledger)] == [("void", PAID)]
    assert db.session.scalars(select(Allocation.voided_minor).order_by(Allocation.id.desc())).first() == PAID
    assert "went back" not in letters("pay_by_invoice")[0].body


def test_the_invoice_asks_for_what_is_let_go_as_for_what_goes_back(settings) -> None:
    gift, card = payment("gift", 5_000, method="gift_card"), payment("card", PAID - 5_000, captured=0)
    sent(gift, card)
    ask_invoice()
    assert (the_one().state, the_one().invoice_minor, refunds()[0].amount_minor) == ("invoice_sent", PAID, 5_000)
    assert "$199.95" in letters("pay_by_invoice")[0].body
    sent(gift, card, payment("inv-1", 5_000, method=INVOICE))
    assert the_one().state == "invoice_sent", "a part is not enough"
    sent(gift, card, payment("inv-1", 5_000, method=INVOICE), payment("inv-2", PAID - 5_000, method=INVOICE))
    assert the_one().state == "invoice_paid"


def test_the_invoice_asks_for_all_of_a_payment_that_was_taken_in_part() -> None:
    sent(payment(captured=5_000))
    ask_invoice()
    assert (the_one().invoice_minor, refunds()[0].amount_minor) == (PAID, 5_000)


def test_a_payment_taken_in_part_goes_back_in_part_and_the_rest_is_let_go(settings) -> None:
    sent(payment(captured=5_000))
    decline()
    run()
    voids = [line["open_minor"] for line in lines(settings.provider_ledger) if line.get("what") == "void"]
    assert (voids, captures()[-1]) == ([PAID - 5_000], (5_000, 0, 5_000))


def test_what_the_bank_sends_back_later_is_owed_again_and_shown_to_staff(app, settings, message, bank) -> None:
    sent()
    ask_invoice()
    ref = refunds()[0].provider_ref
    bank(f"refunds/{ref}/fail", code="account_closed")
    body, headers = message("evt-1", "refund", str(ref))
    assert Context().run(app.test_client().post, "/webhooks/lamps", data=body, headers=headers).status_code == 200
    run()
    assert (refunds()[0].state, captures()[-1], the_one().state) == ("failed", (PAID, PAID, 0), "invoice_sent")
    assert db.session.scalars(select(OutsideRefund)).all() == [], "it is ours"
    with making.turn() as turn:
        turn.take("return_again")
    run()
    assert (refunds()[0].state, captures()[-1], the_one().state) == ("arrived", (PAID, 0, PAID), "invoice_sent")
    all_is_well(app)


@pytest.mark.parametrize("state", ["waiting", "accepted"])
def test_what_comes_back_after_late_payment_is_owed_again_and_shown_to_staff(app, message, bank, visit, state) -> None:
    sent()
    ask_invoice()
    ref = refunds()[0].provider_ref
    later(16)
    sweep()
    sent(payment(), payment("inv-1", method=INVOICE, at=real_now() + timedelta(days=15.5)))
    if state == "accepted":
        with making.turn() as turn:
            turn.take("accept")
    bank(f"refunds/{ref}/fail", code="account_closed")
    body, headers = message("evt-1", "refund", str(ref))
    Context().run(app.test_client().post, "/webhooks/lamps", data=body, headers=headers)
    run()
    assert db.session.scalars(select(Outbox.done_at).where(Outbox.kind == "told")).one() is not None
    assert (the_one().state, refunds()[0].state, captures()[-2]) == (state, "failed", (PAID, PAID, 0))
    browser = visit(CLEO)
    assert "L-1" in browser.get("/desk/payments").text
    assert "Send it back again" in browser.get(f"/desk/payments/{the_one().public_id}").text
    with making.turn() as turn:
        turn.take("return_again")
    run()
    assert (the_one().state, refunds()[0].state, captures()[-2]) == (state, "arrived", (PAID, 0, PAID))
    all_is_well(app)


def test_a_declined_order_is_not_done_while_what_came_back_before_is_owed(app, message, bank) -> None:
    sent()
    ask_invoice()
    ref = refunds()[0].provider_ref
    later(16)
    sweep()
    sent(payment(), payment("inv-1", method=INVOICE, at=real_now() + timedelta(days=15.5)))
    bank(f"refunds/{ref}/fail", code="account_closed")
    body, headers = message("evt-1", "refund", str(ref))
    Context().run(app.test_client().post, "/webhooks/lamps", data=body, headers=headers)
    run()
    decline()
    run()
    assert (the_one().state, [one.state for one in refunds()]) == ("declining", ["failed", "arrived"])
    with making.turn() as turn:
        turn.take("return_again")
    run()
    assert (the_one().state, [one.state for one in refunds()]) == ("declined", ["arrived", "arrived"])
    all_is_well(app)


def test_where_nothing_went_back_nothing_can_be_sent_again(visit) -> None:
    sent()
    with making.turn() as turn, pytest.raises(Refused):
        turn.take("return_again")
    assert "Send it back again" not in visit(CLEO).get(f"/desk/payments/{the_one().public_id}").text


def test_the_provider_s_own_message_says_nothing_new(app, message) -> None:
    sent()
    ask_invoice()
    version = the_one().version
    body, headers = message("evt-1", "refund", str(refunds()[0].provider_ref))
    Context().run(app.test_client().post, "/webhooks/lamps", data=body, headers=headers)
    run()
    assert (the_one().version, captures()[-1]) == (version, (PAID, 0, PAID))
    assert db.session.scalars(select(OutsideRefund)).all() == []


def test_every_capture_of_every_tender_goes_back_on_its_own(ledger) -> None:
    sent(payment("a", 10_000), payment("b", PAID - 10_000, method="paypal"))
    ask_invoice()
    assert sorted((e["payment_ref"], e["amount_minor"]) for e in ledger()) == [("a", 10_000), ("b", PAID - 10_000)]
    assert the_one().invoice_minor == PAID


def test_no_letter_calls_anybody_a_fraudster(cast: Cast) -> None:
    """IMA-12: neither what the house writes, in any language, nor what staff write."""
    sent()
    with making.turn() as turn:
        verdict = service.unfit(turn, "Pay here, you are a fraud.")
    assert verdict is not None and verdict.clauses == ("IMA-12",)
    ask_invoice(words="Pay here, cheater.")  # past the form, as an import of old words might
    assert letters("pay_by_invoice") == []
    error = db.session.scalars(select(Outbox.last_error).where(Outbox.kind == "screening_mail")).one()
    assert error is not None and "must not say" in error


@pytest.mark.parametrize("language", ["en", "zh", "pl", "ar"])
def test_the_letters_pass_the_shop_s_own_rule_in_every_language(cast: Cast, language: str) -> None:
    with writing() as session:
        session.execute(update(Account).where(Account.email == ADA).values(locale=language))
    sent()
    ask_invoice()
    later(16)
    sweep()
    run()
    assert len(letters("pay_by_invoice")) == len(letters("invoice_expired")) == 1
    pack = registry().at("imalent", real_now())
    forbidden = pack.notices["fraud_measure"].forbidden.value
    assert not [p for p in forbidden for m in letters("pay_by_invoice") if p.search(m.body)]


def test_what_the_bank_refuses_is_shown_and_sent_again_under_another_key(app, mischief, ledger) -> None:
    sent()
    mischief(refuse=1)
    ask_invoice()
    first, key = refunds()[0], refunds()[0].key
    assert (the_one().state, first.failure) == ("invoice_asked", "refused")
    all_is_well(app)
    with making.turn() as turn:
        turn.take("return_again")
    run()
    assert (the_one().state, refunds()[0].key == key) == ("invoice_sent", False)
    all_is_well(app)


def test_asked_twice_the_provider_pays_once(mischief, ledger) -> None:
    sent()
    mischief(broken_after=1)  # it pays, and the answer is lost
    ask_invoice()
    with writing() as session:
        session.execute(update(Outbox).values(run_at=real_now()))
    run()
    assert the_one().state == "invoice_sent"
    assert len(ledger()) == 1


def test_a_stop_of_refunds_holds_this_money_too(ledger) -> None:
    sent()
    with writing() as session:
        session.execute(update(Shop).where(Shop.id == "lamps").values(refunds_stopped_at=real_now()))
    ask_invoice()
    assert (the_one().state, ledger()) == ("invoice_asked", [])


def test_a_case_about_the_order_cannot_send_the_same_money_again(cast: Cast) -> None:
    sent()
    order_id = db.session.scalars(select(Order.id).where(Order.number == "L-1")).one()
    ask_invoice()
    file_case(order_id, ADA)
    assert refundable(order_id) == 0


def test_two_who_click_at_once_ask_once() -> None:
    sent()
    version = the_one().version
    ask_invoice()
    with making.turn(LIN, "lead") as turn, pytest.raises(Refused, match="acted on this"):
        take_step(turn.screening, "decline", turn.actor, now=turn.now, received_at=turn.now, seen_version=version)
    assert len(refunds()) == 1


def test_nobody_checks_their_own(cast: Cast) -> None:
    sent()
    order = db.session.scalars(select(Order).where(Order.number == "L-1")).one()
    making.take_part(CLEO, order.seller_id)
    with making.turn() as turn, pytest.raises(Refused, match="belong to a side"):
        turn.take("accept")


def test_whoever_is_no_staff_of_the_shop_takes_no_step(cast: Cast) -> None:
    sent()
    with making.turn() as turn:
        for actor in (Actor(person(NIA), "reviewer"), Actor(person(CLEO), "lead")):
            with pytest.raises(Refused, match="no longer have access"):
                take_step(turn.screening, "accept", actor, now=turn.now, received_at=turn.now)


def test_its_history_tells_each_step_once_and_holds(app) -> None:
    sent()
    ask_invoice()
    query = select(HouseEvent.trigger).where(HouseEvent.root == "screening").order_by(HouseEvent.seq)
    assert list(db.session.scalars(query)) == ["come_in", "ask_invoice", "money_back", "send_invoice"]
    assert WAY not in str([event.details for event in db.session.scalars(select(HouseEvent))])
    all_is_well(app)
