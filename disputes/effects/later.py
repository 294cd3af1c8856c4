"""A refund the bank could not take now: tried again by ourselves, a few times, with growing pauses."""

from datetime import timedelta

from disputes.models import Refund
from disputes.moment import real_now
from disputes.outbox import put

from .unit import Unit

PAUSES = tuple(timedelta(minutes=m) for m in (1, 10, 60, 360, 1440))


def send_later(unit: Unit, refund: Refund) -> None:
    """Send it again after the next pause, under a new key: the provider said no for good to the old one."""
    run_at = real_now() + PAUSES[refund.tries]
    refund.tries += 1
    refund.key = f"refund-{refund.outcome_id}-{refund.capture_id}-{refund.version}"
    unit.outbox.append(put.row("refund", refund.key, {"key": refund.key}, case_id=refund.case_id, run_at=run_at))
