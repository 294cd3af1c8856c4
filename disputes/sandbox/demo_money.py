"""Money in the demo: what banks and back offices did, kept in the fake provider's books and told to us by its words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.costs import service as costs
from disputes.db import db
from disputes.effects.outside import dispute_told, refund_told
from disputes.models import Allocation, Capture, Payment
from disputes.outbox.provider import DisputeTold, RefundTold
from disputes.vouchers import service as vouchers
from disputes.web.configure import settings_of

from .asked import new_id
from .disputing import WAITS
from .ledger import Entry, Ledger
from .refunds import Refunds

Table = Mapping[str, Any]


def charge_back(turn: Turn, step: Table) -> None:
    """The payer's bank takes everything back, and waits `days` for an answer."""
    captures, money = _money(turn)
    amount, due_at = sum(capture.captured_minor for capture in captures), turn.now + timedelta(days=step["days"])
    line: Entry = {
        "what": "dispute", "id": new_id("dp"), "at": turn.now.isoformat(), "due_at": due_at.isoformat(),
        "capture_ref": None, "status": WAITS, "reason": step["reason"], "amount_minor": amount, **money,
    }  # fmt: skip
    _books().append(line)
    told = DisputeTold(
        line["id"], money["payment_ref"], None, amount, money["currency"], "needs_answer", step["reason"],
        _real(turn, due_at), _real(turn, turn.now),
    )  # fmt: skip
    assert dispute_told(turn.shop.id, told, turn.now), "a payment of the demo"


def send_past_us(turn: Turn, _step: Table) -> None:
    """Somebody at the seller's sends a whole capture back by the provider's own pages."""
    captures, money = _money(turn)
    order = {**money, "capture_ref": captures[0].ref, "amount_minor": captures[0].captured_minor}
    line = {**Refunds.made(order), "at": turn.now.isoformat()}
    _books().append(line)
    told = RefundTold(
        line["id"], None, line["payment_ref"], line["capture_ref"], line["amount_minor"], line["currency"],
        "succeeded", turn.now,
    )  # fmt: skip
    assert refund_told(turn.shop.id, told, turn.now), "a payment of the demo"


def record_cost(turn: Turn, step: Table) -> None:
    """Staff writes down what something cost."""
    costs.record(turn, costs.Spent(step["line"], step["amount"], "buyer", insured=True, tariff_minor=step["tariff"]))


def give_voucher(turn: Turn, step: Table) -> None:
    """Staff gives a voucher on top."""
    number = vouchers.next_number(turn.case.id)
    vouchers.give(turn, number=number, amount_minor=step["amount"], words=step["words"])


def _money(turn: Turn) -> tuple[list[Capture], dict[str, str]]:
    """The captures that paid the case's order, and the words by which the provider knows their payment."""
    of = Allocation.order_id == turn.case.order_id
    captures = db.session.scalars(select(Capture).join(Allocation).where(of).order_by(Capture.id)).all()
    ref = db.session.scalars(select(Payment.ref).join(Allocation).where(of)).one()
    return list(captures), {"shop_id": turn.shop.id, "payment_ref": ref, "currency": turn.case.currency}


def _books() -> Ledger:
    """The provider's: it does not run yet, and reads them when it starts."""
    return Ledger.open(settings_of(current_app).provider_ledger)


def _real(turn: Turn, at: datetime) -> datetime:
    """The real time that a shop whose clock was moved takes for `at`."""
    return at - timedelta(seconds=turn.shop.clock_offset_s)
