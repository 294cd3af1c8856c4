"""Limits that ran out: one transaction for each case, as the sweep does it, against many in one."""

from datetime import timedelta

from flask import Flask

from disputes.db import db, writing
from disputes.moment import real_now
from disputes.steps import fire_overdue, lock_case
from tests.bench.measure import Report, timed
from tests.bench.stock import cases
from tests.cast import Cast
from tests.turns import case_of, notice

LATER = timedelta(days=30)
BATCH = 10


def measure(app: Flask, cast: Cast, report: Report, rounds: int) -> None:
    """How many limits a second either way; each round fires a batch both ways."""
    with app.app_context():
        waiting = cases(cast, 2 * BATCH * rounds, "sweep")
        for case_id in waiting:
            notice(case_id, "seller_response")
        taken = iter(waiting)
        alone = together = 0.0
        for _ in range(rounds):
            first, second = ([next(taken) for _ in range(BATCH)] for _ in range(2))
            db.session.expunge_all()  # the worker's session is new each time it looks
            alone += timed(lambda batch=first: [_fire([case_id]) for case_id in batch])  # type: ignore[misc]
            db.session.expunge_all()
            together += timed(lambda batch=second: _fire(batch))  # type: ignore[misc]
        assert {case_of(case_id).state for case_id in waiting} == {"investigated"}
        db.session.remove()
    done = BATCH * rounds
    rates = f"{done / together:.0f} / {done / alone:.0f} limits a second"
    report.add(f"the sweep, {BATCH} cases a transaction / one at a time (as it is)", alone / together, rates)


def _fire(case_ids: list[int]) -> None:
    at = real_now() + LATER
    with writing():
        for case_id in case_ids:
            locked = lock_case(case_id)
            assert locked is not None
            fire_overdue(locked[0], now=at, received_at=at)
