"""What banks and back offices do: always recorded, once; refunds wait; two people say what follows."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.effects.books import balance
from disputes.effects.frozen import lock_payment
from disputes.effects.outside import dispute_told
from disputes.models import Capture, Case, Chargeback, Event, Freeze, Movement, OutsideRefund, Payment, Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.audit import broken_chains
from disputes.outbox.refunds import waits
from disputes.steps import Actor, Refused, take_step
from tests.banking import PAID, bank_says, dispute, sent_past_us
from tests.cast import ADA, BEN, CLEO, DAN, LIN, NIA, RITA, Cast, grant
from tests.turns import file_case, person, turn


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


def capture() -> Capture:
    query = select(Capture).order_by(Capture.id).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def frozen(key: str) -> bool:
    """Whether the worker leaves a refund alone."""
    return waits(None, key)


def one(table):
    return db.session.scalars(select(table).execution_options(populate_existing=True)).one()


def step(record, trigger: str, email: str | None, role: str, **details: object) -> None:
    with writing():
        lock_payment(record.payment_id)
        record = db.session.get(type(record), record.id, populate_existing=True)
        now = real_now()
        take_step(record, trigger, Actor(person(email) if email else None, role), now=now, received_at=now,
                  details=details)  # fmt: skip


def settled(cast: Cast) -> int:
    """A case whose refund of everything is approved and not sent yet."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    return case_id


