"""Who bears what goes back to a buyer, in the books: the seller, and the platform where a decision says so."""

from sqlalchemy import select

from disputes.db import db
from disputes.models import Decision, Outcome, Refund
from disputes.models import book as purses
from disputes.models.book import DUE, SELLER

from .books import Moved, Whose
from .unit import Unit

PROVIDER: Whose = (purses.PROVIDER, 0)
PLATFORM: Whose = (purses.PLATFORM, 0)


def still_borne(unit: Unit, outcome: Outcome) -> int:
    """What the platform bears of a decision's refund that no capture's part carries yet."""
    decision = db.session.get(Decision, outcome.decision_id)
    assert decision is not None, "an outcome of no decision"
    carried = sum(moved.amount_minor for moved in unit.moved if moved.source == PLATFORM)
    return decision.platform_minor - carried


def book_borne(
    unit: Unit, refund: Refund, what: str, key: str, decision_id: int | None = None, *, back: bool = False
) -> None:  # fmt: skip
    """Move what is due to the buyer from whoever bears it, or `back`: the platform its part, the seller the rest."""
    parts = {
        (SELLER, unit.case.seller_id): refund.amount_minor - refund.platform_minor,
        PLATFORM: refund.platform_minor,
    }
    for bearer, minor in parts.items():
        ends = (due_to_buyer(unit), bearer) if back else (bearer, due_to_buyer(unit))
        book_refund(unit, refund, what, f"{key}-{bearer[0]}", *ends, decision_id, minor=minor)


def due_to_buyer(unit: Unit) -> Whose:
    """The purse of what is promised to the case's buyer and not there yet."""
    return DUE, unit.case.buyer_id


def moved_key(refund: Refund) -> str:
    """The key of what a step of a refund moves."""
    # A refund can arrive, come back and arrive again: its version tells one time from the other.
    return f"{refund.key}-v{refund.version}"


def book_refund(
    unit: Unit, refund: Refund, what: str, key: str, source: Whose, dest: Whose, decision_id: int | None = None,
    *, minor: int | None = None,
) -> None:  # fmt: skip
    """Book one movement of a refund; `minor`: not all of it."""
    case = unit.case
    if decision_id is None:
        decision_id = db.session.scalar(select(Outcome.decision_id).where(Outcome.id == refund.outcome_id))
    unit.moved.append(
        Moved(
            key, what, source, dest, refund.amount_minor if minor is None else minor,
            refund.currency, case.shop_id, unit.now, case_id=case.id,
            order_id=case.order_id, capture_id=refund.capture_id, decision_id=decision_id, account_id=unit.actor.id,
        )
    )  # fmt: skip
