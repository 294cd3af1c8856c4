"""What the steps of a restriction do besides: times, sessions, and what the marketplace is asked to hold."""

from datetime import datetime

from sqlalchemy import delete, select, update

from disputes.db import db, insert_rows
from disputes.models import Grant, Restriction, RestrictionAppeal, RestrictionScope, Session
from disputes.models.restriction import EVERYTHING, HELD
from disputes.moment import real_now
from disputes.outbox import put

from .unit import HouseUnit


def scopes_of(restriction: Restriction) -> tuple[str, ...]:
    """What a restriction shuts."""
    mine = RestrictionScope.restriction_id == restriction.id
    return tuple(db.session.scalars(select(RestrictionScope.scope).where(mine).order_by(RestrictionScope.scope)))


def impose(unit: HouseUnit, restriction: Restriction) -> None:
    """It holds from its start on, and never from before it was decided; if that is now, it begins."""
    restriction.starts_at = max(restriction.starts_at or unit.now, unit.now)
    if restriction.starts_at <= unit.now:
        begin(unit, restriction)


def begin(unit: HouseUnit, restriction: Restriction) -> None:
    """Its start has come: the marketplace is told, and after a termination nobody stays signed in."""
    restriction.begun_at = unit.now
    scopes = scopes_of(restriction)
    for what in held(restriction, scopes):
        _ask(unit, restriction, "hold", what)
    if EVERYTHING in scopes and restriction.ends_at is None:
        _end_sessions(restriction)


def release(unit: HouseUnit, restriction: Restriction) -> None:
    """It is over: what the marketplace held is let go, and an appeal nobody has answered has nothing left to ask."""
    if restriction.begun_at is not None:
        for what in held(restriction, scopes_of(restriction)):
            _ask(unit, restriction, "release", what)
    waits = (RestrictionAppeal.restriction_id == restriction.id, RestrictionAppeal.decided_at.is_(None))
    db.session.execute(update(RestrictionAppeal).where(*waits).values(decided_at=unit.now, result="moot"))


def vary(unit: HouseUnit, restriction: Restriction) -> None:
    """An appeal made it shorter or smaller; `details` say what is left of it."""
    before, after = scopes_of(restriction), tuple(unit.details["scopes"])
    ends = unit.details["ends_at"]
    restriction.ends_at = datetime.fromisoformat(ends) if ends else None
    gone = (RestrictionScope.restriction_id == restriction.id, RestrictionScope.scope.not_in(after))
    db.session.execute(delete(RestrictionScope).where(*gone))
    # Of "everything" a part may be left, which was not named before.
    named = [{"restriction_id": restriction.id, "scope": scope} for scope in after if scope not in before]
    insert_rows(RestrictionScope, named)
    if restriction.begun_at is not None:
        for what in set(held(restriction, before)) - set(held(restriction, after)):
            _ask(unit, restriction, "release", what)


def held(restriction: Restriction, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """What of it the marketplace does for us: only sellers are paid and have listings."""
    if restriction.seller_id is None:
        return ()
    return tuple(what for what in HELD if what in scopes or EVERYTHING in scopes)


def _ask(unit: HouseUnit, restriction: Restriction, do: str, what: str) -> None:
    payload = {"restriction": restriction.id, "what": what}
    unit.outbox.append(put.row(do, f"{do}-{restriction.id}-{what}", payload, case_id=None))


def _end_sessions(restriction: Restriction) -> None:
    # One or the other: a seller_id of None would name every grant without a seller, all staff of all shops.
    if restriction.seller_id is None:
        people = Session.account_id == restriction.account_id
    else:
        people = Session.account_id.in_(select(Grant.account_id).where(Grant.seller_id == restriction.seller_id))
    db.session.execute(update(Session).where(people, Session.ended_at.is_(None)).values(ended_at=real_now()))
