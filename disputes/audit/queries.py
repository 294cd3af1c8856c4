"""Cases of a shop, all of them, and who read what of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, or_, select, tuple_

from disputes.auth.people import Person
from disputes.casefile.rows import select_rows
from disputes.models import Account, Case, Order, Reading
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
