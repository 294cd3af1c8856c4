"""Compare our books with themselves and with a provider's own: every difference is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from flask import current_app
from sqlalchemy import String, cast, func, literal, select

from disputes.db import db
from disputes.effects.books import balance
from disputes.models import (
    Allocation,
    Capture,
    Case,
    Chargeback,
    Movement,
    Outbox,
    OutsideRefund,
    Payment,
    Reconciliation,
    Refund,
    Screening,
    ScreeningRefund,
    Shop,
)
from disputes.models.book import PROVIDER
from disputes.moment import real_now
from disputes.outbox.notices import take_in
from disputes.outbox.provider import DisputeTold, Notice, RefundTold
from disputes.outbox.providers import provider_of
from disputes.text import N_
from disputes.web.configure import settings_of
from disputes.workflows.refund import BY_HAND, CALLED_OFF

WHAT = {
    "refund_amount": N_("A refund of another amount"),
    "refund_state": N_("A refund that stands differently"),
    "refund_missing": N_("A refund the provider does not know"),
    "refund_unknown": N_("A refund we do not know"),
    "chargeback_state": N_("A chargeback that stands differently"),
    "chargeback_amount": N_("A chargeback of another amount"),
    "chargeback_unknown": N_("A chargeback we do not know"),
    "chargeback_missing": N_("A chargeback the provider does not know"),
    "capture": N_("A capture whose parts do not add up"),
    "purse": N_("The provider's purse does not hold what is left of all captures"),
}
NOTHING = "-"
IS_THERE = {"pending": ("sent",), "succeeded": ("arrived",), "failed": ("failed", "reserved", CALLED_OFF, BY_HAND)}
ENDED = ("won", "lost")


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same here and there. `what` is a code of WHAT; `ref` says which."""

    what: str
    ref: str
    ours: str
    theirs: str
    ask: Notice | None = None  # what the provider is asked again, where its message may have been lost


def reconcile(shop: Shop) -> tuple[int, list[Difference]]:
    """How many refunds and chargebacks were compared, and each difference. Raises Unavailable."""
    provider = provider_of(shop.provider, settings_of(current_app))
    shop_id = shop.id
    db.session.rollback()  # no transaction stays open while we wait for a network
    ours = set(db.session.scalars(select(Payment.ref).where(Payment.shop_id == shop_id)))
    db.session.rollback()
    refunds = [told for told in provider.refunds_of() if told.payment_ref in ours]
    disputes = [told for told in provider.disputes_of() if told.payment_ref in ours]
    found = [*_refunds(shop_id, refunds), *_disputes(shop_id, disputes), *_captures(shop_id), *_purse(shop_id)]
    return len(refunds) + len(disputes), found


def keep(shop_id: str, compared: int, found: Iterable[Difference]) -> None:
    """Note what came of it, for the page; and look into each, once a day, as if its message had come. The caller
    commits."""
    found, now = list(found), real_now()
    rows = [{name: getattr(one, name) for name in ("what", "ref", "ours", "theirs")} for one in found]
    db.session.add(Reconciliation(shop_id=shop_id, at=now, compared=compared, differences=rows))
    db.session.flush()
    for one in found:
        if one.ask is not None:
            take_in(shop_id, one.ask, now=now)


def _ask(kind: Literal["refund", "dispute"], ref: str) -> Notice:
    return Notice(f"compared-{real_now():%Y%m%d}-{kind}-{ref}", kind, ref)


def _money(minor: int, currency: str) -> str:
    return f"{minor} {currency}"


