"""Every row of the case table is walked from a filing, through the services; and what is left is in order."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.effects.chain import first_fault
from disputes.models import Account, Capture, Case, Event, Order, Parcel, Seller, Shop
from disputes.workflows.case import ANYWHERE, CASE
from disputes.workflows.core import SAME
from disputes.workflows.roles import DESK, SYSTEM
from tests.cast import ADA, Cast, grant, make_order, own_store
from tests.turns import file_case
from tests.walker import TWO, Row, Walk, walk_on

CASES = 250
START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


def worth_a_walk() -> set[Row]:
    """Every row; of steps that are the same in every state, two. A new case leaves `opened` with its first step."""
    rows = {(step.trigger, source) for step in CASE.steps for source in step.source}
    anywhere = {step.trigger for step in CASE.steps if step.source == ANYWHERE}
    rows -= {("keep_late", "seller_contacted"), ("extend", "investigated")}  # where a limit is over, or none runs
    passing = {row for row in rows if row[1] == "opened" and SYSTEM not in CASE.by_trigger[row[0]].by}
    return {row for row in rows if row[0] not in anywhere or row[1] in ("seller_contacted", "investigated")} - passing


def new_case(cast: Cast, number: int, random: Random) -> tuple[int, datetime]:
    """A filing on an order of its own, two hours after the last one. Every fifth belongs elsewhere or comes early."""
    at = START + timedelta(hours=2 * number)
    if number % 5 == 0:
        return _aside(cast, at, random), at
    with writing() as session:
        shop = session.get(Shop, "jd-3p")
        assert shop
        shop.refund_limit_minor = random.choice((None, 50))
        seller = session.scalars(select(Seller).where(Seller.shop_id == shop.id, Seller.ref == "ben")).one()
        order_id = make_order(shop, cast.people[ADA], seller, f"JD-W{number}", now=at)
    wish = random.choice(("full_refund", "partial_refund", "cancellation", "answer"))
    reason = random.choice(("not_as_described", "not_as_described", "late", "question", "changed_mind", "counterfeit"))
    wish_minor = 500 if wish == "partial_refund" else None
    return file_case(order_id, ADA, wish=wish, wish_minor=wish_minor, reason=reason, sub_reason=None, at=at), at


def another_lead(cast: Cast) -> None:
    """Whoever reviews what Lin did."""
    with writing() as session:
        account = Account(email=TWO, name="Two", created_at=START)
        session.add(account)
        session.flush()
        grant(account.id, "lead", "jd-3p")


def _aside(cast: Cast, at: datetime, random: Random) -> int:
    """A filing in a maker's own store: bought on a marketplace, or sent only yesterday."""
    pack = random.choice(("jabra", "imalent"))
    order_id = own_store(pack, cast.people[ADA], now=at)
    with writing() as session:
        session.execute(update(Order).where(Order.id == order_id).values(channel="ebay" if pack == "jabra" else "web"))
        sent = {"dispatched_at": at - timedelta(days=1), "delivered_at": None}
        session.execute(update(Parcel).where(Parcel.order_id == order_id).values(**sent))
    reason, sub_reason = ("late", "still_on_its_way") if pack == "imalent" else ("not_as_described", None)
    return file_case(order_id, ADA, reason=reason, sub_reason=sub_reason, at=at)


def test_every_row_of_the_table_is_walked_from_a_filing(cast: Cast, tmp_path: Path) -> None:
    random, seen, rows = Random(7), set[Row](), worth_a_walk()
    another_lead(cast)
    for number in range(CASES):
        case_id, at = new_case(cast, number, random)
        walk_on(Walk(case_id, random, tmp_path, at), seen, rows)
        if rows <= seen:
            break
    assert {step.trigger for step in CASE.steps} == {trigger for trigger, _ in seen}
    missing = sorted(f"{t} from {s}" for t, s in rows - seen)
    assert not missing, "\n".join(missing)
    _is_in_order()


def _is_in_order() -> None:
    """Whatever was walked: histories hold, no capture gives back more than it took, nobody waits for nobody."""
    for case in db.session.scalars(select(Case)).all():
        events = db.session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)).all()
        assert first_fault(case, events) is None
        assert case.is_open == CASE.by_name[case.public_state].open
    for capture in db.session.scalars(select(Capture)):
        assert 0 <= capture.refund_reserved_minor + capture.refunded_minor <= capture.captured_minor


def test_every_open_state_has_a_clock_or_somebody_whose_turn_it_is() -> None:
    for state in CASE.states:
        if state.open:
            taken_by = {role for step in CASE.by_state[state.name] if step.dest != SAME for role in step.by}
            assert state.clocks or taken_by & {*DESK, SYSTEM}, state.name
