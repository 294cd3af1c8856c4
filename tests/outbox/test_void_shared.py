"""One payment pays two orders, and its provider lets go of whole payments only: neither loses its part by the other."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Allocation, Capture, Payment, Shop
from disputes.moment import real_now
from disputes.outbox import providers
from disputes.outbox.worker import drain
from tests.cast import Cast
from tests.outbox.rows import add, hurry, row
from tests.outbox.stripe_double import KEY, SECRET, Stripe
from tests.sandbox.serving import served

PART = 10_000
INTENT = "pi_shared"


@pytest.fixture
def double(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stripe]:
    """Stripe, where 200.00 are authorised and nothing is captured."""
    double = Stripe()
    double.intent(INTENT, 2 * PART, captured=0)
    with served(double) as url:
        settings = replace(app.extensions["disputes"], stripe_key=KEY, stripe_webhook_secret=SECRET, stripe_url=url)
        monkeypatch.setitem(app.extensions, "disputes", settings)
        yield double
        providers.provider_of("stripe", settings).close()  # type: ignore[attr-defined]


@pytest.fixture
def parts(double: Stripe, cast: Cast) -> tuple[int, int]:
    """What of it pays Ada's order, and what pays Dan's."""
    with writing() as session:
        session.execute(update(Shop).where(Shop.id == "jd-3p").values(provider="stripe"))
        payment = Payment(
            shop_id="jd-3p", ref=INTENT, method="card", label="Visa ending 4242", payer="Ada", paid_at=real_now()
        )
        session.add(payment)
        session.flush()
        rows = [
            Allocation(payment_id=payment.id, order_id=order_id, tender="card", amount_minor=PART, currency="CNY")
            for order_id in (cast.jd_order, cast.other_order)
        ]
        session.add_all(rows)
        session.flush()
        return rows[0].id, rows[1].id


def void(allocation: int) -> str:
    """An order is cancelled; returns the key of the work."""
    add(f"void-{allocation}", kind="void", payload={"allocation": allocation, "open_minor": PART})
    return f"void-{allocation}"


def work() -> None:
    hurry()
    drain()


def voided(*allocations: int) -> list[int]:
    db.session.rollback()
    return [db.session.scalars(select(Allocation.voided_minor).where(Allocation.id == of)).one() for of in allocations]


def cancelled(double: Stripe) -> int:
    return double.asked.count(f"POST /v1/payment_intents/{INTENT}/cancel")


def test_what_another_order_needs_is_not_let_go_with_ours(double: Stripe, parts: tuple[int, int]) -> None:
    key, pauses = void(parts[0]), []
    for _ in range(4):
        work()
        pauses.append(round((row(key).run_at - real_now()).total_seconds()))
    assert (cancelled(double), double.intents[INTENT]["status"], voided(*parts)) == (0, "requires_capture", [0, 0])
    assert (row(key).done_at, row(key).last_error) == (None, "the same payment is to pay another order still")
    assert pauses == [60, 90, 135, 202]


def test_it_is_let_go_with_the_last_one(double: Stripe, parts: tuple[int, int]) -> None:
    keys = [void(parts[0])]
    work()
    keys.append(void(parts[1]))
    work()
    assert (double.intents[INTENT]["status"], voided(*parts)) == ("canceled", [PART, PART])
    assert all(row(key).done_at for key in keys)


@pytest.mark.parametrize("told", (True, False), ids=("and we know", "and nobody told us yet"))
def test_after_the_other_order_is_captured_nothing_is_left_to_let_go(
    double: Stripe, parts: tuple[int, int], told: bool
) -> None:  # fmt: skip
    key = void(parts[0])
    work()
    double.intents[INTENT].update(status="succeeded", amount_received=PART)
    if told:
        with writing() as session:
            session.add(Capture(allocation_id=parts[1], ref="ch_1", captured_minor=PART, captured_at=real_now()))
    work()
    assert (row(key).done_at is not None, voided(*parts)) == (True, [0, 0])
    assert double.intents[INTENT]["status"] == "succeeded"


def test_an_authorisation_that_ran_out_is_noted_as_let_go(double: Stripe, parts: tuple[int, int]) -> None:
    key = void(parts[0])
    work()
    double.intents[INTENT].update(status="canceled", canceled_at=1_790_000_100)
    work()
    assert (row(key).done_at is not None, voided(*parts)) == (True, [PART, 0])


def test_a_provider_that_lets_go_of_parts_does_so_at_once(parts: tuple[int, int]) -> None:
    with writing() as session:
        session.execute(update(Shop).where(Shop.id == "jd-3p").values(provider="fake"))
    void(parts[0])
    work()
    assert voided(*parts) == [PART, 0]
