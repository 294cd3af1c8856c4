"""Compare what we wrote with itself and with the provider's books. Reads only."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from disputes.db import db
from disputes.effects.chain import first_fault
from disputes.models import Allocation, Capture, Case, Event, Payment, Refund, Shop

TAKEN = ("sent", "arrived")  # states in which the provider must know of a refund
MAY_KNOW = ("reserved", *TAKEN)  # it may, when the worker stopped between its answer and our books


def broken_chains() -> tuple[int, list[str]]:
    """How many cases there are, and a line for each whose history does not hold."""
    cases = {case.id: case for case in db.session.scalars(select(Case))}
    stream = db.session.scalars(select(Event).order_by(Event.case_id, Event.seq).execution_options(yield_per=1000))
    faults, seen = [], set()
    for case_id, events in groupby(stream, key=lambda event: event.case_id):
        seen.add(case_id)
        if (seq := first_fault(cases[case_id], events)) is not None:
            faults.append(f"case {cases[case_id].ref}: the history does not hold from event {seq} on")
    faults += [f"case {cases[number].ref}: there is no history" for number in cases.keys() - seen]
    return len(cases), faults


def unequal_books(ledger: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """How many refunds of ours the fake provider pays, and a line for each difference, to the cent."""
    theirs = {entry["key"]: entry for entry in ledger if entry["code"] is None}
    ours = {refund.key: (refund, order) for refund, order in _refunds()}
    faults = []
    for key, (refund, order) in ours.items():
        if refund.state in TAKEN and key not in theirs:
            faults.append(f"refund {key} is {refund.state} here and unknown to the provider")
        elif key in theirs and (told := {name: theirs[key][name] for name in order}) != order:
            faults.append(f"refund {key}: we say {order}, the provider says {told}")
    for key in theirs:
        if key not in ours or ours[key][0].state not in MAY_KNOW:
            faults.append(f"refund {key}: the provider paid {theirs[key]['amount_minor']}, we did not")
    return len(ours), faults + list(_unequal_captures())


def _refunds() -> Iterable[tuple[Refund, dict[str, Any]]]:
    query = (
        select(Refund, Payment.ref, Capture.ref)
        .join(Capture, Capture.id == Refund.capture_id)
        .join(Allocation, Allocation.id == Capture.allocation_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(Shop, Shop.id == Payment.shop_id)
        .where(Shop.provider == "fake")
    )
    for refund, payment, capture in db.session.execute(query):
        order = {"payment_ref": payment, "capture_ref": capture}
        yield refund, {**order, "amount_minor": refund.amount_minor, "currency": refund.currency}


def _unequal_captures() -> Iterable[str]:
    def total(*states: str) -> Any:
        mine = select(func.coalesce(func.sum(Refund.amount_minor), 0))
        return mine.where(Refund.capture_id == Capture.id, Refund.state.in_(states)).scalar_subquery()

    arrived, promised = total("arrived"), total("reserved", "sent", "failed")
    query = select(Capture, arrived, promised).where(
        (Capture.refunded_minor != arrived) | (Capture.refund_reserved_minor != promised)
    )
    for capture, came, waits in db.session.execute(query):
        books = f"{capture.refunded_minor} refunded, {capture.refund_reserved_minor} reserved"
        yield f"capture {capture.id}: it says {books}; its refunds say {came} and {waits}"
