"""Refunds that did not work, and what the platform owes sellers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from disputes.auth.people import Person
from disputes.db import db
from disputes.models import Case, Outcome, Refund

MOST = 200


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


def owed(person: Person) -> Sequence[Any]:
    """(outcome, case) of what the platform owes sellers in the shops this person leads, the oldest first."""
    return db.session.execute(
        select(Outcome, Case)
        .join(Case, Case.id == Outcome.case_id)
        .where(Outcome.kind == "credit_seller", Outcome.state == "ordered", Case.shop_id.in_(person.lead_shops))
        .where(Case.buyer_id != person.id, Case.seller_id.not_in(person.sellers))
        .order_by(Outcome.changed_at, Outcome.id)
        .limit(MOST)
    ).all()
