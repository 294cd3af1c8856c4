"""What the facts know of the decision in force: whose it is, who appealed, and whether there is still time to."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, exists, select

from disputes.db import db
from disputes.models import Appeal, Case, Decision, Event, Shop
from disputes.workflows.roles import BUYER, PARTIES, SELLER

from .clocks import rule_of

# The step that took a case to where it stands, for the states one comes back from.
WENT_BY = {"appealed": "appeal", "external_body": "go_external"}


def picture(case: Any) -> tuple[Any, ...]:
    """Parts of the facts' one statement."""
    went = and_(Event.case_id == case.id, Event.record == "case", Event.trigger == bindparam("went_by"))

    def of(column: Any) -> Any:
        return select(column).where(Decision.in_force(case.id)).scalar_subquery()

    def appealed(side: str) -> Any:
        return exists().where(Appeal.decision_id == Decision.id, Appeal.side == side, Decision.in_force(case.id))

    return (
        of(Decision.account_id).label("decided_by"),
        of(Decision.second_id).label("second_by"),
        of(Decision.settled).label("settled"),
        of(Decision.decided_at).label("decided_at"),
        appealed(BUYER).label("buyer_appealed"),
        appealed(SELLER).label("seller_appealed"),
        exists().where(Appeal.case_id == case.id, Appeal.decided_at.is_(None)).label("appeal_open"),
        select(Event.source).where(went).order_by(Event.seq.desc()).limit(1).scalar_subquery().label("stood_in"),
    )


def asked(case: Case) -> dict[str, Any]:
    """The values of its parameters."""
    return {"went_by": WENT_BY.get(case.state, "")}


def facts(case: Case, row: Any, received_at: datetime) -> dict[str, Any]:
    """The same as fields of CaseFacts."""
    sides = dict(zip(PARTIES, (row.buyer_appealed, row.seller_appealed), strict=True))
    return {
        "decided_by": frozenset(who for who in (row.decided_by, row.second_by) if who is not None),
        "settled": bool(row.settled),
        "stood_in": row.stood_in,
        "appealed_by": frozenset(side for side, has in sides.items() if has),
        "appeal_open": row.appeal_open,
        "appeal_over": _over(case, row.decided_at, received_at),
    }


def _over(case: Case, decided_at: datetime | None, received_at: datetime) -> bool:
    rule = rule_of(case, "appeal_window") if decided_at else None
    if rule is None or decided_at is None:
        return False  # where the rules set no end, there is none
    shop = db.session.get(Shop, case.shop_id)
    assert shop is not None, "a case without its shop"
    return rule.due(decided_at, ZoneInfo(shop.zone)) < received_at
