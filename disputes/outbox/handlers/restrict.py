"""Put a decided restriction in force, behind the lock of its subject alone; then say in its case that it is done."""

from sqlalchemy import select

from disputes.db import db, writing
from disputes.effects.house_facts import lock_subject
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Outcome, Restriction
from disputes.moment import moment
from disputes.outbox.job import Job
from disputes.steps import lock_case, take_step

STILL_TO_DO = ("ordered", "failed")


def act(job: Job) -> None:
    """The restriction itself, once: whoever comes again finds it in force, or called off."""
    found = db.session.scalar(select(Restriction.id).where(Restriction.outcome_id == job.payload["outcome"]))
    with writing():
        locked = lock_subject(found or 0)
        assert locked is not None, "an outcome that restricts nobody"
        restriction, _, shop = locked
        if restriction.state == "proposed":
            now = moment(shop)
            # Nobody came before its end: there is nothing left to put in force.
            over = restriction.ends_at is not None and restriction.ends_at <= now
            take_step(restriction, "call_off" if over else "impose", SYSTEM_ACTOR, now=now, received_at=now)


def record(job: Job, _answer: None) -> None:
    """Finish the outcome of the decision."""
    locked = lock_case(job.case_id or 0)
    assert locked is not None, "a measure without its case"
    outcome = db.session.get(Outcome, job.payload["outcome"], populate_existing=True)
    if outcome is not None and outcome.state in STILL_TO_DO:
        now = moment(locked[1])
        take_step(outcome, "take_effect", SYSTEM_ACTOR, now=now, received_at=now)
