"""Orders of a shop that accepts each by itself, as its system sends them, and staff who look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.screening_facts import lock_screening
from disputes.incoming.schema import OrderIn
from disputes.models import Capture, Order, Screening, ScreeningRefund, Shop
from disputes.moment import moment, real_now
from disputes.orders.screened import begin
from disputes.orders.service import bring
from disputes.outbox.worker import drain
from disputes.rules import registry
from disputes.screening import service
from disputes.screening.access import Turn
from disputes.steps import Actor
from tests.cast import ADA, CLEO, LIN, OLA, RITA, grant
from tests.orders.given import order
from tests.turns import person

PAID, WAY = 19_995, "Bank of Wuhan, account 77-20"
INVOICE = "email_invoice"
BEGAN = real_now() - timedelta(hours=3)


def lamps(shop_id: str = "lamps", pack: str = "imalent", currency: str = "USD") -> Shop:
    """A shop whose rules say that each order is accepted by itself; Cleo and Rita review, Lin leads."""
    with writing() as session:
        shop = Shop(id=shop_id, name="Lamps", pack=pack, zone="Asia/Shanghai", currency=currency)
        session.add(shop)
        session.flush()
        for email, role in ((CLEO, "reviewer"), (RITA, "reviewer"), (LIN, "lead"), (OLA, "auditor")):
            grant(person(email), role, shop_id)
        return shop


def payment(ref: str = "pay-1", amount: int = PAID, *, method: str = "card", captured: int | None = None,
            at: datetime | None = None, **changes: Any) -> dict[str, Any]:  # fmt: skip
    """One payment as a shop sends it; `captured` None: all of it was taken, 0: nothing was."""
    at = at or BEGAN
    taken = amount if captured is None else captured
    captures = [{"ref": "c1", "amount_minor": taken, "captured_at": at.isoformat()}] if taken else []
    return {
        "ref": ref, "method": method, "label": "Visa ending 4242", "payer": "Ada", "paid_at": at.isoformat(),
        "allocations": [{"tender": method, "amount_minor": amount, "captures": captures}], **changes,
    }  # fmt: skip


def sent(*payments: dict[str, Any], shop: str = "lamps", number: str = "L-1", now: datetime | None = None,
         **changes: Any) -> str:  # fmt: skip
    """Let the shop's system send an order as it stands now."""
    spelled = order(
        **{
            "shop": shop, "number": number, "currency": "USD", "country": "SA", "shipping_minor": 0, "parcels": [],
            "placed_at": BEGAN.isoformat(), "lines__0__paid_minor": PAID - 900, "buyer__email": ADA,
            "buyer__name": "Ada", "payments": list(payments or (payment(),)), "seller__ref": "lamps", **changes,
        }
    )  # fmt: skip
    with writing():
        return bring(OrderIn.model_validate(spelled, strict=False), now=now or real_now())


def the_one() -> Screening:
    """The newest screening, as it stands."""
    db.session.rollback()
    query = select(Screening).order_by(Screening.id.desc()).limit(1)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def refunds() -> list[ScreeningRefund]:
    """What goes back, as it stands."""
    db.session.rollback()
    query = select(ScreeningRefund).order_by(ScreeningRefund.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def captures() -> list[tuple[int, int, int]]:
    """(captured, reserved, refunded) of every capture of the lamps' orders."""
    db.session.rollback()
    query = select(Capture).order_by(Capture.id).execution_options(populate_existing=True)
    return [(c.captured_minor, c.refund_reserved_minor, c.refunded_minor) for c in db.session.scalars(query)]


@contextmanager
def turn(email: str = CLEO, role: str = "reviewer") -> Iterator[Turn]:
    """Somebody's turn on the screening, committed at its end."""
    number, actor = the_one().id, Actor(person(email), role)
    with writing():
        locked = lock_screening(number)
        assert locked
        now = moment(locked[2])
        yield Turn(*locked, actor, now, now)


def ask_invoice(words: str = WAY, run: bool = True) -> None:
    """Cleo asks for payment by invoice; the worker sends the money back and the letter out."""
    with turn() as t:
        service.ask_invoice(t, words=words)
    if run:
        drain()
        drain()


def decline() -> None:
    with turn() as t:
        t.take("decline")


def take_part(email: str, seller_id: int) -> None:
    """Somebody of the staff belongs to the seller."""
    with writing():
        grant(person(email), "seller", "lamps", seller_id)


def screening_of(order_id: int) -> str:
    """Put an order that is there before a person, whatever its shop's rules; returns the public id."""
    with writing() as session:
        order = session.get(Order, order_id)
        pack = registry().at(session.get(Shop, order.shop_id).pack, real_now())
        begin(order, pack.meta.version, real_now())
        return str(session.scalars(select(Screening.public_id).where(Screening.order_id == order_id)).one())
