"""Tell the seller to stop an order; when they were told, the measure is done."""

from flask import current_app

from disputes.db import db
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Outcome
from disputes.moment import moment
from disputes.outbox import post
from disputes.outbox.about import about, readers
from disputes.outbox.job import Failed, Job
from disputes.outbox.letters import letter
from disputes.steps import lock_case, take_step
from disputes.web.configure import settings_of
from disputes.workflows.roles import SELLER

STILL_TO_DO = ("ordered", "failed")


def act(job: Job) -> post.Posted:
    """Hand the mail over to every member of the seller."""
    assert job.case_id is not None
    matter = about(job.case_id, {"to": SELLER})
    letters = [letter(matter, job.kind, SELLER, reader) for reader in readers(matter, SELLER)]
    return post.hand_over(job, letters, settings_of(current_app))


def record(job: Job, posted: post.Posted) -> Failed | None:
    """Write the send log and finish the outcome."""
    locked = lock_case(job.case_id or 0)
    assert locked is not None, "a measure without its case"
    case, shop = locked
    post.log(job, posted, case.id, shop, side=SELLER)
    if posted.missing:
        return Failed(posted.missing)
    outcome = db.session.get(Outcome, job.payload["outcome"], populate_existing=True)
    if outcome is not None and outcome.state in STILL_TO_DO:
        now = moment(shop)
        take_step(outcome, "finish", SYSTEM_ACTOR, now=now, received_at=now)
    return None
