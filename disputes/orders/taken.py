"""What was really taken for an order, in the books: a capture that changed is put right by a further movement."""

from collections.abc import Mapping

from sqlalchemy import func, select

from disputes.db import db
from disputes.effects.books import Moved, write
from disputes.models import Capture, Movement, Order
from disputes.models.book import PROVIDER, SELLER


def book_taken(order: Order, more: Mapping[Capture, int]) -> None:
    """Book how much more was taken by each capture than is booked, in minor units; less: below nothing."""
    changed = {capture: by for capture, by in more.items() if by}
    earlier = _booked(changed) if changed else {}
    write(
        [
            Moved(
                f"captured-{capture.id}-{earlier.get(capture.id, 0)}", "captured", (PROVIDER, 0),
                (SELLER, order.seller_id), by, order.currency, order.shop_id, capture.captured_at,
                order_id=order.id, capture_id=capture.id,
            )
            for capture, by in changed.items()
        ]
    )  # fmt: skip


def _booked(captures: Mapping[Capture, int]) -> Mapping[int | None, int]:
    """How many movements of theirs there are already; the order is locked, so no more come meanwhile."""
    ids = [capture.id for capture in captures]
    query = select(Movement.capture_id, func.count()).where(Movement.what == "captured", Movement.capture_id.in_(ids))
    return {of: n for of, n in db.session.execute(query.group_by(Movement.capture_id))}
