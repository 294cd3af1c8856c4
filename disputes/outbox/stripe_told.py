"""Stripe's objects in the port's words."""

from datetime import UTC, datetime
from typing import Any

from stripe import Dispute, PaymentIntent, Refund

from .provider import Answer, DisputeStatus, DisputeTold, RefundTold, Status
from .stripe_amount import from_stripe

KEY, CAPTURE = "disputes_key", "disputes_capture"  # what our refunds carry in their metadata
STATUS: dict[str, Status] = {"pending": "pending", "requires_action": "pending", "succeeded": "succeeded"}
DISPUTE_STATUS: dict[str, DisputeStatus] = {
    "warning_needs_response": "needs_answer", "needs_response": "needs_answer", "appeal_needs_response": "needs_answer",
    "warning_under_review": "under_review", "under_review": "under_review", "appeal_under_review": "under_review",
    "won": "won", "warning_closed": "won", "prevented": "won", "lost": "lost",
}  # fmt: skip


def answer(refund: Refund) -> Answer:
    """What became of a refund. Stripe tells no time of arrival, so none is passed on."""
    status = STATUS.get(refund.status or "", "failed")
    return Answer(status, ref=refund.id, code=_code(refund) if status == "failed" else None)


def let_go(intent: PaymentIntent) -> Answer:
    """A PaymentIntent that is cancelled."""
    return Answer("succeeded", ref=intent.id, at=moment(intent.canceled_at) if intent.canceled_at else None)


def refund_told(refund: Refund) -> RefundTold:
    """One refund; a capture of ours is named as we named it, another's by its charge."""
    charge, told, currency = _id(refund.charge), answer(refund), refund.currency.upper()
    return RefundTold(
        ref=refund.id, key=named(refund, KEY), payment_ref=_id(refund.payment_intent) or charge,
        capture_ref=named(refund, CAPTURE) or charge, amount_minor=from_stripe(refund.amount, currency),
        currency=currency, status=told.status, at=moment(refund.created), code=told.code,
    )  # fmt: skip


def dispute_told(dispute: Dispute) -> DisputeTold:
    """One dispute. An inquiry that comes before one counts as one until it is closed."""
    due, currency = dispute.evidence_details.due_by, dispute.currency.upper()
    charge = _id(dispute.charge)
    return DisputeTold(
        ref=dispute.id, payment_ref=_id(dispute.payment_intent) or charge, capture_ref=charge or None,
        amount_minor=from_stripe(dispute.amount, currency), currency=currency,
        status=DISPUTE_STATUS.get(dispute.status, "under_review"), reason=dispute.reason[:40],
        due_at=moment(due) if due else None, at=moment(dispute.created),
    )  # fmt: skip


def named(refund: Refund, name: str) -> str | None:
    """What a refund of ours carries under that name."""
    said = refund.metadata.to_dict() if refund.metadata else {}
    return said.get(name)


def moment(seconds: int) -> datetime:
    """Stripe's times count seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _code(refund: Refund) -> str:
    return getattr(refund, "failure_reason", None) or refund.status or "unknown"


def _id(thing: Any) -> str:
    """An object may stand for itself or by its name alone."""
    return str(getattr(thing, "id", thing) or "")
