"""What a second person's yes to a plan about a payment does."""

from disputes.models import Chargeback, Freeze
from disputes.outbox import put

from .unit import PaymentUnit


def sign_plan(unit: PaymentUnit, row: Chargeback | Freeze) -> None:
    """A second person said yes to the plan."""
    row.approved_by = unit.actor.id


def call_off_unsent(unit: PaymentUnit, row: Freeze) -> None:
    """What was approved and not sent is called off by the worker, each behind the lock of its own case: no case is
    ever locked after its payment. Until then the freeze stands."""
    unit.outbox.append(put.row("call_off", f"call-off-{row.id}", {"freeze": row.id}, case_id=None))


def answer_bank(unit: PaymentUnit, chargeback: Chargeback) -> None:
    """Two people agreed: the worker sends the answer, or accepts."""
    key = f"chargeback-answer-{chargeback.id}-{chargeback.version}"
    unit.outbox.append(put.row("chargeback_answer", key, {"chargeback": chargeback.id, "key": key}, case_id=None))
