"""Compare the texts kept with costs, vouchers, invoices and chargebacks with the histories. Reads only."""

from collections.abc import Iterator
from itertools import zip_longest

from sqlalchemy import select

from disputes.db import db
from disputes.effects.words import Words
from disputes.models import Case, Chargeback, Cost, Event, Freeze, HouseEvent, Screening, Voucher

Pair = tuple[str, str | None, str | None]  # whose text, what the history was told, what is kept


def changed_money_texts() -> tuple[int, list[str]]:
    """How many such texts are kept, and a line for each that is not what the history was told."""
    pairs = [pair for pair in (*_costs(), *_vouchers(), *_invoices(), *_plans()) if pair[1] or pair[2]]
    return len(pairs), [f"{whose}: the text is not what was written" for whose, told, kept in pairs if told != kept]


def _costs() -> Iterator[Pair]:
    """Each event that records a cost has one row, in the same order."""
    refs = dict(db.session.execute(select(Case.id, Case.ref)).all())
    told: dict[int, list[str]] = {}
    events = select(Event.case_id, Event.details).where(Event.trigger == "record_cost")
    for case_id, details in db.session.execute(events.order_by(Event.case_id, Event.seq)):
        told.setdefault(case_id, []).append(details["text"])
    kept: dict[int, list[str]] = {}
    for cost in db.session.scalars(select(Cost).order_by(Cost.case_id, Cost.id)):
        kept.setdefault(cost.case_id, []).append(Words(cost.reasons, cost.salt).commitment)
    for case_id in sorted({*told, *kept}):
        for number, pair in enumerate(zip_longest(told.get(case_id, ()), kept.get(case_id, ())), start=1):
            yield (f"cost {number} of case {refs[case_id]}", *pair)


def _vouchers() -> Iterator[Pair]:
    query = select(Event.record_id, Event.details).where(Event.record == "voucher").order_by(Event.id)
    told = {voucher_id: details["text"] for voucher_id, details in db.session.execute(query)}
    kept = {v.id: Words(v.words, v.salt).commitment for v in db.session.scalars(select(Voucher))}
    yield from ((f"voucher {of}", told.get(of), kept.get(of)) for of in sorted({*told, *kept}))


def _invoices() -> Iterator[Pair]:
    """What staff wrote to a buyer about how to pay an invoice."""
    query = select(HouseEvent.root_id, HouseEvent.details).where(HouseEvent.root == "screening")
    events = db.session.execute(query.order_by(HouseEvent.id))
    told = {int(of): details["words"] for of, details in events if "words" in details}
    rows = db.session.scalars(select(Screening).where(Screening.how_to_pay.is_not(None)))
    kept = {row.id: Words(row.how_to_pay or "", row.salt or "").commitment for row in rows}
    yield from ((f"invoice of order check {of}", told.get(of), kept.get(of)) for of in sorted({*told, *kept}))


def _plans() -> Iterator[Pair]:
    """The plan as it was written last."""
    rows = [*db.session.scalars(select(Chargeback)), *db.session.scalars(select(Freeze))]
    kept = {(row.__tablename__, row.id): Words(row.words, row.salt).commitment for row in rows}
    query = select(HouseEvent.record, HouseEvent.record_id, HouseEvent.details).where(
        HouseEvent.record.in_((Chargeback.__tablename__, Freeze.__tablename__))
    )
    told = {
        (name, of or 0): details.get("words", "")
        for name, of, details in db.session.execute(query.order_by(HouseEvent.id))
    }
    yield from (
        (f"plan of {name} {of}", told.get((name, of)), kept.get((name, of))) for name, of in sorted({*told, *kept})
    )
