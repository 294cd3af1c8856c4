"""Send a refund: call the provider with the stored key, then write what it said."""

from flask import current_app

from disputes.outbox.job import Job
from disputes.outbox.provider import Answer
from disputes.outbox.providers import provider_of
from disputes.outbox.refunds import note, order_of
from disputes.web.configure import settings_of


def act(job: Job) -> Answer | None:
    """The provider's answer; None when there is nothing to send any more. Raises Unavailable."""
    found = order_of(job.payload["key"], "reserved")
    if found is None:
        return None
    order, provider, _ = found
    return provider_of(provider, settings_of(current_app)).refund(order)


def record(job: Job, answer: Answer | None) -> None:
    """Sent, arrived at once, or refused for good."""
    if answer is not None:
        note(job.case_id, job.payload["key"], "reserved", answer)
