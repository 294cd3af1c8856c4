"""Many cases at once, written as rows, for tests of what a page costs."""

from datetime import timedelta

from sqlalchemy import insert, select

from disputes.db import db, writing
from disputes.models import Case, CaseLine, Filing, Order, OrderLine
from disputes.models.columns import new_public_id
from disputes.moment import real_now
from disputes.workflows.case import CASE

OPEN_SHARE = 10  # one case in ten is open, as in a shop that has been running for a while


def crowd(order_id: int, count: int) -> None:
    """Write `count` cases about one order: one in ten open and to be decided, the rest closed long ago."""
    now = real_now()
    order = db.session.scalars(select(Order).where(Order.id == order_id)).one()
    line_id = db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order_id).limit(1)).one()
    with writing() as session:
        first = (session.scalar(select(Filing.id).order_by(Filing.id.desc()).limit(1)) or 0) + 1
        filings, cases, lines = [], [], []
        for n in range(first, first + count):
            opened = now - timedelta(days=400) + timedelta(minutes=n)
            is_open = n % OPEN_SHARE == 0
            state = "investigated" if is_open else "closed"
            filings.append(
                {
                    "id": n,
                    "key": f"crowd-{n}",
                    "order_id": order_id,
                    "filed_by": order.buyer_id,
                    "received_at": opened,
                    "filed_at": opened,
                }
            )
            cases.append(
                {
                    "id": n, "public_id": new_public_id(), "ref": f"C{n:08}", "filing_id": n, "shop_id": order.shop_id,
                    "order_id": order_id, "seller_id": order.seller_id, "buyer_id": order.buyer_id,
                    "reason": "item_not_received", "currency": order.currency, "claimed_minor": 100, "pack": "jd_3p",
                    "opened_at": opened, "state": state, "version": 1, "public_state": state, "public_version": 1,
                    "public_seq": 1, "is_open": is_open, "queue_at": opened, "desk_due_at": opened, "head_seq": 1,
                    "head_hash": "0" * 64,
                }
            )  # fmt: skip
            lines.append({"case_id": n, "line_id": line_id, "quantity": 1, "paid_minor": 100})
        for table, rows in ((Filing, filings), (Case, cases), (CaseLine, lines)):
            session.execute(insert(table), rows)
    assert state in CASE.state_names
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy import text

        with writing() as session:
            for table in ("filing", "case", "case_line"):
                session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM \"{table}\"))"))
    with writing() as session:
        session.connection().exec_driver_sql("ANALYZE")
