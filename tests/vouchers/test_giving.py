"""Goodwill vouchers: given once, within limits of their own, known to the shop, told to the buyer, booked."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.effects.books import balance
from disputes.models import Capture, Event, Grant, Movement, Outbox, SentMail, Shop, Voucher
from disputes.moment import real_now
from disputes.outbox.worker import drain
from disputes.vouchers import service
from disputes.workflows.core import Refused
from tests.cast import ADA, CLEO, LIN, RITA, Cast, grant
from tests.turns import person, turn
from tests.vouchers.conftest import ALONE, MOST
from tests.vouchers.giving import WORDS, answer, code_of, give, vouchers


def test_a_voucher_is_known_to_the_shop_and_told_to_its_buyer(case_id: int, till) -> None:
    give(case_id, 2_000)
    (voucher,) = vouchers()
    assert voucher.state == "ready"
    assert till(code_of(voucher)) == {"amount_minor": 2_000, "currency": "CNY", "buyer": ADA}
    (letter,) = db.session.scalars(select(SentMail).where(SentMail.topic == "voucher"))
    assert letter.to == ADA
    for part in (code_of(voucher), WORDS, "CN¥20.00", "JD third-party"):
        assert part in letter.body


def test_it_is_booked_from_the_platform_and_stands_in_the_case_s_history(app: Flask, case_id: int, cast: Cast) -> None:
    give(case_id, 2_000)
    assert balance("jd-3p", ("platform", 0), "CNY") == -2_000
    assert balance("jd-3p", ("voucher", person(ADA)), "CNY") == 2_000
    (moved,) = db.session.scalars(select(Movement).where(Movement.what == "voucher"))
    assert (moved.case_id, moved.order_id, moved.account_id) == (case_id, cast.jd_order, person(CLEO))
    story = select(Event).where(Event.record == "voucher").order_by(Event.seq)
    assert [(e.trigger, e.details["amount_minor"]) for e in db.session.scalars(story)] == [
        ("give", 2_000),
        ("hand", 2_000),
    ]
    assert app.test_cli_runner().invoke(verify).exit_code == 0


def test_no_two_codes_are_alike_and_none_stands_in_a_row(case_id: int) -> None:
    for _ in range(3):
        give(case_id, 1_000, run=False)
    codes = {code_of(voucher) for voucher in vouchers()}
    assert len(codes) == 3
    assert all(len(code) == 19 for code in codes)
    rows = [vars(row) for table in (Voucher, Outbox, Event) for row in db.session.scalars(select(table))]
    assert not [code for code in codes if code in str(rows)]


def test_the_same_form_sent_twice_gives_once(case_id: int, till) -> None:
    first = give(case_id, 2_000, number=1)
    assert give(case_id, 2_000, number=1).id == first.id
    assert len(vouchers()) == 1
    assert balance("jd-3p", ("platform", 0), "CNY") == -2_000


def test_two_tabs_give_once_and_the_second_is_told(case_id: int) -> None:
    give(case_id, 2_000, number=1)
    with pytest.raises(Refused, match="since you opened this"):
        give(case_id, 2_500, number=1)
    with pytest.raises(Refused, match="since you opened this"):
        give(case_id, 2_000, number=1, who=RITA)
    with pytest.raises(Refused, match="since you opened this"):
        give(case_id, 2_000, number=7)
    assert len(vouchers()) == 1


def test_eight_at_once_give_one(app: Flask, case_id: int) -> None:
    gate, outcomes = Barrier(8), []

    def click() -> None:
        with app.app_context():
            gate.wait()
            try:
                give(case_id, 2_000, number=1, run=False)
                outcomes.append("given")
            except Refused:
                outcomes.append("refused")

    threads = [Thread(target=click) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert outcomes == ["given"] * 8
    assert len(vouchers()) == 1


def test_over_the_limit_a_lead_approves(case_id: int) -> None:
    voucher = give(case_id, ALONE + 1)
    assert (voucher.state, db.session.scalars(select(Movement).where(Movement.what == "voucher")).all()) == (
        "waiting",
        [],
    )
    with pytest.raises(Refused):
        answer(case_id, voucher.public_id, who=RITA, role="reviewer")
    answer(case_id, voucher.public_id)
    (voucher,) = vouchers()
    assert (voucher.state, voucher.approved_by) == ("ready", person(LIN))


def test_parts_count_together(case_id: int) -> None:
    assert give(case_id, ALONE - 1).state == "ready"
    assert give(case_id, 1).state == "ready"
    assert give(case_id, 1).state == "waiting"


def test_a_lead_does_not_approve_their_own(case_id: int) -> None:
    voucher = give(case_id, ALONE + 1, who=LIN, role="lead")
    assert voucher.state == "waiting"
    with pytest.raises(Refused, match="someone else"):
        answer(case_id, voucher.public_id)


@pytest.mark.parametrize("amounts", [(MOST + 1,), (MOST, 1), (ALONE, MOST - ALONE, 1)])
def test_nobody_gives_more_than_the_shop_allows_two(case_id: int, amounts: tuple[int, ...]) -> None:
    for amount in amounts[:-1]:
        give(case_id, amount)
    with pytest.raises(Refused, match="together"):
        give(case_id, amounts[-1])
    assert len(vouchers()) == len(amounts) - 1


def test_what_was_turned_down_counts_no_more(case_id: int) -> None:
    voucher = give(case_id, MOST)
    answer(case_id, voucher.public_id, approve=False)
    assert vouchers()[0].state == "turned_down"
    assert give(case_id, ALONE).state == "ready"
    with pytest.raises(Refused):
        answer(case_id, voucher.public_id)


def test_a_limit_that_was_lowered_meanwhile_holds_when_it_is_approved(case_id: int) -> None:
    voucher = give(case_id, MOST)
    with writing() as session:
        session.execute(update(Shop).values(voucher_most_minor=MOST - 1))
    with pytest.raises(Refused, match="together"):
        answer(case_id, voucher.public_id)


def test_where_no_limit_is_set_none_are_given(case_id: int) -> None:
    with writing() as session:
        session.execute(update(Shop).values(voucher_limit_minor=None))
    with pytest.raises(Refused, match="No vouchers are given"):
        give(case_id, 1)


def test_in_another_currency_there_is_no_limit_to_keep_to(case_id: int) -> None:
    with writing() as session:
        session.execute(update(Shop).values(currency="EUR"))
    with pytest.raises(Refused, match="another currency"):
        give(case_id, 1)


def test_nobody_gives_in_a_case_of_their_own_and_nobody_who_is_no_staff_any_more(case_id: int, cast: Cast) -> None:
    voucher = give(case_id, ALONE + 1)
    with writing() as session:
        seller = session.scalars(
            select(Grant.seller_id).where(Grant.shop_id == "jd-3p", Grant.role == "seller")
        ).first()
        grant(cast.people[LIN], "seller", "jd-3p", seller)
    with pytest.raises(Refused):
        answer(case_id, voucher.public_id)
    with writing() as session:
        session.execute(delete(Grant).where(Grant.account_id == cast.people[CLEO]))
    with pytest.raises(Refused):
        give(case_id, 1)


def test_a_voucher_and_a_full_refund_may_be_more_than_was_captured_a_refund_may_not(case_id: int, till) -> None:
    give(case_id, ALONE)
    with turn(case_id, CLEO, "reviewer") as t:
        digest = decisions.draft(t, Drafted("full_refund", None, "It is a fake.", [], ["JDT-03"])).digest
    with turn(case_id, CLEO, "reviewer") as t:
        decisions.decide(t, digest=digest)
    for _ in range(3):
        drain()
    query = select(Capture).order_by(Capture.id).limit(1).execution_options(populate_existing=True)
    capture = db.session.scalars(query).one()
    given = sum(voucher.amount_minor for voucher in vouchers())
    assert capture.refunded_minor + capture.refund_reserved_minor <= capture.captured_minor
    assert given == ALONE
    assert (capture.refunded_minor, till(code_of(vouchers()[0]))["amount_minor"]) == (6_000, ALONE)
    assert capture.refunded_minor + given > capture.captured_minor


def test_the_shop_is_asked_again_until_it_knows_and_knows_it_once(case_id: int, till, mischief) -> None:
    mischief(broken_after=1)
    give(case_id, 2_000)
    with writing() as session:
        session.execute(update(Outbox).values(run_at=real_now()))
    drain()
    drain()
    assert vouchers()[0].state == "ready"
    assert till(code_of(vouchers()[0]))["amount_minor"] == 2_000


def test_a_voucher_of_another_case_is_not_answered_here(case_id: int) -> None:
    with turn(case_id, LIN, "lead") as t, pytest.raises(Refused, match="no such voucher"):
        service.answer(t, "x" * 22, approve=True)
