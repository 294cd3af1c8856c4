"""Send a refund: call the provider with the stored key, then write what it said."""

from flask import current_app

from disputes.outbox.job import Again, Job
from disputes.outbox.provider import Answer
from disputes.outbox.providers import provider_of
from disputes.outbox.refunds import note, order_of, waits
from disputes.web.configure import settings_of

WAIT_S = 30.0  # how often a refund asks whether it may leave again


def act(job: Job) -> Answer | Again | None:
    """The provider's answer; None when there is nothing to send any more. Raises Unavailable."""
    if waits(job.case_id, job.payload["key"]):
        return Again(WAIT_S)
    found = order_of(job.payload["key"], "reserved")
    if found is None:
        return None
    order, provider, _ = found
    return provider_of(provider, settings_of(current_app)).refund(order)


def record(job: Job, answer: Answer | Again | None) -> Again | None:
    """Sent, arrived at once, refused; or not tried at all while a lead has stopped refunds or the payment is frozen."""
    if isinstance(answer, Again):
        return answer
    if answer is not None:
        note(job.case_id, job.payload["key"], ("reserved",), answer)
    return None
