"""The port to payment providers: what we ask of one, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Status = Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True)
class RefundOrder:
    """Send money of one capture back. Amounts in minor units; `key` makes asking twice the same as asking once."""

    payment_ref: str
    capture_ref: str
    captured_minor: int
    amount_minor: int
    currency: str
    key: str


@dataclass(frozen=True)
class Answer:
    """The provider's word. `code` says why it failed for good; `at` is real time: when it arrived."""

    status: Status
    ref: str | None = None
    code: str | None = None
    at: datetime | None = None


class Provider(Protocol):
    """Both raise Unavailable when the result is not known; the same key may then be sent again."""

    def refund(self, order: RefundOrder) -> Answer:
        """Send money back."""

    def fetch(self, ref: str) -> Answer:
        """What became of a refund it took."""
