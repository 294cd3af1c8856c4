"""Compare what we wrote with itself and with the provider's books. Reads only."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from disputes.db import db
from disputes.effects.chain import first_fault
from disputes.effects.house import CHAINED
from disputes.models import Allocation, Capture, Case, Event, HouseEvent, Payment, Refund, ScreeningRefund, Shop

TAKEN = ("sent", "arrived")  # states in which the provider must know of a refund
MAY_KNOW = ("reserved", *TAKEN)  # it may, when the worker stopped between its answer and our books


def broken_chains() -> tuple[int, list[str]]:
    """How many histories there are, and a line for each that does not hold: those of cases and of what has its own."""
    cases = {case.id: (case, f"case {case.ref}") for case in db.session.scalars(select(Case))}
    story = select(Event).order_by(Event.case_id, Event.seq)
    count, faults = len(cases), _faults(cases, story, "case_id", lambda case: True)
    for table in CHAINED:
        name = table.__tablename__
        found: list[Any] = list(db.session.scalars(select(table)))
        roots = {str(root.id): (root, f"{name} {root.id}") for root in found}
        events = select(HouseEvent).where(HouseEvent.root == name).order_by(HouseEvent.root_id, HouseEvent.seq)
        count += sum(root.head_seq > 0 for root in found)
        faults += _faults(roots, events, "root_id", lambda root: root.head_seq > 0)
    return count, faults


def _faults(roots: Mapping[Any, tuple[Any, str]], story: Any, key: str, must: Callable[[Any], bool]) -> list[str]:
    """A line for each of `roots` (id -> row and name) whose events do not hold, are gone though there `must` be some,
    or belong to nothing."""
    faults, seen = [], set()
    stream = db.session.scalars(story.execution_options(yield_per=1000))
    for root_id, events in groupby(stream, key=lambda event: getattr(event, key)):
        seen.add(root_id)
        if root_id not in roots:
            faults.append(f"{key} {root_id}: there is a history and nothing that it is of")
        elif (seq := first_fault(roots[root_id][0], events)) is not None:
            faults.append(f"{roots[root_id][1]}: the history does not hold from event {seq} on")
    silent = (roots[root_id] for root_id in roots.keys() - seen)
    return faults + [f"{name}: there is no history" for root, name in silent if must(root)]


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


def _refunds() -> Iterable[tuple[Refund | ScreeningRefund, dict[str, Any]]]:
    """Those that cases order, and those of orders that are not accepted as they were paid."""
    tables: tuple[Any, ...] = (Refund, ScreeningRefund)
    for table in tables:
        query = (
            select(table, Payment.ref, Capture.ref)
            .join(Capture, Capture.id == table.capture_id)
            .join(Allocation, Allocation.id == Capture.allocation_id)
            .join(Payment, Payment.id == Allocation.payment_id)
            .join(Shop, Shop.id == Payment.shop_id)
            .where(Shop.provider == "fake")
        )
        for refund, payment, capture in db.session.execute(query):
            order = {"payment_ref": payment, "capture_ref": capture}
            yield refund, {**order, "amount_minor": refund.amount_minor, "currency": refund.currency}


def _unequal_captures() -> Iterable[str]:
    def total(table: type[Refund] | type[ScreeningRefund], which: Any) -> Any:
        mine = select(func.coalesce(func.sum(table.amount_minor), 0))
        return mine.where(table.capture_id == Capture.id, which).scalar_subquery()

    promised = total(Refund, Refund.state.in_(("reserved", "sent", "failed")))
    promised += total(ScreeningRefund, ScreeningRefund.promised())
    arrived = total(Refund, Refund.state == "arrived")
    arrived += total(ScreeningRefund, ScreeningRefund.arrived_at.is_not(None))
    query = select(Capture, arrived, promised).where(
        (Capture.refunded_minor != arrived) | (Capture.refund_reserved_minor != promised)
    )
    for capture, came, waits in db.session.execute(query):
        books = f"{capture.refunded_minor} refunded, {capture.refund_reserved_minor} reserved"
        yield f"capture {capture.id}: it says {books}; its refunds say {came} and {waits}"
