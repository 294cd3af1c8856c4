"""The lines of an order and the parcels they travelled in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, select

from disputes.db import db
from disputes.incoming.problems import NotTaken
from disputes.incoming.schema import LineIn, ParcelIn
from disputes.models import Case, CaseLine, Order, OrderLine, Parcel, ParcelLine
from disputes.policies.shares import spread

from .merge import merge

Lines = dict[str, OrderLine]


def bring_lines(order: Order, given: Sequence[LineIn], discount: int) -> tuple[Lines, bool]:
    """The order's lines by ref, as sent, and whether any changed. NotTaken when a case names one that would go.

    `discount`, in minor units, was taken off all of them together: each bears its share by what was paid for it."""
    query = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    lines = {line.ref: line for line in db.session.scalars(query)}
    shares = spread(discount, [line.paid_minor for line in given])
    wanted = {line.ref: _columns(line, share) for line, share in zip(given, shares, strict=True)}
    _keep_what_is_claimed(lines, {line.ref: line.quantity for line in given})
    gone = [lines.pop(ref) for ref in list(lines) if ref not in wanted]
    if gone:
        ids = [line.id for line in gone]
        db.session.execute(delete(ParcelLine).where(ParcelLine.line_id.in_(ids)))
        db.session.execute(delete(OrderLine).where(OrderLine.id.in_(ids)))
    changed = merge(lines, wanted, lambda ref: OrderLine(order_id=order.id, ref=ref))
    return lines, changed or bool(gone)


def _columns(line: LineIn, discount: int) -> dict[str, Any]:
    plain = line.model_dump(exclude={"ref", "tags", "listing"})
    money = {"paid_minor": line.paid_minor - discount + line.tax_minor, "discount_minor": discount}
    return plain | money | {"tags": list(line.tags), "listing": line.listing.model_dump(exclude_none=True)}


def _keep_what_is_claimed(lines: Lines, quantities: dict[str, int]) -> None:
    """A line that a case names stays, with at least the quantity that open cases claim."""
    less = {line.id: line for ref, line in lines.items() if quantities.get(ref, 0) < line.quantity}
    if not less:
        return
    claimed = func.sum(case((Case.is_open, CaseLine.quantity), else_=0))
    query = select(CaseLine.line_id, claimed).join(Case, Case.id == CaseLine.case_id)
    named = db.session.execute(query.where(CaseLine.line_id.in_(less)).group_by(CaseLine.line_id))
    refs = [(less[line_id].ref, in_open) for line_id, in_open in named]
    gone = [f"lines: a case is about line '{ref}'; it cannot be left out" for ref, _ in refs if ref not in quantities]
    few = [
        f"lines: open cases claim {in_open} of line '{ref}'; its quantity cannot be {quantities[ref]}"
        for ref, in_open in refs
        if ref in quantities and in_open > quantities[ref]
    ]
    if gone or few:
        raise NotTaken(*gone, *few)


def bring_parcels(order: Order, given: Sequence[ParcelIn], lines: Lines) -> bool:
    """Make the order's parcels those that were sent; whether anything changed."""
    parcels = {parcel.ref: parcel for parcel in db.session.scalars(select(Parcel).where(Parcel.order_id == order.id))}
    wanted = {parcel.ref: parcel.model_dump(exclude={"ref", "lines"}) for parcel in given}
    gone = [parcels.pop(ref).id for ref in list(parcels) if ref not in wanted]
    if gone:
        db.session.execute(delete(ParcelLine).where(ParcelLine.parcel_id.in_(gone)))
        db.session.execute(delete(Parcel).where(Parcel.id.in_(gone)))
    changed = merge(parcels, wanted, lambda ref: Parcel(order_id=order.id, ref=ref))
    held = {(parcels[p.ref].id, lines[part.line].id): part.quantity for p in given for part in p.lines}
    return _hold([parcel.id for parcel in parcels.values()], held) or changed or bool(gone)


def _hold(parcel_ids: list[int], wanted: dict[tuple[int, int], int]) -> bool:
    query = select(ParcelLine.parcel_id, ParcelLine.line_id, ParcelLine.quantity)
    stored = db.session.execute(query.where(ParcelLine.parcel_id.in_(parcel_ids)))
    if {(parcel, line): quantity for parcel, line, quantity in stored} == wanted:
        return False
    db.session.execute(delete(ParcelLine).where(ParcelLine.parcel_id.in_(parcel_ids)))
    rows = [{"parcel_id": parcel, "line_id": line, "quantity": n} for (parcel, line), n in wanted.items()]
    if rows:
        db.session.execute(insert(ParcelLine), rows)
    return True
