"""When a draft needs a second person, and whether one was asked: parts of the facts' one statement."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.models import Account, Allocation, Approval, Case, Decision, Outcome, Payment, Shop
from disputes.workflows.outcome import DEBIT

DAY = timedelta(hours=24)


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a draft's content as canonical JSON: what an approval binds."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def of_draft(case: Any, column: Any) -> Any:
    """One column of the case's draft decision, as a subquery."""
    return select(column).where(Decision.drafted(case.id)).scalar_subquery()


def asked(now: datetime) -> dict[str, Any]:
    """The values of its parameters."""
    return {"day_ago": now - DAY}


def hold(case: Case, shop: Shop, *people: int | None) -> None:
    """Lock what a shop's limits count over, so that two decisions about different cases are counted one after the
    other: the payments of the order, and the people who may send back only so much a day. The case is locked before."""
    if shop.refund_limit_minor is not None:
        of = select(Allocation.payment_id).where(Allocation.order_id == case.order_id)
        payments = select(Payment.id).where(Payment.id.in_(of)).order_by(Payment.id)
        db.session.execute(payments.with_for_update(key_share=True))
    if shop.daily_limit_minor is not None:
        them = select(Account.id).where(Account.id.in_(people)).order_by(Account.id)
        db.session.execute(them.with_for_update(key_share=True))


def picture(case: Any, actor: Any) -> tuple[Any, ...]:
    """Who drafted, how much the draft sends back, how much decisions about its payments did before, how much its author
    and whoever looks at it did in the shop in the last day, and who was asked."""
    past, of = aliased(Decision), aliased(Case)
    amounts = func.coalesce(func.sum(Outcome.amount_minor), 0)
    planned = select(amounts).join(Decision, Decision.id == Outcome.decision_id).where(Decision.drafted(case.id))
    alone = and_(past.decided_at > bindparam("day_ago"), past.second_id.is_(None), past.settled.is_(False))
    author = of_draft(case, Decision.account_id)
    done = (
        select(amounts)
        .join(past, past.id == Outcome.decision_id)
        .join(of, of.id == past.case_id)
        .where(alone, of.shop_id == case.shop_id)
    )
    same = and_(Approval.decision_id == Decision.id, Approval.digest == Decision.digest, Approval.ended_at.is_(None))
    asked = select(Approval.asked_by).join(Decision, same).where(Decision.drafted(case.id))
    return (
        author.label("drafted_by"),
        planned.scalar_subquery().label("draft_minor"),
        done.where(past.account_id == author).scalar_subquery().label("done_minor"),
        # A reviewer who takes another's draft decides it in their own name.
        done.where(past.account_id == actor.id).scalar_subquery().label("own_minor"),
        _on_payments(case).label("paid_minor"),
        asked.scalar_subquery().label("second_asked_by"),
        exists()
        .where(Outcome.decision_id == Decision.id, Outcome.kind == DEBIT, Decision.drafted(case.id))
        .label("debits"),
    )


def _on_payments(case: Any) -> Any:
    """SQL for what decisions, of any case and whoever took them, sent back of the payments that paid the order."""
    of, mine, share = aliased(Case), aliased(Allocation), aliased(Allocation)
    orders = select(share.order_id).join(mine, mine.payment_id == share.payment_id)
    refunds = (
        select(func.coalesce(func.sum(Outcome.amount_minor), 0))
        .join(Decision, Decision.id == Outcome.decision_id)
        .join(of, of.id == Outcome.case_id)
        .where(of.order_id.in_(orders.where(mine.order_id == case.order_id)), Outcome.kind == "refund")
    )
    return refunds.where(Decision.decided_at.is_not(None), Decision.settled.is_(False)).scalar_subquery()


def why(case: Case, row: Any) -> str | None:
    """What of the draft asks for a second person, if anything: a suspension, or a limit of the shop it goes over."""
    if row.drafted_by is None:
        return None
    if row.suspends:
        return "suspension"
    if row.debits:
        return "debit"
    if row.frozen and row.draft_minor:
        return "frozen"
    shop = db.session.get(Shop, case.shop_id)
    assert shop is not None, "a case without its shop"
    limit = shop.refund_limit_minor
    if limit is not None and row.draft_minor > limit:
        return "over_limit"
    if limit is not None and row.draft_minor and row.draft_minor + row.paid_minor > limit:
        return "over_payment"
    over = (
        shop.daily_limit_minor is not None
        and row.draft_minor
        and row.draft_minor + max(row.done_minor, row.own_minor) > shop.daily_limit_minor
    )
    return "over_daily" if over else None
