"""Cases of a shop, all of them, and who read what of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, or_, select, tuple_

from disputes.auth.people import Person
from disputes.casefile.rows import select_rows
from disputes.db import db
from disputes.effects.house import HOUSES
from disputes.models import Account, Case, HouseEvent, Order, Reading
from disputes.web.keyset import PAGE
from disputes.workflows.roles import AUDITOR

After = tuple[datetime, int] | None


def cases(person: Person, words: str, after: After) -> Select[Any]:
    """Cases of the person's shops, the newest first; those that `words` name exactly, when there are any."""
    query = select_rows().where(Case.shop_id.in_(person.shops_as(AUDITOR)))
    if words:
        number = Order.number == words
        query = query.where(or_(Case.ref == words.upper(), number, Account.email == words.lower()))
    if after:
        query = query.where(tuple_(Case.opened_at, Case.id) < after)
    return query.order_by(Case.opened_at.desc(), Case.id.desc()).limit(PAGE + 1)


def readings(person: Person, wanted: Mapping[str, str], after: After) -> Select[Reading, Account, Case]:
    """Who read what of the person's shops, the latest first; of one case, or by one person, when `wanted`."""
    query = (
        select(Reading, Account, Case)
        .join(Account, Account.id == Reading.account_id)
        .join(Case, Case.id == Reading.case_id)
        .where(Case.shop_id.in_(person.shops_as(AUDITOR)))
    )
    if ref := wanted.get("case", "").strip():
        query = query.where(Case.ref == ref.upper())
    if email := wanted.get("by", "").strip():
        query = query.where(Account.email == email.lower())
    if after:
        query = query.where(Reading.id < after[1]) if after[1] < 2**31 else query.where(false())
    return query.order_by(Reading.id.desc()).limit(PAGE + 1)


def changes(person: Person, after: After) -> Select[HouseEvent]:
    """What was changed about people, sellers and shops, the latest first: of the person's shops, and what is of no
    shop but of the whole installation."""
    mine = or_(HouseEvent.shop_id.in_(person.shops_as(AUDITOR)), HouseEvent.shop_id.is_(None))
    query = select(HouseEvent).where(mine, HouseEvent.root.in_([table.__tablename__ for table in HOUSES]))
    if after:
        query = query.where(HouseEvent.id < after[1]) if after[1] < 2**31 else query.where(false())
    return query.order_by(HouseEvent.id.desc()).limit(PAGE + 1)


def named(table: Any, events: Iterable[HouseEvent]) -> dict[str, Any]:
    """The rows of `table` that some events are about, by the root's id."""
    wanted = {event.root_id for event in events if event.root == table.__tablename__}
    kind = table.__table__.c.id.type.python_type
    query = select(table).where(table.id.in_(map(kind, wanted)))
    return {str(row.id): row for row in db.session.scalars(query)} if wanted else {}


def people(events: Iterable[HouseEvent]) -> dict[int, str]:
    """The names of whoever did something."""
    ids = {event.actor_id for event in events if event.actor_id is not None}
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {account_id: name for account_id, name in db.session.execute(query)} if ids else {}
