"""Lift a restriction whose decision is no longer in force."""

from disputes.effects.house_facts import lock_subject
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.moment import moment
from disputes.outbox.job import Job
from disputes.steps import take_step
from disputes.workflows.restriction import IN_FORCE


def act(_job: Job) -> None:
    """Nothing outside of the house has to happen."""


def record(job: Job, _answer: None) -> None:
    """Lift it, or call it off before it began; one that is over stays as it is. Locks its subject."""
    locked = lock_subject(job.payload["restriction"])
    assert locked is not None, "a restriction to lift"
    restriction, _, shop = locked
    trigger = "call_off" if restriction.state == "proposed" else "lift" if restriction.state in IN_FORCE else None
    if trigger:
        now = moment(shop)
        take_step(restriction, trigger, SYSTEM_ACTOR, now=now, received_at=now)
