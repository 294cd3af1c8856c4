"""Stripe, through its own library (the extra `stripe`)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, NoReturn

import stripe
from stripe import StripeClient

from . import stripe_told as told
from .job import Hopeless
from .provider import (
    MOST_EXHIBITS,
    NOTHING_TO_VOID,
    Answer,
    BadSignature,
    DisputeTold,
    EvidenceOrder,
    HoldOrder,
    Notice,
    RefundOrder,
    RefundTold,
    VoidOrder,
    VoucherOrder,
    bank_takes,
)
from .stripe_amount import NotPayable, to_stripe
from .stripe_errors import Refused, asking

TIMEOUT_S = (5.0, 20.0)
MOST_WORDS = 20_000  # of a free text of evidence
PLACES = (  # one for each of MOST_EXHIBITS
    "uncategorized_file", "customer_communication", "service_documentation", "receipt", "shipping_documentation",
)  # fmt: skip
OVER = ("won", "lost", "warning_closed", "prevented")
EVENTS = {
    "refund.created": "refund", "refund.updated": "refund", "refund.failed": "refund",
    "charge.refund.updated": "refund", "charge.dispute.created": "dispute", "charge.dispute.updated": "dispute",
    "charge.dispute.closed": "dispute", "charge.dispute.funds_withdrawn": "dispute",
    "charge.dispute.funds_reinstated": "dispute", "payout.paid": "payout", "payout.failed": "payout",
}  # fmt: skip


class StripeProvider:
    """One account. Payments are its PaymentIntents (or charges), by their names. Errors: see the port."""

    def __init__(self, key: str, secrets: Sequence[str], url: str) -> None:
        self._http = stripe.RequestsClient(timeout=TIMEOUT_S)
        at: Any = (
            {} if url == stripe.DEFAULT_API_BASE else {"api": url, "files": url}
        )  # files have an address of their own
        client = StripeClient(key, base_addresses=at, http_client=self._http, max_network_retries=0)
        self._v1 = client.v1
        self._secrets = secrets

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def refund(self, order: RefundOrder) -> Answer:
        """Make one, if none carries our key: what Stripe's books say counts first. It forgets keys after a day, and one
        that it answered with 500 it answers so again, whether there is a refund or not."""
        try:
            amount = to_stripe(order.amount_minor, order.currency)
        except NotPayable as error:
            return Answer("failed", code=error.code)
        of = _payment(order.payment_ref)
        wanted: Any = {**of, "amount": amount, "metadata": {told.KEY: order.key, told.CAPTURE: order.capture_ref}}
        try:
            with asking():
                for made in self._v1.refunds.list({**of, "limit": 100}).auto_paging_iter():
                    if told.named(made, told.KEY) == order.key:
                        return told.answer(made)
                return told.answer(self._v1.refunds.create(wanted, {"idempotency_key": order.key}))
        except Refused as refused:
            return Answer("failed", code=refused.code)

    def void(self, order: VoidOrder) -> Answer:
        """Cancel a PaymentIntent, which lets go of everything that was not captured: so not while others need it."""
        if order.open_minor <= 0:
            return Answer("succeeded", ref=order.payment_ref, code=NOTHING_TO_VOID)
        if not order.payment_ref.startswith("pi_"):
            raise Hopeless("Stripe lets go of PaymentIntents only")
        if order.others_open:
            return self._voided(order.payment_ref) or Answer("pending", ref=order.payment_ref)
        try:
            with asking():
                return told.let_go(
                    self._v1.payment_intents.cancel(order.payment_ref, options={"idempotency_key": order.key})
                )
        except Refused as refused:
            if (answer := self._voided(order.payment_ref)) is None:
                raise Hopeless(f"Stripe does not let go: {refused.code}") from refused
            return answer

    def _voided(self, payment_ref: str) -> Answer | None:
        """Let go before, or nothing left to let go: a capture of less than all lets go of the rest. None: neither."""
        with asking(for_good=True):
            found = self._v1.payment_intents.retrieve(payment_ref)
        if found.status == "succeeded":
            return Answer("succeeded", ref=found.id, code=NOTHING_TO_VOID)
        return told.let_go(found) if found.status == "canceled" else None

    def hold(self, order: HoldOrder) -> NoReturn:
        """Stripe sells nothing, so it holds nothing back."""
        raise Hopeless("Stripe holds back no payouts and listings; the shop must do it itself")

    def release(self, order: HoldOrder) -> NoReturn:
        """As `hold`."""
        self.hold(order)

    def voucher(self, order: VoucherOrder) -> NoReturn:
        """Stripe has no tills: the shop's own system must be told."""
        raise Hopeless("Stripe knows no vouchers; the shop must make it known itself")

    def fetch(self, ref: str) -> Answer:
        """What became of a refund."""
        with asking(for_good=True):
            return told.answer(self._v1.refunds.retrieve(ref))

    def fetch_refund_told(self, ref: str) -> RefundTold:
        """One refund, whoever ordered it."""
        with asking(for_good=True):
            return told.refund_told(self._v1.refunds.retrieve(ref))

    def fetch_dispute(self, ref: str) -> DisputeTold:
        """One dispute as it stands now."""
        with asking(for_good=True):
            return told.dispute_told(self._v1.disputes.retrieve(ref))

    def refunds_of(self, payment_ref: str | None = None) -> Iterator[RefundTold]:
        """Every refund in its books, the newest first."""
        of: Any = _payment(payment_ref) if payment_ref else {}
        with asking(for_good=True):
            yield from map(told.refund_told, self._v1.refunds.list({**of, "limit": 100}).auto_paging_iter())

    def disputes_of(self) -> Iterator[DisputeTold]:
        """Every dispute in its books."""
        with asking(for_good=True):
            yield from map(told.dispute_told, self._v1.disputes.list({"limit": 100}).auto_paging_iter())

    def submit_evidence(self, order: EvidenceOrder) -> None:
        """A text of up to 20,000 characters and up to five files, for good: Stripe has a place for each kind of file,
        and takes one in each. The text says what is what."""
        if len(order.text) > MOST_WORDS or len(order.files) > MOST_EXHIBITS:
            raise Hopeless(f"Stripe takes 20,000 characters and {MOST_EXHIBITS} files")
        if not all(bank_takes(kind, len(content)) for _, kind, content in order.files):
            raise Hopeless("Stripe takes PDF, JPEG and PNG of up to 5 MB")
        evidence: dict[str, str] = {"uncategorized_text": order.text}
        for place, (name, _, content) in zip(PLACES, order.files, strict=False):
            upload: Any = {"purpose": "dispute_evidence", "file": _File(name, content)}
            with asking(for_good=True):
                made = self._v1.files.create(upload, {"idempotency_key": f"{order.key}-{place}"})
            evidence[place] = made.id
        said: Any = {"evidence": evidence, "submit": True}
        self._unless_over(
            order.dispute_ref,
            lambda: self._v1.disputes.update(order.dispute_ref, said, {"idempotency_key": order.key}),
        )

    def accept_dispute(self, ref: str, key: str) -> None:
        """Close it: it is lost."""
        self._unless_over(ref, lambda: self._v1.disputes.close(ref, options={"idempotency_key": key}))

    def _unless_over(self, ref: str, do: Callable[[], object]) -> None:
        try:
            with asking():
                do()
        except Refused as refused:
            with asking(for_good=True):
                if self._v1.disputes.retrieve(ref).status not in OVER:
                    raise Hopeless(f"Stripe refused: {refused.code}") from refused

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> Notice | None:
        """Check the signature with each secret, for each of Stripe's endpoints has its own; then read."""
        event = self._event(body, headers.get("Stripe-Signature", ""))
        kind = EVENTS.get(event.type)
        return Notice(event.id, kind, event.data.object["id"]) if kind else None  # type: ignore[arg-type]

    def _event(self, body: bytes, signed: str) -> stripe.Event:
        for secret in self._secrets:
            try:
                return stripe.Webhook.construct_event(body, signed, secret)  # type: ignore[no-untyped-call,no-any-return]
            except stripe.SignatureVerificationError:
                continue
            except (ValueError, KeyError, TypeError, AttributeError):
                break
        raise BadSignature("not signed by Stripe for us, or not one of its events")


class _File(BytesIO):
    """A file as the library wants one: with a name, from which Stripe tells its kind."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name


def _payment(ref: str) -> Any:
    """How Stripe is told which payment: by its PaymentIntent, or by an old charge."""
    return {"charge": ref} if ref.startswith("ch_") else {"payment_intent": ref}
