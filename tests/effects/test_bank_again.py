"""Banks change their mind: another amount, another round; and what was refunded past us comes back."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.chargebacks import service
from disputes.chargebacks.access import Turn
from disputes.db import db, writing
from disputes.effects.books import balance
from disputes.effects.frozen import lock_payment
from disputes.effects.payment_moves import plan_digest
from disputes.models import Allocation, Capture, Chargeback, Freeze, Movement, Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.audit import broken_chains
from disputes.outbox.reconcile import _captures, _purse
from disputes.outbox.refunds import waits
from disputes.steps import Actor, take_step
from tests.banking import PAID, bank_says, dispute, sent_past_us
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.turns import file_case, person, turn


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


def captures() -> list[Capture]:
    query = select(Capture).join(Allocation).order_by(Capture.id).execution_options(populate_existing=True)
    return [row for row in db.session.scalars(query) if row.allocation_id == 1]


def one(table):
    return db.session.scalars(select(table).execution_options(populate_existing=True)).one()


def step(
    table, trigger: str, email: str | None = None, role: str = "system", why: str | None = None, **changes
) -> None:
    with writing():
        found = select(table).where(table.why == why) if why else select(table)
        record = db.session.scalars(found).one()
        lock_payment(record.payment_id)
        for name, value in changes.items():
            setattr(record, name, value)
        details = {"read": plan_digest(record)} if trigger.startswith(("approve", "free")) else {}
        now, actor = real_now(), Actor(person(email) if email else None, role)
        take_step(record, trigger, actor, now=now, received_at=now, details=details)


def promised(cast: Cast) -> str:
    """The key of a refund of everything that is approved and not sent."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    return one(Refund).key


def in_order() -> None:
    assert broken_chains()[1] == [] and [*_captures("jd-3p"), *_purse("jd-3p")] == []


def test_a_bank_that_says_another_amount_takes_the_rest_or_gives_it_back(cast: Cast) -> None:
    for amount in (4_000, 9_000, 2_500):
        bank_says(dispute(amount=amount))
        assert captures()[0].charged_back_minor == one(Chargeback).amount_minor == amount
    bank_says(dispute("won", amount=2_500))
    bank_says(dispute("won", amount=3_000))
    assert captures()[0].charged_back_minor == 0
    in_order()


def test_what_it_takes_again_it_takes_of_the_same_capture(cast: Cast) -> None:
    with writing() as session:
        first = captures()[0]
        first.captured_minor = 6_000
        session.add(Capture(allocation_id=1, ref="c2", captured_minor=4_000, captured_at=first.captured_at))
    for status in ("needs_answer", "won", "lost"):
        bank_says(dispute(status, amount=3_000, capture="c2"))
    assert [row.charged_back_minor for row in captures()] == [0, 3_000]


@pytest.mark.parametrize("ended", ("won", "lost"))
def test_a_bank_that_asks_once_more_is_answered_once_more_and_refunds_wait(cast: Cast, ended: str) -> None:
    """An inquiry that was closed comes back as a chargeback, at some banks under the same name."""
    key = promised(cast)
    bank_says(dispute(amount=1_000))
    bank_says(dispute(ended, amount=1_000))
    bank_says(dispute(amount=1_000, days=20))
    told = one(Chargeback)
    assert (told.state, captures()[0].charged_back_minor) == ("needs_answer", 1_000)
    assert waits(None, key) and (told.due_at - real_now()).days >= 19
    in_order()


def test_after_the_deadline_passed_another_one_can_be_kept(cast: Cast) -> None:
    bank_says(dispute())
    step(Chargeback, "run_out", role="clock")
    bank_says(replace(dispute(), due_at=one(Chargeback).due_at))
    assert one(Chargeback).state == "needs_answer"


def test_an_answer_on_its_way_is_not_asked_for_again_and_the_second_round_takes_two_people_anew(cast: Cast) -> None:
    bank_says(dispute())
    for _ in range(2):
        write(CLEO, "reviewer")
        step(Chargeback, "approve_contest", LIN, "lead")
        bank_says(replace(dispute(), due_at=one(Chargeback).due_at))
        assert one(Chargeback).state == "contested"
        bank_says(dispute(days=30))
        assert one(Chargeback).state == "needs_answer"
        bank_says(dispute(days=31))


def test_who_agreed_in_the_first_round_may_write_in_the_second(cast: Cast) -> None:
    bank_says(dispute())
    write(CLEO, "reviewer")
    step(Chargeback, "approve_contest", LIN, "lead")
    bank_says(dispute(days=30))
    write(LIN, "lead")
    assert (one(Chargeback).state, one(Chargeback).approved_by) == ("planned", None)


def write(email: str, role: str) -> None:
    with writing():
        told = one(Chargeback)
        _, shop, _ = lock_payment(told.payment_id)
        turn = Turn(told, shop, Actor(person(email), role), real_now(), real_now())
        service.plan(turn, plan="contest", words="Signed for.")


def test_what_two_people_said_counts_until_more_goes_back(cast: Cast) -> None:
    key = promised(cast)
    bank_says(dispute(amount=5_000))
    bank_says(dispute("lost", amount=5_000))
    step(Freeze, "ask", CLEO, "reviewer", why="excess", plan="send", words="Send.", asked_by=person(CLEO))
    step(Freeze, "free_send", LIN, "lead", why="excess")
    assert not waits(None, key)
    bank_says(dispute("lost", amount=5_000))
    assert not waits(None, key), "nothing new was said"
    bank_says(dispute("lost", amount=5_500))
    assert waits(None, key)


def test_a_refund_past_us_holds_what_we_have_promised_of_the_same_money(cast: Cast) -> None:
    with turn(file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_000), BEN, "seller") as t:
        offers.accept(t)
    key = one(Refund).key
    sent_past_us(amount=2_000)
    assert captures()[0].left_minor > 0 and waits(None, key)
    assert one(Freeze).why == "excess"


def test_a_refund_past_us_that_comes_back_is_ours_again_once(cast: Cast) -> None:
    before = balance("jd-3p", ("seller", 1), "CNY")
    sent_past_us(amount=PAID)
    assert captures()[0].left_minor == 0
    for _ in range(2):
        sent_past_us(amount=PAID, status="failed")
    assert (captures()[0].left_minor, balance("jd-3p", ("seller", 1), "CNY")) == (PAID, before)
    whats = select(Movement.what).where(Movement.what.startswith("refund_outside")).order_by(Movement.id)
    assert db.session.scalars(whats).all() == ["refund_outside", "refund_outside_back"]
    in_order()


def test_one_that_failed_before_it_was_known_moves_nothing(cast: Cast) -> None:
    sent_past_us(status="failed")
    assert captures()[0].left_minor == PAID
