"""Take turns on a case without HTTP: the same services, with time and actor as arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db, writing
from disputes.filings.service import Claim, lock_order, open_case
from disputes.models import Account, Case, OrderLine
from disputes.moment import real_now
from disputes.steps import Actor, fire_overdue, lock_case, take_step
from disputes.verdicts import Wanted


def person(email: str) -> int:
    """A person's id."""
    return db.session.scalars(select(Account.id).where(Account.email == email)).one()


@contextmanager
def turn(
    case_id: int, email: str | None, role: str, *, at: datetime | None = None, arrived: datetime | None = None
) -> Iterator[Turn]:
    """A turn on a locked case, committed at its end. `arrived`: when it reached us, if earlier than `at`."""
    actor = Actor(person(email) if email else None, role)
    now = at or real_now()
    with writing():
        locked = lock_case(case_id)
        assert locked
        yield Turn(*locked, actor, now, arrived or now)


def file_case(
    order_id: int, buyer: str, *, reason: str = "not_as_described", sub_reason: str | None = "defective",
    wish: str = "full_refund", wish_minor: int | None = None, quantity: int | None = None, line: int = 0,
    at: datetime | None = None, words: str = "It does not light up.",
) -> int:  # fmt: skip
    """File a case about one line of an order, through the service. Returns the case's id."""
    now = at or real_now()
    lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)).all()
    wanted = Wanted({lines[line].id: quantity or lines[line].quantity}, reason, sub_reason, wish, wish_minor)
    claim = Claim(wanted, words, uuid4().hex)
    buyer_id = person(buyer)
    with writing():
        case, _ = open_case(lock_order(order_id), claim, Actor(buyer_id, "buyer"), now=now, received_at=now)
        return case.id


def notice(case_id: int, clock: str, at: datetime | None = None) -> None:
    """The mailer has taken the notice that starts a clock."""
    now = at or real_now()
    with writing():
        locked = lock_case(case_id)
        assert locked
        take_step(locked[0], "notice_sent", Actor(None, "system"), now=now, received_at=now, details={"clock": clock})


def sweep(case_id: int, at: datetime) -> str | None:
    """What the worker does when a limit has run out."""
    with writing():
        locked = lock_case(case_id)
        assert locked
        return fire_overdue(locked[0], now=at, received_at=at)


def case_of(case_id: int) -> Case:
    """A case as it stands now."""
    db.session.rollback()
    return db.session.scalars(select(Case).where(Case.id == case_id)).one()


HOUR = timedelta(hours=1)
