"""A refund on its way and a chargeback of the same payment, at the same moment: both are booked, neither twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Capture, Case, Chargeback, Freeze, Outbox, Refund
from disputes.offers import service as offers
from disputes.outbox.audit import broken_chains, unequal_books
from disputes.outbox.worker import drain
from disputes.sandbox.ledger import entries
from disputes.settings import Settings
from tests.cast import ADA, BEN, Cast, make_order, shop_of
from tests.outbox.rows import hurry
from tests.turns import file_case, turn

Message = Callable[..., tuple[bytes, dict[str, str]]]
Bank = Callable[..., dict[str, Any]]
ROUNDS = 8


@pytest.fixture
def matters(app: Flask, cast: Cast) -> list[str]:
    """So many orders whose refund of 25.00 only waits for the worker: their payments."""
    from disputes.db import writing
    from disputes.models import Seller

    with app.app_context():
        for number in range(ROUNDS):
            with writing():
                ben = db.session.scalars(select(Seller).where(Seller.ref == "ben", Seller.shop_id == "jd-3p")).one()
                order_id = make_order(shop_of("jd-3p"), cast.people[ADA], ben, f"RACE-{number}")
            case_id = file_case(order_id, ADA, wish="partial_refund", wish_minor=2_500)
            with turn(case_id, BEN, "seller") as t:
                offers.accept(t)
    return [f"pay-RACE-{number}" for number in range(ROUNDS)]


def test_a_refund_is_sent_while_the_bank_takes_the_payment_back(
    app: Flask, settings: Settings, matters: list[str], bank: Bank, message: Message
) -> None:  # fmt: skip
    said = {"shop_id": "jd-3p", "amount_minor": 10_000, "currency": "CNY", "reason": "fraudulent", "due_s": 600}
    gate, go_on = threading.Barrier(3), threading.Event()

    def work() -> None:
        gate.wait()
        with app.app_context():
            while not go_on.is_set():
                drain()
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    gate.wait()
    for number, payment in enumerate(matters):
        ref = bank("disputes", **said, payment_ref=payment)["id"]
        body, headers = message(f"evt_{number}", "dispute", ref)
        assert app.test_client().post("/webhooks/jd-3p", data=body, headers=headers).status_code == 200
    with app.app_context():
        for _ in range(100):
            hurry(kind="told")
            drain()
            left = select(Outbox.id).where(Outbox.kind == "told", Outbox.done_at.is_(None))
            if not db.session.scalars(left).all():
                break
    go_on.set()
    for worker in workers:
        worker.join()
    with app.app_context():
        _is_in_order(settings)


def _is_in_order(settings: Settings) -> None:
    db.session.rollback()
    ledger = entries(settings.provider_ledger)
    assert unequal_books(ledger)[1] == []
    assert broken_chains()[1] == []
    assert len(db.session.scalars(select(Chargeback)).all()) == ROUNDS
    assert len({entry["key"] for entry in ledger}) == len(ledger), "nothing was sent twice"
    charged = db.session.scalars(select(Capture.charged_back_minor).where(Capture.charged_back_minor > 0)).all()
    assert charged == [10_000] * ROUNDS
    frozen = set(db.session.scalars(select(Freeze.payment_id).where(Freeze.state != "ended")))
    assert len(frozen) == ROUNDS
    states = dict(db.session.execute(select(Case.id, Refund.state).join(Refund, Refund.case_id == Case.id)).all())
    assert set(states.values()) <= {"arrived", "failed", "reserved"}
    paid = sum(entry["amount_minor"] for entry in ledger if entry["code"] is None)
    assert paid == 2_500 * list(states.values()).count("arrived")
