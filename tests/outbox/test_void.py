"""What was authorised and never captured is let go, once; a void of nothing says so and changes nothing."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Allocation
from disputes.outbox.worker import drain
from disputes.sandbox.ledger import lines
from disputes.settings import Settings
from tests.cast import Cast
from tests.outbox.rows import add, hurry, let_leases_run_out, row


def allocation(cast: Cast, *, more: int) -> Allocation:
    """What pays Ada's order; `more` of it was authorised and not captured."""
    mine = Allocation.order_id == cast.jd_order
    with writing() as session:
        session.execute(update(Allocation).where(mine).values(amount_minor=Allocation.amount_minor + more))
    return db.session.scalars(select(Allocation).where(mine).execution_options(populate_existing=True)).one()


def voided(cast: Cast) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(Allocation.voided_minor).where(Allocation.order_id == cast.jd_order)) or 0)


def order(cast: Cast, open_minor: int) -> None:
    pays = allocation(cast, more=open_minor)
    add("void-1", kind="void", payload={"allocation": pays.id, "open_minor": open_minor})


def test_what_was_not_captured_is_let_go_and_noted(cast: Cast, settings: Settings) -> None:
    order(cast, 700)
    drain()
    assert voided(cast) == 700
    told = [(line["what"], line["payment_ref"], line["open_minor"]) for line in lines(settings.provider_ledger)]
    assert told == [("void", "pay-JD-1001", 700)]


def test_a_void_of_nothing_succeeds_and_notes_nothing(cast: Cast) -> None:
    order(cast, 0)
    drain()
    assert (voided(cast), row("void-1").done_at is not None) == (0, True)


def test_an_error_is_tried_again_and_lets_go_once(
    cast: Cast, mischief: Callable[..., None], settings: Settings
) -> None:  # fmt: skip
    order(cast, 700)
    mischief(broken=1)
    drain()
    assert (voided(cast), "500" in (row("void-1").last_error or "")) == (0, True)
    hurry()
    drain()
    let_leases_run_out()
    drain()
    assert (voided(cast), len(lines(settings.provider_ledger))) == (700, 1)


def test_several_allocations_of_a_payment_are_let_go_each_for_itself(cast: Cast, settings: Settings) -> None:
    pays = allocation(cast, more=900)
    payloads: list[dict[str, Any]] = [{"allocation": pays.id, "open_minor": part} for part in (400, 500)]
    for n, payload in enumerate(payloads):
        add(f"void-{n}", kind="void", payload=payload)
    drain()
    assert (voided(cast), len(lines(settings.provider_ledger))) == (900, 2)
