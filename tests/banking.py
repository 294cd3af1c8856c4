"""What a bank and a back office do to what Ada paid for JD-1001, as the provider tells it."""

from datetime import timedelta

from disputes.db import writing
from disputes.effects.outside import dispute_told, refund_told
from disputes.moment import real_now
from disputes.outbox.provider import DisputeStatus, DisputeTold, RefundTold, Status

PAID = 10_000


def dispute(
    status: DisputeStatus = "needs_answer", amount: int = PAID, *, ref: str = "dp_1", capture: str | None = "c1",
    days: float = 7,
) -> DisputeTold:  # fmt: skip
    """A chargeback as the bank has it; `days` until it wants an answer."""
    now = real_now()
    return DisputeTold(
        ref, "pay-JD-1001", capture, amount, "CNY", status, "fraudulent", now + timedelta(days=days), now
    )


def bank_says(told: DisputeTold | None = None) -> None:
    """The provider's word about a chargeback reaches us."""
    with writing():
        assert dispute_told("jd-3p", told or dispute(), real_now())


def sent_past_us(ref: str = "re_x", amount: int = 3_000, status: Status = "succeeded") -> None:
    """Somebody refunds in the seller's own back office."""
    with writing():
        now = real_now()
        assert refund_told("jd-3p", RefundTold(ref, None, "pay-JD-1001", "c1", amount, "CNY", status, now), now)
