"""Stripe behind the port, through its own library, against a double that speaks its protocol."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import util
from typing import Any

import pytest
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Refund, Shop, Webhook
from disputes.offers import service as offers
from disputes.outbox import providers
from disputes.outbox.job import Hopeless, Unavailable
from disputes.outbox.provider import (
    MOST_EXHIBITS,
    NOTHING_TO_VOID,
    BadSignature,
    EvidenceOrder,
    HoldOrder,
    RefundOrder,
    VoidOrder,
)
from disputes.outbox.stripe_amount import NotPayable, from_stripe, to_stripe
from disputes.outbox.stripe_provider import StripeProvider
from disputes.outbox.worker import drain
from disputes.settings import Settings
from tests.cast import ADA, BEN, Cast
from tests.outbox.rows import hurry, row
from tests.outbox.stripe_double import KEY, SECRET, Stripe
from tests.sandbox.serving import served
from tests.turns import file_case, turn

ORDER = RefundOrder("jd-3p", "pi_1", "c1", captured_minor=10_000, amount_minor=6_000, currency="CNY", key="refund-1")


@pytest.fixture
def double() -> Stripe:
    double = Stripe()
    double.intent("pi_1", 10_000)
    return double


@pytest.fixture
def url(double: Stripe) -> Iterator[str]:
    with served(double) as url:
        yield url


@pytest.fixture
def stripe(url: str) -> Iterator[StripeProvider]:
    provider = StripeProvider(KEY, (SECRET, "whsec_of_another_endpoint"), url)
    yield provider
    provider.close()


def test_a_refund_is_made_once_for_its_key(stripe: StripeProvider, double: Stripe) -> None:
    first = stripe.refund(ORDER)
    assert (first.status, first.ref) == ("succeeded", double.refunds[0]["id"])
    assert stripe.refund(ORDER) == first
    assert [(made["amount"], made["metadata"]["disputes_key"]) for made in double.refunds] == [(6_000, "refund-1")]


def test_what_was_made_before_an_error_is_found_though_stripe_repeats_the_error_to_its_key(
    stripe: StripeProvider, double: Stripe
) -> None:  # fmt: skip
    double.wrong = ["", "broken_after"]
    with pytest.raises(Unavailable):
        stripe.refund(ORDER)
    assert stripe.refund(ORDER).status == "succeeded"
    assert len(double.refunds) == 1


def test_a_key_that_stripe_forgot_meanwhile_pays_nothing_twice(stripe: StripeProvider, double: Stripe) -> None:
    stripe.refund(ORDER)
    double.kept.clear()
    assert stripe.refund(ORDER).ref == double.refunds[0]["id"]
    assert len(double.refunds) == 1


def test_the_key_is_honoured_by_stripe_too(stripe: StripeProvider, double: Stripe) -> None:
    """Two workers who both saw nothing: the second one's order is the first one's."""
    stripe.refund(ORDER)
    made, double.refunds = double.refunds, []
    assert stripe.refund(ORDER).ref == made[0]["id"]
    assert double.refunds == []


def test_the_same_key_with_another_order_is_hopeless_and_pays_nothing(stripe: StripeProvider, double: Stripe) -> None:
    stripe.refund(ORDER)
    double.refunds.clear()
    with pytest.raises(Hopeless, match="knows this key with another order"):
        stripe.refund(replace(ORDER, amount_minor=6_001))
    assert double.refunds == []


@pytest.mark.parametrize("wrong", ("broken", "limit", "conflict"))
def test_whoever_does_not_know_tries_again(stripe: StripeProvider, double: Stripe, wrong: str) -> None:
    double.wrong = [wrong]
    with pytest.raises(Unavailable):
        stripe.refund(ORDER)
    assert stripe.refund(ORDER).status == "succeeded"


def test_a_wrong_key_of_ours_is_told_without_showing_it(url: str) -> None:
    provider = StripeProvider("sk_test_wrong", (), url)
    with pytest.raises(Unavailable) as told:
        provider.refund(ORDER)
    assert "sk_test" not in str(told.value)
    provider.close()


def test_nobody_there_is_tried_again() -> None:
    provider = StripeProvider(KEY, (), "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="APIConnectionError"):
        provider.refund(ORDER)
    provider.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    (({"amount_minor": 10_001}, "amount_too_large"), ({"payment_ref": "pi_unknown"}, "resource_missing")),
)
def test_what_stripe_refuses_has_failed_for_good(stripe: StripeProvider, changed: dict[str, Any], code: str) -> None:
    answer = stripe.refund(replace(ORDER, **changed))
    assert (answer.status, answer.code) == ("failed", code)


def test_a_disputed_payment_is_not_refunded_besides(stripe: StripeProvider, double: Stripe) -> None:
    double.dispute("dp_1", "pi_1", 10_000)
    assert stripe.refund(ORDER).code == "charge_disputed"


@pytest.mark.parametrize(
    ("status", "reason", "told"),
    (
        ("pending", None, ("pending", None)),
        ("requires_action", None, ("pending", None)),
        ("failed", "expired_or_canceled_card", ("failed", "expired_or_canceled_card")),
        ("failed", None, ("failed", "failed")),
        ("canceled", None, ("failed", "canceled")),
    ),
)
def test_what_became_of_a_refund_is_told_in_our_words(
    stripe: StripeProvider, double: Stripe, status: str, reason: str | None, told: tuple[str, str | None]
) -> None:  # fmt: skip
    ref = stripe.refund(ORDER).ref or ""
    double.refunds[0].update(status=status, failure_reason=reason)
    answer = stripe.fetch(ref)
    assert (answer.status, answer.code) == told
    assert stripe.fetch_refund_told(ref).status == told[0]


def test_its_books_hold_ours_and_others_refunds_over_several_pages(stripe: StripeProvider, double: Stripe) -> None:
    stripe.refund(ORDER)
    for _ in range(120):
        double.made("pi_1", 10, {})
    told = list(stripe.refunds_of())
    assert len(told) == 121
    assert [(one.key, one.capture_ref, one.amount_minor) for one in told if one.key] == [("refund-1", "c1", 6_000)]
    assert list(stripe.refunds_of("pi_1")) == told
    outside = told[0]
    assert (outside.key, outside.payment_ref, outside.capture_ref, outside.currency) == (None, "pi_1", "ch_1", "CNY")
    assert outside.at == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize("ask", ("fetch", "fetch_refund_told", "fetch_dispute"))
def test_what_stripe_knows_nothing_of_is_hopeless(stripe: StripeProvider, ask: str) -> None:
    with pytest.raises(Hopeless, match="resource_missing"):
        getattr(stripe, ask)("nothing")


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    ((1, "JPY", 1), (5_120, "KWD", 5_120), (100, "EUR", 100), (5, "ISK", 500), (7, "MGA", 7)),
)
def test_amounts_are_what_stripe_means_by_them(minor: int, currency: str, amount: int) -> None:
    assert to_stripe(minor, currency) == amount
    assert from_stripe(amount, currency) == minor


@pytest.mark.parametrize(("minor", "currency"), ((5_124, "KWD"), (1, "BHD"), (5, "UGX")))
def test_an_amount_stripe_would_not_take_is_refused_before_it_is_sent(
    stripe: StripeProvider, double: Stripe, minor: int, currency: str
) -> None:  # fmt: skip
    with pytest.raises(NotPayable):
        to_stripe(minor, currency)
    answer = stripe.refund(replace(ORDER, amount_minor=minor, currency=currency))
    assert answer.status == "failed" and answer.code in ("amount_must_end_in_0", "currency_not_payable")
    assert double.asked == []


def void(open_minor: int = 500, ref: str = "pi_2") -> VoidOrder:
    return VoidOrder("jd-3p", ref, open_minor, "CNY", f"void-{ref}-{open_minor}")


def test_what_was_not_captured_is_let_go_once(stripe: StripeProvider, double: Stripe) -> None:
    double.intent("pi_2", 500, captured=0)
    first = stripe.void(void())
    assert (first.status, first.code, first.at is not None) == ("succeeded", None, True)
    assert stripe.void(void()) == first
    double.kept.clear()
    assert stripe.void(void()).code is None, "it is let go, whoever asks again"


def test_a_void_of_nothing_says_so(stripe: StripeProvider, double: Stripe) -> None:
    assert stripe.void(void(0)).code == NOTHING_TO_VOID
    assert stripe.void(void(ref="pi_1")).code == NOTHING_TO_VOID
    assert double.intents["pi_1"]["status"] == "succeeded"
    for hopeless in ("pi_3", "ch_1"):
        with pytest.raises(Hopeless):
            stripe.void(void(ref=hopeless))
    double.intent("pi_3", 500, captured=0)
    double.intents["pi_3"]["status"] = "processing"
    with pytest.raises(Hopeless, match="does not let go"):
        stripe.void(void(ref="pi_3"))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    (
        ("needs_response", "needs_answer"), ("warning_needs_response", "needs_answer"),
        ("warning_under_review", "under_review"), ("appeal_under_review", "under_review"), ("won", "won"),
        ("warning_closed", "won"), ("prevented", "won"), ("lost", "lost"), ("something_new", "under_review"),
    ),
)  # fmt: skip
def test_a_dispute_is_told_in_our_words(stripe: StripeProvider, double: Stripe, theirs: str, ours: str) -> None:
    double.dispute("dp_1", "pi_1", 900, status=theirs)
    told = stripe.fetch_dispute("dp_1")
    assert (told.status, told.payment_ref, told.amount_minor, told.currency) == (ours, "pi_1", 900, "CNY")
    assert told.due_at == datetime.fromtimestamp(1_790_600_000, UTC)
    assert list(stripe.disputes_of()) == [told]


def test_evidence_is_a_text_and_files_sent_once_and_for_good(stripe: StripeProvider, double: Stripe) -> None:
    dispute = double.dispute("dp_1", "pi_1", 900)
    files = (("slip.pdf", "application/pdf", b"%PDF-1"), ("talk.png", "image/png", b"PNG"))
    order = EvidenceOrder("dp_1", "They signed.", "e1", files)
    double.wrong = ["", "", "broken_after"]
    with pytest.raises(Unavailable):
        stripe.submit_evidence(order)
    double.kept.pop("e1")
    stripe.submit_evidence(order)
    said = dispute["said"]
    assert (said["evidence[uncategorized_text]"], said["submit"]) == ("They signed.", "true")
    assert (said["evidence[uncategorized_file]"], said["evidence[customer_communication]"]) == ("file_1", "file_2")
    assert double.files == [b"%PDF-1", b"PNG"], "each was handed over once"
    dispute["status"] = "lost"
    stripe.submit_evidence(replace(order, key="e2", files=()))
    stripe.accept_dispute("dp_1", "a1")
    assert dispute["said"] is said, "what the bank decided stands"


def test_too_much_evidence_is_a_person_s_to_shorten(stripe: StripeProvider, double: Stripe) -> None:
    double.dispute("dp_1", "pi_1", 900)
    one = ("a.pdf", "application/pdf", b"")
    for order in (EvidenceOrder("dp_1", "x" * 20_001, "e1"), EvidenceOrder("dp_1", "x", "e2", (one,) * 6)):
        with pytest.raises(Hopeless, match="20,000 characters and 5 files"):
            stripe.submit_evidence(order)


@pytest.mark.parametrize(("media_type", "size"), (("video/mp4", 1), ("text/plain", 1), ("image/png", 5_000_001)))
def test_a_file_no_bank_takes_is_sent_nowhere(
    stripe: StripeProvider, double: Stripe, media_type: str, size: int
) -> None:  # fmt: skip
    double.dispute("dp_1", "pi_1", 900)
    with pytest.raises(Hopeless, match="PDF, JPEG and PNG of up to 5 MB"):
        stripe.submit_evidence(EvidenceOrder("dp_1", "x", "e1", (("a", media_type, b"x" * size),)))
    assert double.asked == []


def test_as_many_files_as_the_form_lets_choose_are_all_sent(stripe: StripeProvider, double: Stripe) -> None:
    dispute = double.dispute("dp_1", "pi_1", 900)
    files = tuple((f"{n}.pdf", "application/pdf", b"%d" % n) for n in range(MOST_EXHIBITS))
    stripe.submit_evidence(EvidenceOrder("dp_1", "x", "e1", files))
    assert [f"file_{n + 1}" in dispute["said"].values() for n in range(MOST_EXHIBITS)] == [True] * MOST_EXHIBITS


def test_a_dispute_that_is_accepted_is_lost(stripe: StripeProvider, double: Stripe) -> None:
    double.dispute("dp_1", "pi_1", 900)
    stripe.accept_dispute("dp_1", "a1")
    stripe.accept_dispute("dp_1", "a1")
    assert stripe.fetch_dispute("dp_1").status == "lost"
    with pytest.raises(Hopeless):
        stripe.accept_dispute("dp_unknown", "a2")


def test_it_holds_back_nothing_and_says_so(stripe: StripeProvider) -> None:
    order = HoldOrder("jd-3p", "ben", "payouts", "hold-1")
    for ask in (stripe.hold, stripe.release):
        with pytest.raises(Hopeless, match="the shop must do it itself"):
            ask(order)


@pytest.mark.parametrize("secret", (SECRET, "whsec_of_another_endpoint"))
@pytest.mark.parametrize(
    ("event", "about"), (("refund.failed", "refund"), ("charge.dispute.created", "dispute"), ("payout.paid", "payout"))
)
def test_a_signed_event_says_where_to_look(
    stripe: StripeProvider, double: Stripe, event: str, about: str, secret: str
) -> None:  # fmt: skip
    notice = stripe.parse_webhook(*double.message(event, {"id": "x_1", "object": about}, secret=secret))
    assert notice is not None
    assert (notice.id, notice.kind, notice.ref) == ("evt_1", about, "x_1")


def test_an_event_that_does_not_concern_us_is_let_be(stripe: StripeProvider, double: Stripe) -> None:
    assert stripe.parse_webhook(*double.message("customer.created", {"id": "cus_1", "object": "customer"})) is None


def test_what_stripe_did_not_sign_for_us_is_refused(stripe: StripeProvider, double: Stripe) -> None:
    refund = {"id": "re_1", "object": "refund"}
    body, headers = double.message("refund.failed", refund)
    wrong = [
        double.message("refund.failed", refund, secret="whsec_guessed"),
        double.message("refund.failed", refund, age_s=400),
        (body.replace(b"re_1", b"re_2"), headers),
        (body, {}),
        (body, {"Stripe-Signature": "hello"}),
        (b"\xff\xfe", headers),
    ]
    for forged, signed in wrong:
        with pytest.raises(BadSignature):
            stripe.parse_webhook(forged, signed)


@pytest.fixture
def at_stripe(settings: Settings, url: str) -> Settings:
    return replace(settings, stripe_key=KEY, stripe_webhook_secret=SECRET, stripe_url=url)


def test_without_its_package_or_key_a_person_is_told_what_to_do(
    at_stripe: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    with pytest.raises(Hopeless, match="set DISPUTES_STRIPE_KEY"):
        providers.provider_of("stripe", replace(at_stripe, stripe_key=""))
    monkeypatch.setattr(providers, "find_spec", lambda name: None)
    with pytest.raises(Hopeless, match=r"pip install 'disputes\[stripe\]'"):
        providers.provider_of("stripe", at_stripe)


def test_nothing_of_stripe_is_read_before_a_shop_uses_it(at_stripe: Settings) -> None:
    assert util.find_spec("stripe") is not None
    said = "import disputes.outbox.worker, sys; print('stripe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said], capture_output=True, text=True).stdout == "False\n"


def test_a_shop_s_refund_goes_to_stripe_and_comes_back_from_there(
    app: Any, cast: Cast, double: Stripe, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The whole way: ordered, sent after an error, arrived; and failed days later, as a message says."""
    settings = replace(app.extensions["disputes"], stripe_key=KEY, stripe_webhook_secret=SECRET, stripe_url=url)
    monkeypatch.setitem(app.extensions, "disputes", settings)
    with writing() as session:
        session.execute(update(Shop).where(Shop.id == "jd-3p").values(provider="stripe"))
    double.intent("pay-JD-1001", 10_000)
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    double.wrong = ["", "broken_after"]
    drain()
    assert "APIError" in (row(one().key).last_error or "")
    hurry()
    drain()
    assert (one().state, [made["amount"] for made in double.refunds]) == ("arrived", [2_500])
    double.refunds[0].update(status="failed", failure_reason="lost_or_stolen_card")
    body, headers = double.message("refund.failed", double.refunds[0])
    assert app.test_client().post("/webhooks/jd-3p", data=body, headers=headers).status_code == 200
    assert db.session.scalars(select(Webhook.kind)).all() == ["refund"]
    drain()
    assert (one().state, one().failure) == ("failed", "lost_or_stolen_card")
    providers.provider_of("stripe", settings).close()  # type: ignore[attr-defined]


def one() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund).execution_options(populate_existing=True)).one()
