"""Refunds leave with a stored key, arrive, and end the case's measures, whatever goes wrong on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.effects.later import PAUSES
from disputes.effects.unit import stepping
from disputes.models import Capture, Case, Clock, Event, Freeze, Outbox, Outcome, Payment, Refund, SentMail
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox import providers, refunds
from disputes.outbox.handlers import HANDLERS
from disputes.outbox.job import Job
from disputes.outbox.provider import Answer, RefundOrder
from disputes.outbox.worker import drain
from disputes.workflows.refund import REFUND
from tests.cast import ADA, BEN, CLEO, Cast
from tests.outbox.rows import hurry, row
from tests.turns import case_of, file_case, turn

Ledger = Callable[[], list[dict[str, Any]]]
Mischief = Callable[..., None]


@pytest.fixture
def settled(cast: Cast) -> int:
    """A case in which Ben accepted to give 25.00 back."""
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    return case_id


def refund() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund).execution_options(populate_existing=True)).one()


def captured(refund: Refund) -> tuple[int, int]:
    """(reserved, refunded) of the capture."""
    capture = db.session.get_one(Capture, refund.capture_id, populate_existing=True)
    return capture.refund_reserved_minor, capture.refunded_minor


def events(case: Case) -> list[str]:
    query = select(Event.record + "." + Event.trigger).where(Event.case_id == case.id).order_by(Event.seq)
    return list(db.session.scalars(query))


def test_money_that_arrives_at_once_finishes_everything_that_was_decided(settled: int, ledger: Ledger) -> None:
    drain()
    sent = ledger()
    assert [(entry["key"], entry["amount_minor"], entry["currency"]) for entry in sent] == [
        (refund().key, 2_500, "CNY")
    ]
    assert (refund().state, refund().provider_ref) == ("arrived", sent[0]["id"])
    assert captured(refund()) == (0, 2_500)
    assert db.session.scalars(select(Outcome.state)).all() == ["done"]
    assert events(case_of(settled))[-4:] == ["outcome.order", "refund.arrive", "outcome.finish", "case.measures_done"]
    closing = db.session.scalars(select(Clock).where(Clock.name == "closing")).one()
    assert closing.due_at is not None


def test_the_buyer_is_told_what_arrived(settled: int) -> None:
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "refund_arrived")).one()
    assert (mail.to, mail.subject) == (ADA, "Your refund of CN¥25.00 has arrived")


class Slow:
    """A bank that needs three looks before the money is there."""

    looks = 0

    def __init__(self, end: Answer) -> None:
        self.end = end

    def refund(self, order: RefundOrder) -> Answer:
        return Answer("pending", ref="re_slow")

    def fetch(self, ref: str) -> Answer:
        self.looks += 1
        return self.end if self.looks == 3 else Answer("pending", ref=ref)


def use(monkeypatch: pytest.MonkeyPatch, bank: object) -> None:
    monkeypatch.setitem(providers.PROVIDERS, "fake", lambda settings: bank)


def test_a_slow_bank_is_asked_again_until_the_money_is_there(
    settled: int, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    use(monkeypatch, bank := Slow(Answer("succeeded", ref="re_slow")))
    drain()
    assert (refund().state, refund().provider_ref) == ("sent", "re_slow")
    assert captured(refund()) == (2_500, 0)
    for _ in range(3):
        hurry(kind="refund_arrival")
        drain()
    assert (bank.looks, refund().state) == (3, "arrived")
    assert row(f"{refund().key}-arrival").attempts == 1, "looking again is no failure"
    assert db.session.scalars(select(Outcome.state)).all() == ["done"]


def test_money_that_bounces_is_a_failure_the_desk_can_retry_under_a_new_key(
    settled: int, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    use(monkeypatch, bank := Slow(Answer("failed", code="account_closed")))
    bank.looks = 2
    drain()
    hurry()
    drain()
    assert (refund().state, refund().failure) == ("failed", "account_closed")
    assert db.session.scalars(select(Outcome.state)).all() == ["failed"]
    assert captured(refund()) == (2_500, 0), "the money stays promised"
    old = refund().key
    monkeypatch.undo()
    with turn(settled, CLEO, "reviewer") as t:
        t.take("retry", refund())
    drain()
    assert refund().state == "arrived"
    assert refund().key != old
    assert db.session.scalars(select(Outcome.state)).all() == ["done"]


def test_a_refusal_for_good_is_told_to_the_buyer(settled: int, mischief: Mischief, ledger: Ledger) -> None:
    mischief(refuse=1)
    drain()
    assert (refund().state, refund().failure) == ("failed", "refused")
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "refund_failed")).one()
    assert mail.to == ADA
    assert [entry["code"] for entry in ledger()] == ["refused"]


@pytest.mark.parametrize("trouble", ["broken", "broken_after"])
def test_an_error_leaves_the_refund_for_another_try_with_the_same_key(
    settled: int, trouble: str, mischief: Mischief, ledger: Ledger
) -> None:  # fmt: skip
    mischief(**{trouble: 2})
    key = refund().key
    for _ in range(3):
        drain()
        hurry()
    assert (refund().state, refund().key) == ("arrived", key)
    assert [entry["key"] for entry in ledger()] == [key]


def test_a_provider_that_is_not_there_costs_a_try_and_nothing_else(
    settled: int, monkeypatch: pytest.MonkeyPatch, ledger: Ledger
) -> None:  # fmt: skip
    use(monkeypatch, providers.FakeProvider("http://127.0.0.1:9"))
    drain()
    assert refund().state == "reserved"
    assert "did not answer" in (row(refund().key).last_error or "")
    monkeypatch.undo()
    hurry()
    drain()
    assert refund().state == "arrived"
    assert len(ledger()) == 1


def test_the_same_row_run_twice_moves_money_once(settled: int, ledger: Ledger) -> None:
    drain()
    done = db.session.scalars(select(Outbox).where(Outbox.kind == "refund")).one()
    again = Job(done.id, done.kind, done.key, done.case_id, done.payload, attempts=2, token="")
    assert HANDLERS["refund"].act(again) is None
    assert len(ledger()) == 1


def test_a_shop_with_an_unknown_provider_calls_a_person(settled: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(providers.PROVIDERS, "fake")
    drain()
    assert row(refund().key).stuck_at is not None
    assert row(refund().key).last_error == "no payment provider is called 'fake' here"


def bounced(key: str, case_id: int, code: str = "account_closed") -> None:
    """The provider says, days later, that the refund of that key came back."""
    with writing():
        assert refunds.note(case_id, key, REFUND.state_names, Answer("failed", code=code))


def test_money_that_comes_back_after_it_arrived_is_owed_again_and_both_buyer_and_desk_see_it(settled: int) -> None:
    drain()
    bounced(refund().key, settled)
    assert (refund().state, refund().failure, refund().arrived_at) == ("failed", "account_closed", None)
    assert captured(refund()) == (2_500, 0), "it is promised again"
    assert db.session.scalars(select(Outcome.state)).all() == ["failed"]
    drain()
    mail = db.session.scalars(select(SentMail).where(SentMail.topic == "refund_failed")).one()
    assert mail.to == ADA and "came back from the bank" in mail.body
    bounced(refund().key, settled)
    assert events(case_of(settled)).count("refund.bounce") == 1, "told twice, it came back once"
    with turn(settled, CLEO, "reviewer") as t:
        t.take("retry", refund())
    drain()
    assert (refund().state, captured(refund())) == ("arrived", (0, 2_500))
    assert db.session.scalars(select(Outcome.state)).all() == ["done"]


def test_what_may_pass_is_tried_again_by_itself_with_growing_pauses_and_then_put_before_a_person(
    settled: int, mischief: Mischief, ledger: Ledger
) -> None:  # fmt: skip
    mischief(poor=100)
    keys, waits = [], []
    for _ in PAUSES:
        drain()
        assert (refund().state, refund().failure) == ("reserved", "insufficient_funds")
        keys.append(refund().key)
        waits.append(row(refund().key).run_at - real_now())
        hurry(kind="refund")
    assert len(set(keys)) == len(PAUSES) and waits == sorted(waits)
    assert db.session.scalars(select(Outcome.state)).all() == ["ordered"], "nobody was told that it failed"
    drain()
    assert (refund().state, refund().tries) == ("failed", len(PAUSES))
    hurry()
    drain()
    assert len(ledger()) == len(PAUSES) + 1, "and now a person must look"
    assert db.session.scalars(select(SentMail.to).where(SentMail.topic == "refund_failed")).all() == [ADA]
    mischief()
    with turn(settled, CLEO, "reviewer") as t:
        t.take("retry", refund())
    drain()
    assert (refund().state, refund().tries) == ("arrived", 0)
    assert captured(refund()) == (0, 2_500)


def test_a_refund_that_was_only_short_of_money_arrives_by_itself(settled: int, mischief: Mischief) -> None:
    mischief(poor=1)
    drain()
    hurry(kind="refund")
    drain()
    assert (refund().state, refund().failure, captured(refund())) == ("arrived", None, (0, 2_500))
    assert db.session.scalars(select(SentMail).where(SentMail.topic == "refund_failed")).all() == []


def test_a_frozen_payment_sends_nothing_until_it_is_free(settled: int, ledger: Ledger) -> None:
    payment = db.session.scalars(select(Payment).where(Payment.ref == "pay-JD-1001")).one()
    now = real_now()
    with stepping(), writing() as session:
        freeze = Freeze(
            shop_id="jd-3p", payment_id=payment.id, why="excess", began_at=now, state="frozen", changed_at=now
        )
        session.add(freeze)
    drain()
    assert (refund().state, ledger()) == ("reserved", [])
    with stepping(), writing() as session:
        session.execute(update(Freeze).values(state="ended"))
    hurry()
    drain()
    assert (refund().state, len(ledger())) == ("arrived", 1)
