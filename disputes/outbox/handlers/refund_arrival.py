"""Ask the provider whether a refund it took has arrived."""

from flask import current_app

from disputes.outbox.job import Again, Job, rarer
from disputes.outbox.provider import Answer
from disputes.outbox.providers import provider_of
from disputes.outbox.refunds import note, order_of
from disputes.web.configure import settings_of

FIRST_LOOK_S, RAREST_LOOK_S = 1.0, 3600.0  # banks take days


def act(job: Job) -> Answer | None:
    """The provider's answer; None when nobody waits for it any more. Raises Unavailable."""
    found = order_of(job.payload["key"], "sent")
    if found is None:
        return None
    _, provider, ref = found
    assert ref is not None, "a refund that was sent has the provider's reference"
    return provider_of(provider, settings_of(current_app)).fetch(ref)


def record(job: Job, answer: Answer | None) -> Again | None:
    """Arrived, refused after all, or look again a little later each time."""
    if answer is None:
        return None
    if answer.status == "pending":
        return Again(rarer(job, FIRST_LOOK_S, RAREST_LOOK_S))
    note(job.case_id, job.payload["key"], ("sent",), answer)
    return None
