"""What is shut to whom: asked by the steps of a case, by filing, and by pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from disputes.db import db
from disputes.models import Decision, Outcome, Restriction, RestrictionScope, Shop
from disputes.models.restriction import EVERYTHING
from disputes.text import N_, Text
from disputes.workflows.roles import BUYER, SELLER

FILING, MESSAGING = "filing", "messaging"
NO_FILING = N_("You cannot open new cases: your account is restricted until it is lifted.")
NO_FILING_UNTIL = N_("You cannot open new cases until %(until)s: your account is restricted.")


def binding(side: str, subject_id: Any, shop_id: Any, scope: str, now: Any) -> ColumnElement[bool]:
    """The condition of a restriction that shuts `scope` to a buyer (account) or a seller in a shop at `now`."""
    subject = Restriction.account_id if side == BUYER else Restriction.seller_id
    of_scope = (RestrictionScope.restriction_id == Restriction.id, RestrictionScope.scope.in_((scope, EVERYTHING)))
    wanted = (subject == subject_id, Restriction.shop_id == shop_id, Restriction.binds(now))
    return exists().where(*wanted, *of_scope)


def muted(case: Any, side: str, now: Any) -> ColumnElement[bool]:
    """SQL for whether a side of a case may not begin to write."""
    subject_id = case.buyer_id if side == BUYER else case.seller_id
    return binding(side, subject_id, case.shop_id, MESSAGING, now)


def why_no_filing(side: str, subject_id: int, shop: Shop, now: datetime) -> Text | None:
    """Why a buyer or a seller may not open a case in a shop now, with the last end of what shuts it; None: they may."""
    subject = Restriction.account_id if side == BUYER else Restriction.seller_id
    query = (
        select(Restriction.ends_at)
        .join(RestrictionScope, RestrictionScope.restriction_id == Restriction.id)
        .where(subject == subject_id, Restriction.shop_id == shop.id, Restriction.binds(now))
        .where(RestrictionScope.scope.in_((FILING, EVERYTHING)))
    )
    ends = db.session.scalars(query).all()
    if not ends:
        return None
    known = [end for end in ends if end is not None]
    return Text(NO_FILING_UNTIL, {"until": max(known)}) if len(known) == len(ends) else Text(NO_FILING)


def in_draft(case: Any, now: Any) -> tuple[Any, ...]:
    """Parts of the facts' one statement: whether the draft suspends somebody, and whether one would be over before it
    begins."""
    mine = (Outcome.id == Restriction.outcome_id, Decision.id == Outcome.decision_id, Decision.drafted(case.id))
    everything = exists().where(RestrictionScope.restriction_id == Restriction.id, RestrictionScope.scope == EVERYTHING)
    return (
        exists().where(*mine, or_(Restriction.ends_at.is_(None), everything)).label("suspends"),
        exists().where(*mine, Restriction.ends_at <= now).label("draft_over"),
    )


def subject_of(restriction: Restriction) -> str:
    """The side a restriction is of: buyer or seller."""
    return BUYER if restriction.account_id is not None else SELLER
