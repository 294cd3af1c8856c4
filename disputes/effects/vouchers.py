"""What a goodwill voucher does: it is booked from the platform, handed to the shop's system, told to the buyer."""

from sqlalchemy import exists, func, select

from disputes.db import db
from disputes.models import Case, Grant, Shop, Voucher
from disputes.models.book import PLATFORM, VOUCHER
from disputes.outbox import put
from disputes.workflows.voucher import COUNTS, VoucherFacts

from .books import Moved
from .unit import Actor, Unit


def voucher_facts(voucher: Voucher, case: Case, shop: Shop, actor: Actor) -> VoucherFacts:
    """The picture its guards look at, in one statement, taken under the case's lock."""
    counted = select(func.coalesce(func.sum(Voucher.amount_minor), 0))
    counted = counted.where(Voucher.case_id == case.id, Voucher.state.in_(COUNTS))
    member = exists().where(Grant.account_id == (actor.id or 0), Grant.seller_id == case.seller_id)
    row = db.session.execute(select(counted.scalar_subquery(), member)).one()
    return VoucherFacts(
        actor_id=actor.id,
        conflicted=actor.id is not None and (actor.id == case.buyer_id or row[1]),
        given_by=voucher.given_by,
        total_minor=int(row[0]),
        limit_minor=shop.voucher_limit_minor,
        most_minor=shop.voucher_most_minor,
        same_currency=voucher.currency == shop.currency,
    )


def hand_over(unit: Unit, voucher: Voucher) -> None:
    """The platform pays: it is booked now, and the worker hands it to the shop's system."""
    case = unit.case
    if unit.actor.id != voucher.given_by:
        voucher.approved_by = unit.actor.id
    key = f"voucher-{voucher.id}"
    unit.moved.append(
        Moved(
            key, "voucher", (PLATFORM, 0), (VOUCHER, case.buyer_id), voucher.amount_minor, voucher.currency,
            case.shop_id, unit.now, case_id=case.id, order_id=case.order_id, account_id=unit.actor.id,
        )
    )  # fmt: skip
    unit.outbox.append(put.row("voucher", key, {"voucher": voucher.id}, case_id=case.id))


def tell(unit: Unit, voucher: Voucher) -> None:
    """The shop knows it: now its buyer can use it."""
    payload = {"voucher": voucher.id, "topic": "voucher"}
    unit.outbox.append(put.row("voucher_mail", f"voucher-mail-{voucher.id}", payload, case_id=voucher.case_id))
