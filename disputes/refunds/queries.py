"""Refunds that did not work, and what the platform owes sellers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from disputes.auth.people import Person
from disputes.db import db
from disputes.effects.costs import owed_to_buyer
from disputes.models import Case, Cost, Outbox, Outcome, Refund
from disputes.workflows.outcome import BY_HAND
from disputes.workflows.roles import BUYER

MOST = 200
SENDING, ARRIVAL = ("refund", "refund_arrival"), "-arrival"  # kinds of work, and how the second one's key ends


def failed(person: Person) -> Sequence[Any]:
    """(refund, case) of the person's shops, the oldest first."""
    return db.session.execute(
        select(Refund, Case)
        .join(Case, Case.id == Refund.case_id)
        .where(Refund.state == "failed", Case.shop_id.in_(person.desk_shops))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))  # nobody works on their own
        .order_by(Refund.changed_at, Refund.id)
        .limit(MOST)
    ).all()


def unanswered(person: Person) -> Sequence[Any]:
    """(refund, case, work) where the worker has given up asking the provider, the oldest first: nobody knows whether
    the money left, or arrived."""
    return db.session.execute(
        select(Refund, Case, Outbox)
        .join(Case, Case.id == Refund.case_id)
        .join(Outbox, or_(Outbox.key == Refund.key, Outbox.key == Refund.key + ARRIVAL))
        .where(Outbox.kind.in_(SENDING), Outbox.stuck_at.is_not(None), Case.shop_id.in_(person.desk_shops))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))
        .order_by(Outbox.stuck_at, Outbox.id)
        .limit(MOST)
    ).all()


def owed(person: Person) -> Sequence[Any]:
    """(outcome, case) of what the platform owes sellers in the shops this person leads, the oldest first."""
    return db.session.execute(
        select(Outcome, Case)
        .join(Case, Case.id == Outcome.case_id)
        .where(Outcome.kind.in_(BY_HAND), Outcome.state == "ordered", Case.shop_id.in_(person.lead_shops))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))
        .order_by(Outcome.changed_at, Outcome.id)
        .limit(MOST)
    ).all()


def owed_to_buyers(person: Person) -> Sequence[Any]:
    """(case, minor units) of what buyers laid out and others bear, in the shops this person leads, the oldest first."""
    owed = owed_to_buyer(Case.id)
    laid_out = select(Cost.case_id).where(Cost.laid_out_by == BUYER)
    return db.session.execute(
        select(Case, owed)
        .where(Case.id.in_(laid_out), owed > 0, Case.shop_id.in_(person.lead_shops))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))
        .order_by(Case.opened_at, Case.id)
        .limit(MOST)
    ).all()
