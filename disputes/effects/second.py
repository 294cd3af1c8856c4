"""When a draft needs a second person, and whether one was asked: parts of the facts' one statement."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from disputes.db import db
from disputes.models import Approval, Case, Decision, Outcome, Shop

DAY = timedelta(hours=24)


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of a draft's content as canonical JSON: what an approval binds."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def of_draft(case: Case, column: Any) -> Any:
    """One column of the case's draft decision, as a subquery."""
    return select(column).where(Decision.drafted(case.id)).scalar_subquery()


def picture(case: Case, now: datetime) -> tuple[Any, ...]:
    """Who drafted, how much the draft sends back, how much its author did in the last day, and who was asked."""
    past = aliased(Decision)
    amounts = func.coalesce(func.sum(Outcome.amount_minor), 0)
    planned = select(amounts).join(Decision, Decision.id == Outcome.decision_id).where(Decision.drafted(case.id))
    alone = and_(past.decided_at > now - DAY, past.second_id.is_(None), past.settled.is_(False))
    author = of_draft(case, Decision.account_id)
    done = select(amounts).join(past, past.id == Outcome.decision_id).where(alone, past.account_id == author)
    same = and_(Approval.decision_id == Decision.id, Approval.digest == Decision.digest, Approval.ended_at.is_(None))
    asked = select(Approval.asked_by).join(Decision, same).where(Decision.drafted(case.id))
    return (
        author.label("drafted_by"),
        planned.scalar_subquery().label("draft_minor"),
        done.scalar_subquery().label("done_minor"),
        asked.scalar_subquery().label("second_asked_by"),
    )


def why(case: Case, row: Any) -> str | None:
    """The limit of the shop that the draft goes over, if any."""
    if row.drafted_by is None:
        return None
    shop = db.session.get(Shop, case.shop_id)
    assert shop is not None, "a case without its shop"
    if shop.refund_limit_minor is not None and row.draft_minor > shop.refund_limit_minor:
        return "over_limit"
    over = (
        shop.daily_limit_minor is not None
        and row.draft_minor
        and row.draft_minor + row.done_minor > shop.daily_limit_minor
    )
    return "over_daily" if over else None