def _refunds(shop_id: str, told: list[RefundTold]) -> Iterator[Difference]:
    query = select(Refund).join(Case, Case.id == Refund.case_id).where(Case.shop_id == shop_id)
    ours: dict[str, Refund | ScreeningRefund] = {refund.key: refund for refund in db.session.scalars(query)}
    screened = select(ScreeningRefund).join(Screening, Screening.id == ScreeningRefund.screening_id)
    ours |= {one.key: one for one in db.session.scalars(screened.where(Screening.shop_id == shop_id))}
    theirs = {one.key: one for one in told if one.key is not None}
    for key, refund in ours.items():
        there = theirs.get(key)
        if there is None:
            if refund.state in ("sent", "arrived"):
                yield Difference("refund_missing", key, refund.state, NOTHING)
        elif (there.amount_minor, there.currency) != (refund.amount_minor, refund.currency):
            yield Difference(
                "refund_amount", key, _money(refund.amount_minor, refund.currency),
                _money(there.amount_minor, there.currency),
            )  # fmt: skip
        elif refund.state not in IS_THERE[there.status]:
            yield Difference("refund_state", key, refund.state, there.status, _ask("refund", there.ref))
    back_key = literal("outside-back-") + cast(OutsideRefund.capture_id, String) + "-" + OutsideRefund.ref
    back = select(Movement.id).where(Movement.key == back_key).scalar_subquery()
    sent = (
        select(OutsideRefund.ref, back).join(Capture).join(Allocation).join(Payment).where(Payment.shop_id == shop_id)
    )
    past_us: dict[str, int | None] = dict(
        db.session.execute(sent).all()
    )  # and the movement by which it came back, if it did
    # Keys we once ordered by, and not any more since the provider refused them.
    known = ours.keys() | set(db.session.scalars(select(Outbox.key).where(Outbox.kind.in_(("refund", "substitute")))))
    for one in told:
        if one.status != "failed" and one.ref not in past_us and (one.key is None or one.key not in known):
            theirs_is = _money(one.amount_minor, one.currency)
            yield Difference("refund_unknown", one.ref, NOTHING, theirs_is, _ask("refund", one.ref))
        elif one.status == "failed" and past_us.get(one.ref, 0) is None:
            yield Difference("refund_state", one.ref, "arrived", one.status, _ask("refund", one.ref))


def _disputes(shop_id: str, told: list[DisputeTold]) -> Iterator[Difference]:
    query = select(Chargeback).where(Chargeback.shop_id == shop_id)
    ours = {chargeback.ref: chargeback for chargeback in db.session.scalars(query)}
    for one in told:
        row = ours.get(one.ref)
        if row is None:
            yield Difference("chargeback_unknown", one.ref, NOTHING, one.status, _ask("dispute", one.ref))
        elif (one.status in ENDED or row.state in ENDED) and row.state != one.status:
            yield Difference("chargeback_state", one.ref, row.state, one.status, _ask("dispute", one.ref))
        elif (row.amount_minor, row.currency) != (one.amount_minor, one.currency):
            sums = _money(row.amount_minor, row.currency), _money(one.amount_minor, one.currency)
            yield Difference("chargeback_amount", one.ref, *sums, _ask("dispute", one.ref))
    for ref in ours.keys() - {one.ref for one in told}:
        yield Difference("chargeback_missing", ref, ours[ref].state, NOTHING)


def _captures(shop_id: str) -> Iterator[Difference]:
    """Of each capture: what is reserved and sent back, as its refunds, and as the movements say."""

    def moved(*whats: str) -> Any:
        total = select(func.coalesce(func.sum(Movement.amount_minor), 0))
        return total.where(Movement.capture_id == Capture.id, Movement.what.in_(whats)).scalar_subquery()

    sent = moved("refund_paid") - moved("refund_bounced")
    outside = moved("refund_outside") - moved("refund_outside_back")
    taken = moved("chargeback") - moved("chargeback_won")
    query = (
        select(Capture, sent, outside, taken)
        .join(Allocation)
        .join(Payment)
        .where(Payment.shop_id == shop_id)
        .where(
            (Capture.refunded_minor != sent)
            | (Capture.outside_minor != outside)
            | (Capture.charged_back_minor != taken)
        )
    )
    for capture, came, past_us, at_bank in db.session.execute(query):
        ours = (capture.refunded_minor, capture.outside_minor, capture.charged_back_minor)
        yield Difference("capture", f"{capture.id} ({capture.ref})", str(ours), str((came, past_us, at_bank)))


def _purse(shop_id: str) -> Iterator[Difference]:
    """All that is left at the provider is what was captured less what went back, in each currency."""
    left = func.sum(
        Capture.captured_minor - Capture.refunded_minor - Capture.outside_minor - Capture.charged_back_minor
    )
    query = select(Allocation.currency, left).join(Capture).join(Payment).where(Payment.shop_id == shop_id)
    for currency, minor in db.session.execute(query.group_by(Allocation.currency)):
        held = -balance(shop_id, (PROVIDER, 0), currency)
        if held != int(minor):
            yield Difference("purse", currency, _money(held, currency), _money(int(minor), currency))