def test_a_chargeback_is_booked_frozen_and_told_to_the_case(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    before = balance("jd-3p", ("seller", 1), "CNY")
    bank_says(dispute(amount=4_000))
    assert (capture().charged_back_minor, capture().left_minor) == (4_000, 6_000)
    assert balance("jd-3p", ("seller", 1), "CNY") == before - 4_000
    assert one(Chargeback).state == "needs_answer" and one(Freeze).why == "chargeback"
    last = select(Event.trigger).where(Event.case_id == case_id).order_by(Event.seq.desc()).limit(1)
    assert db.session.scalar(last) == "payment_frozen"


def test_told_again_nothing_is_booked_twice(cast: Cast) -> None:
    for _ in range(3):
        bank_says(dispute(amount=4_000))
    assert capture().charged_back_minor == 4_000
    assert db.session.scalar(select(func.count()).select_from(Chargeback)) == 1


def test_an_approved_refund_waits_until_the_bank_has_decided(cast: Cast) -> None:
    settled(cast)
    key = one(Refund).key
    assert not frozen(key)
    bank_says(dispute(amount=1_000))
    assert frozen(key)
    bank_says(dispute("won", amount=1_000))
    assert not frozen(key) and capture().charged_back_minor == 0
    assert one(Chargeback).state == "won"


def test_where_more_went_back_than_was_taken_refunds_wait_for_two_people(cast: Cast) -> None:
    settled(cast)
    bank_says(dispute())
    bank_says(dispute("lost"))
    rows = {row.why: row for row in db.session.scalars(select(Freeze))}
    assert rows["chargeback"].state == "ended" and rows["excess"].state == "frozen"
    assert capture().left_minor < 0 and frozen(one(Refund).key)


def test_the_bank_s_word_counts_in_whatever_order_it_comes(cast: Cast) -> None:
    bank_says(dispute("lost"))
    bank_says(dispute("won"))
    assert capture().charged_back_minor == 0
    bank_says(dispute("lost"))
    assert (capture().charged_back_minor, one(Chargeback).state) == (PAID, "lost")
    kinds = db.session.scalars(
        select(Movement.what).where(Movement.what.startswith("chargeback")).order_by(Movement.id)
    )
    assert kinds.all() == ["chargeback", "chargeback_won", "chargeback"]


def test_a_chargeback_of_more_than_was_taken_is_recorded_all_the_same(cast: Cast) -> None:
    bank_says(dispute(amount=PAID + 500, capture=None))
    assert capture().charged_back_minor == PAID + 500
    assert {row.why for row in db.session.scalars(select(Freeze))} == {"chargeback", "excess"}


def test_a_payment_nobody_knows_yet_is_asked_for_again_later(cast: Cast) -> None:
    with writing():
        assert not dispute_told("jd-3p", replace(dispute(), payment_ref="pay-later"), real_now())


def test_a_refund_past_us_is_recorded_once_and_leaves_less(cast: Cast) -> None:
    file_case(cast.jd_order, ADA)
    for _ in range(2):
        sent_past_us()
    assert (capture().outside_minor, capture().left_minor) == (3_000, 7_000)
    assert one(OutsideRefund).ref == "re_x"
    assert db.session.scalar(select(func.count()).select_from(Freeze)) == 0


def test_one_that_failed_or_is_on_its_way_sent_nothing(cast: Cast) -> None:
    sent_past_us(status="failed")
    sent_past_us(status="pending")
    assert capture().outside_minor == 0


def test_a_refund_past_us_after_ours_was_approved_freezes_ours(cast: Cast) -> None:
    settled(cast)
    sent_past_us(amount=PAID)
    assert one(Freeze).why == "excess" and frozen(one(Refund).key)


def plan_send(freeze: Freeze, by: str = CLEO) -> None:
    with writing():
        row = db.session.get(Freeze, freeze.id, populate_existing=True)
        row.plan, row.words, row.salt, row.asked_by = "send", "They paid twice.", "s", person(by)
    step(freeze, "ask", by, "reviewer")


def test_two_people_free_it_and_never_the_one_who_asked(cast: Cast) -> None:
    settled(cast)
    sent_past_us(amount=PAID)
    with writing():
        grant(person(CLEO), "lead", "jd-3p")
    plan_send(one(Freeze))
    with pytest.raises(Refused, match="someone else"):
        step(one(Freeze), "free_send", CLEO, "lead")
    with pytest.raises(Refused):
        step(one(Freeze), "free_send", RITA, "reviewer")
    step(one(Freeze), "free_send", LIN, "lead")
    assert (one(Freeze).state, one(Freeze).approved_by) == ("ended", person(LIN))
    assert not frozen(one(Refund).key)


def test_a_yes_to_a_plan_that_changed_after_it_was_read_counts_for_nothing(cast: Cast) -> None:
    settled(cast)
    sent_past_us(amount=PAID)
    plan_send(one(Freeze))
    with pytest.raises(Refused, match="changed after you read it"):
        step(one(Freeze), "free_send", LIN, "lead", read="another")


def test_nobody_decides_about_a_payment_of_their_own(cast: Cast) -> None:
    settled(cast)
    sent_past_us(amount=PAID)
    with writing():
        for email in (ADA, BEN, DAN):
            grant(person(email), "reviewer", "jd-3p")
    for email in (ADA, BEN):
        with pytest.raises(Refused, match="belong to a side"):
            step(one(Freeze), "ask", email, "reviewer")
    with pytest.raises(Refused, match="no longer have access"):
        step(one(Freeze), "ask", NIA, "reviewer")
    step(one(Freeze), "ask", DAN, "reviewer")


def test_what_the_bank_must_end_people_cannot(cast: Cast) -> None:
    bank_says(dispute())
    with pytest.raises(Refused):
        step(one(Freeze), "ask", CLEO, "reviewer")


def test_a_decision_that_sends_money_back_on_a_frozen_payment_takes_two(cast: Cast) -> None:
    from disputes.effects.facts import case_facts

    case_id = file_case(cast.jd_order, ADA)
    bank_says(dispute(amount=1_000))
    case = db.session.get(Case, case_id)
    facts, _, _ = case_facts(case, Actor(person(CLEO), "reviewer"), real_now())
    assert facts.frozen and facts.second_why is None  # there is no draft yet


def test_the_payment_has_a_history_that_holds(cast: Cast) -> None:
    settled(cast)
    bank_says(dispute())
    bank_says(dispute("lost"))
    assert broken_chains()[1] == []
    assert one(Case).head_seq and db.session.scalar(select(Payment.head_seq).where(Payment.ref == "pay-JD-1001")) >= 4
