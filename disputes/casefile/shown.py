"""What the sides are shown of a case that stands where an account was restricted: the decision about the order alone.

A restriction is shown only to its subject, on a page of its own (DESIGN 4); whoever stands opposite sees what they
would see without it."""

from datetime import datetime

from disputes.models import Decision, Event
from disputes.workflows.case import CASE, RESTRICTED
from disputes.workflows.core import Step
from disputes.workflows.roles import PARTIES

from .read import Raw

NOTHING = "no_remedy"


def order_decision(raw: Raw, at: datetime) -> Decision | None:
    """The last decision about the order that was taken by then."""
    taken = [d for d in raw.decisions if d.decided_at is not None and d.decided_at <= at and d.kind != RESTRICTED]
    return max(taken, key=lambda d: d.id, default=None)


def kind_of(raw: Raw, decision: Decision) -> str:
    """What a decision is to the reader."""
    if decision.kind != RESTRICTED or raw.actor.role not in PARTIES:
        return decision.kind
    before = order_decision(raw, decision.decided_at or raw.now)
    return before.kind if before else NOTHING


def dest_of(raw: Raw, event: Event) -> str:
    """Where a step of the case led, to the reader."""
    if event.dest != RESTRICTED or raw.actor.role not in PARTIES:
        return event.dest
    before = order_decision(raw, event.at)
    return before.kind if before else NOTHING


def step_of(raw: Raw, event: Event, step: Step) -> Step:
    """The step whose story the reader is told."""
    if step.dest != RESTRICTED or not step.trigger.startswith("decide_") or raw.actor.role not in PARTIES:
        return step
    dest = dest_of(raw, event)
    return next(other for other in CASE.steps if other.dest == dest and other.trigger.startswith("decide_"))
