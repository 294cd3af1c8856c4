"""Send one notice to one side: render it now, hand it over, write the log, start the clock it announced."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from disputes.db import db
from disputes.effects.unit import SYSTEM_ACTOR
from disputes.models import Case, Clock, Shop
from disputes.moment import moment
from disputes.outbox import post
from disputes.outbox.about import about, readers
from disputes.outbox.job import Failed, Job
from disputes.outbox.letters import letter
from disputes.steps import lock_case, take_step
from disputes.web.configure import settings_of


def act(job: Job) -> post.Posted | None:
    """Hand the mail over for each reader who does not have it yet; None when it has nothing to say any more."""
    assert job.case_id is not None
    matter, side, topic = about(job.case_id, job.payload), job.payload["to"], job.payload["topic"]
    if topic == "reminder" and (matter.limit is None or matter.limit.due_at <= moment(matter.shop)):
        return None  # answered, or over, meanwhile
    letters = [letter(matter, topic, side, reader) for reader in readers(matter, side)]
    return post.hand_over(job, letters, settings_of(current_app))


def record(job: Job, posted: post.Posted | None) -> Failed | None:
    """Write the send log; when everybody has the notice, its clock starts."""
    if posted is None:
        return None
    locked = lock_case(job.case_id or 0)
    assert locked is not None, "a notice without its case"
    case, shop = locked
    post.log(job, posted, case.id, shop, side=job.payload["to"])
    if posted.missing:
        return Failed(posted.missing)
    if job.payload["clock"]:
        _start(case, shop, job.payload)
    return None


def _start(case: Case, shop: Shop, payload: dict[str, Any]) -> None:
    """The seller's clock starts when the notice was handed to the mailer (DESIGN 4)."""
    waits = select(Clock.id).where(
        Clock.case_id == case.id, Clock.name == payload["clock"], Clock.opened_seq == payload["seq"],
        Clock.due_at.is_(None), Clock.closed_at.is_(None),
    )  # fmt: skip
    if db.session.scalar(waits) is not None:
        now = moment(shop)
        take_step(case, "notice_sent", SYSTEM_ACTOR, now=now, received_at=now, details={"clock": payload["clock"]})
