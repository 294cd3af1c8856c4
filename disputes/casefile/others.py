"""The other cases about the same order: where each stands, and what it sent back."""

from dataclasses import dataclass

from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Case, Refund
from disputes.text import Text
from disputes.workflows.case import CASE

from .build import page_of

MOST = 20


@dataclass(frozen=True)
class OtherCase:
    """A case as a line of a list; `back_minor` in minor units, on its way or arrived."""

    ref: str
    url: str
    state_label: Text
    back_minor: int


def others_of(case: Case, role: str) -> tuple[OtherCase, ...]:
    """The latest other cases about a case's order, the newest first, in one statement."""
    back = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(Refund.case_id == Case.id)
    query = select(Case, back.scalar_subquery()).where(Case.order_id == case.order_id, Case.id != case.id)
    found = db.session.execute(query.order_by(Case.id.desc()).limit(MOST))
    return tuple(
        OtherCase(other.ref, page_of(other, role), Text(CASE.by_name[other.state].label), int(minor))
        for other, minor in found
    )
