"""What goes into the bag: the case as JSON and the original files, but for what is left out."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.chain import HASHED
from disputes.models import (
    Account,
    Allocation,
    Capture,
    CaseLine,
    Decision,
    Event,
    Evidence,
    Message,
    Offer,
    Order,
    OrderLine,
    Outcome,
    Parcel,
    Payment,
    Referral,
    Refund,
    Seller,
)
from disputes.storage.bag import Item
from disputes.storage.sniff import ALLOWED
from disputes.storage.store import path_of

FORMAT = "disputes-referral/1"
CASE = (
    "ref", "opened_at", "reason", "sub_reason", "currency", "claimed_minor", "pack", "entitlement_version",
    "procedure_version", "head_seq", "head_hash",
)  # fmt: skip
LINE = ("ref", "sku", "title", "variant", "category", "brand", "quantity", "unit_minor", "paid_minor", "listing")
PARCEL = ("ref", "carrier", "tracking", "dispatched_at", "delivered_at", "signed_at")
ORDER = ("number", "channel", "currency", "shipping_minor", "country", "placed_at")
# The salt with a text: whoever has both can check the commitment in the history.
MESSAGE = ("seq", "role", "kind", "body", "code", "salt", "at", "hidden", "reported_by", "report_reason")
OFFER = ("side", "kind", "amount_minor", "currency", "note", "made_at", "ended_at", "ended_by")
DECISION = ("id", "kind", "settled", "amount_minor", "currency", "reasons", "salt", "decided_at", "superseded_at")
OUTCOME = ("kind", "target", "amount_minor", "currency", "state", "changed_at")
REFUND = ("amount_minor", "currency", "provider_ref", "state", "ordered_at", "arrived_at")
PAYMENT = ("ref", "method", "label", "payer", "paid_at")
CAPTURE = ("ref", "captured_minor", "refunded_minor", "captured_at")
EVENT = (*HASHED, "prev_hash", "hash")
REFERRAL = ("offence", "story", "authority", "basis", "basis_words", "left_out", "parts", "exhibits", "digest")


def items(turn: Turn, referral: Referral, folder: Path) -> Iterator[Item]:
    """The files of the payload."""
    files = _of_case(Evidence, turn, Evidence.number)
    told = [_exhibit(file) for file in files if file.number in referral.exhibits]
    left_out = [
        {"number": file.number, "sha256": file.sha256} for file in files if file.number not in referral.exhibits
    ]
    case = {**_case(turn, referral), "exhibits": told, "exhibits_left_out": left_out}
    text = json.dumps(case, sort_keys=True, indent=2, ensure_ascii=False, default=_plain)
    yield Item("case.json", (text + "\n").encode())
    for file in files:
        if file.number in referral.exhibits:
            yield Item(_exhibit(file)["file"], path_of(folder, file.storage_key), file.sha256)


def _case(turn: Turn, referral: Referral) -> dict[str, Any]:
    case, wanted = turn.case, set(referral.parts)
    order, seller, buyer = db.session.execute(
        select(Order, Seller, Account)
        .join(Seller, Seller.id == Order.seller_id)
        .join(Account, Account.id == Order.buyer_id)
        .where(Order.id == case.order_id)
    ).one()
    parts = {"messages": _messages, "notes": _notes, "offers": _offers, "decisions": _decisions, "payments": _payments}
    return {
        "format": FORMAT,
        "referral": {**_some(referral, REFERRAL), "id": referral.public_id},
        "case": {**_some(case, CASE), "state": case.public_state, "shop": turn.shop.name},
        "order": {**_some(order, ORDER), "lines": _lines(turn), "parcels": _rows(Parcel, order.id, PARCEL)},
        "parties": {
            "buyer": _some(buyer, ("name", "email", "locale")),
            "seller": _some(seller, ("name", "ref", "is_trader")),
        },
        "history": [_some(event, EVENT) for event in _of_case(Event, turn, Event.seq)],
        **{name: read(turn) for name, read in parts.items() if name in wanted},
    }


def _lines(turn: Turn) -> list[dict[str, Any]]:
    query = select(OrderLine, CaseLine.quantity).outerjoin(
        CaseLine, (CaseLine.line_id == OrderLine.id) & (CaseLine.case_id == turn.case.id)
    )
    found = db.session.execute(query.where(OrderLine.order_id == turn.case.order_id).order_by(OrderLine.id))
    return [{**_some(line, LINE), "claimed_quantity": claimed or 0} for line, claimed in found]


def _messages(turn: Turn) -> list[dict[str, Any]]:
    return [_some(m, MESSAGE) for m in _of_case(Message, turn, Message.id) if m.kind != "note"]


def _notes(turn: Turn) -> list[dict[str, Any]]:
    return [_some(m, MESSAGE) for m in _of_case(Message, turn, Message.id) if m.kind == "note"]


def _offers(turn: Turn) -> list[dict[str, Any]]:
    return [_some(offer, OFFER) for offer in _of_case(Offer, turn, Offer.id)]


def _decisions(turn: Turn) -> list[dict[str, Any]]:
    outcomes, refunds = _of_case(Outcome, turn, Outcome.id), _of_case(Refund, turn, Refund.id)

    def told(outcome: Outcome) -> dict[str, Any]:
        return {**_some(outcome, OUTCOME), "refunds": [_some(r, REFUND) for r in refunds if r.outcome_id == outcome.id]}

    return [
        {**_some(decision, DECISION), "outcomes": [told(o) for o in outcomes if o.decision_id == decision.id]}
        for decision in _of_case(Decision, turn, Decision.id)
        if decision.decided_at is not None
    ]


def _payments(turn: Turn) -> list[dict[str, Any]]:
    query = (
        select(Payment, Allocation, Capture)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .join(Capture, Capture.allocation_id == Allocation.id)
        .where(Allocation.order_id == turn.case.order_id)
        .order_by(Capture.id)
    )
    return [
        {
            **_some(payment, PAYMENT),
            **_some(share, ("tender", "amount_minor", "currency")),
            "capture": _some(c, CAPTURE),
        }
        for payment, share, c in db.session.execute(query)
    ]


def _exhibit(file: Evidence) -> dict[str, Any]:
    # Not the name a person gave it: that may be anything, and stands in the JSON.
    name = f"exhibits/{file.number:03}.{ALLOWED[file.media_type][0]}"
    return {**_some(file, ("number", "kind", "filename", "media_type", "size", "sha256", "role", "received_at")),
            "file": name}  # fmt: skip


def _of_case(table: Any, turn: Turn, order: Any) -> list[Any]:
    return list(db.session.scalars(select(table).where(table.case_id == turn.case.id).order_by(order)))


def _rows(table: Any, order_id: int, names: tuple[str, ...]) -> list[dict[str, Any]]:
    found = db.session.scalars(select(table).where(table.order_id == order_id).order_by(table.id))
    return [_some(row, names) for row in found]


def _some(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _plain(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
