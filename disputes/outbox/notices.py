"""Take a provider's message in, once."""

from datetime import datetime

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from disputes.db import db
from disputes.models import Outbox, Webhook

from . import put
from .provider import Notice


def take_in(shop_id: str, notice: Notice, *, now: datetime) -> bool:
    """Note a message and the work it makes, in one transaction; False when we had it. `now` is real time.

    The row of the message itself is what many at once wait for: one of them writes it."""
    table = Webhook.__table__
    assert isinstance(table, Table)
    row = {"shop_id": shop_id, "event_id": notice.id, "kind": notice.kind, "ref": notice.ref, "received_at": now}
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    taken = dialect.insert(table).values(row).on_conflict_do_nothing().returning(table.c.id)
    webhook_id = db.session.execute(taken).scalar_one_or_none()
    if webhook_id is None:
        return False
    work = put.row("told", f"told-{webhook_id}", {"webhook": webhook_id}, case_id=None)
    db.session.execute(insert(Outbox), [work])
    return True
