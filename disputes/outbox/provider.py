"""The port to payment providers: what we ask of one, and what it answers. Amounts are in minor units of the currency.

`shop_id` names the account at the provider; `key` makes asking twice the same as asking once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Status = Literal["pending", "succeeded", "failed"]
DisputeStatus = Literal["needs_answer", "under_review", "won", "lost"]
NOTHING_TO_VOID = "nothing_to_void"
MOST_EXHIBITS = 5  # in one answer to a bank
MOST_EXHIBIT_BYTES = 5_000_000  # of each
EXHIBIT_TYPES = ("application/pdf", "image/jpeg", "image/png")


class BadSignature(Exception):
    """A message that says it comes from the provider, and nothing proves it."""


@dataclass(frozen=True)
class RefundOrder:
    """Send money of one capture back."""

    shop_id: str
    payment_ref: str
    capture_ref: str
    captured_minor: int
    amount_minor: int
    currency: str
    key: str


@dataclass(frozen=True)
class VoidOrder:
    """Let go what was authorised and not captured: of all that was paid, `open_minor` is what we believe that is.

    `others_open`: the same payment is to pay something else still, which must not be let go with it."""

    shop_id: str
    payment_ref: str
    open_minor: int
    currency: str
    key: str
    others_open: bool = False


@dataclass(frozen=True)
class Answer:
    """The provider's word. `code` says why it failed for good, or NOTHING_TO_VOID; `at` is real time: when it arrived,
    or was let go."""

    status: Status
    ref: str | None = None
    code: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class RefundTold:
    """One refund as it stands in the provider's books. `key` is the one it was ordered with; None: not by us.

    `code` says why it failed; `at` is real time: when it arrived, or else when it was made."""

    ref: str
    key: str | None
    payment_ref: str
    capture_ref: str
    amount_minor: int
    currency: str
    status: Status
    at: datetime
    code: str | None = None


@dataclass(frozen=True)
class DisputeTold:
    """A dispute at the payer's bank as the provider has it. `reason` is the bank's code, `due_at` until when the bank
    waits for evidence, `at` when it began; real times. `capture_ref` is None where it concerns the whole payment."""

    ref: str
    payment_ref: str
    capture_ref: str | None
    amount_minor: int
    currency: str
    status: DisputeStatus
    reason: str
    due_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class EvidenceOrder:
    """Our answer to a dispute: a text, and files as (name, media type, content), the weightiest first. No more of them,
    and no others, than banks take."""

    dispute_ref: str
    text: str
    key: str
    files: tuple[tuple[str, str, bytes], ...] = ()


@dataclass(frozen=True)
class HoldOrder:
    """Hold back a seller's `what`: payouts, listing, or a part of the next payouts (`amount_minor` of `currency`).

    Several may hold the same; each is let go by its own key."""

    shop_id: str
    seller_ref: str
    what: str
    key: str
    amount_minor: int = 0
    currency: str = ""


@dataclass(frozen=True)
class VoucherOrder:
    """Let a buyer (their e-mail address) pay with a code in a shop."""

    shop_id: str
    code: str
    buyer: str
    amount_minor: int
    currency: str
    key: str


@dataclass(frozen=True)
class Notice:
    """A message whose signature is good. It only says where to look: `ref` is fetched, for that is the truth."""

    id: str
    kind: Literal["refund", "dispute", "payout"]
    ref: str

    def __post_init__(self) -> None:
        """BadSignature for names that no table of ours can hold: whoever signed it means somebody else."""
        named = all(isinstance(name, str) and name and "\0" not in name for name in (self.id, self.ref))
        if not named or self.kind not in ("refund", "dispute", "payout") or len(self.id) > 120 or len(self.ref) > 80:
            raise BadSignature("signed, but not a message we know")


def bank_takes(media_type: str, size: int) -> bool:
    """Whether a bank takes such a file as an exhibit."""
    return media_type in EXHIBIT_TYPES and size <= MOST_EXHIBIT_BYTES


class Provider(Protocol):
    """All raise Unavailable when the result is not known; the same key may then be sent again.

    Hopeless: this provider cannot do it, or was asked what makes no sense; trying again would change nothing."""

    def refund(self, order: RefundOrder) -> Answer:
        """Send money back."""

    def void(self, order: VoidOrder) -> Answer:
        """Let go what was not captured. Where there is nothing, it has succeeded with the code NOTHING_TO_VOID.

        Pending: it can only let go of the whole payment, and `others_open`; nothing was done."""

    def hold(self, order: HoldOrder) -> None:
        """Hold a seller's payouts or listing, until the last hold on them is released."""

    def release(self, order: HoldOrder) -> None:
        """Let one hold go, by its key; one that was never taken is not taken any more."""

    def voucher(self, order: VoucherOrder) -> None:
        """Make a voucher known to the shop, once for each key."""

    def fetch(self, ref: str) -> Answer:
        """What became of a refund it took."""

    def fetch_refund_told(self, ref: str) -> RefundTold:
        """One refund, whoever ordered it."""

    def fetch_dispute(self, ref: str) -> DisputeTold:
        """One dispute as it stands now."""

    def refunds_of(self, payment_ref: str | None = None) -> Iterable[RefundTold]:
        """Every refund in its books, ours and others'; of one payment, if that is asked for."""

    def disputes_of(self) -> Iterable[DisputeTold]:
        """Every dispute in its books."""

    def submit_evidence(self, order: EvidenceOrder) -> None:
        """Answer a dispute, for good. One the bank has decided meanwhile stays as it is."""

    def accept_dispute(self, ref: str, key: str) -> None:
        """Give a dispute up: the payer keeps the money. One that is over stays as it is."""

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Notice | None:
        """What a message is about; None: nothing that concerns us. Headers as WSGI spells them. Raises BadSignature."""
