"""What others do at the fake provider, and what it tells: disputes, back offices, refunds that come back, voids."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from werkzeug.test import Client

from disputes.moment import real_now
from disputes.outbox.fake_provider import FakeProvider
from disputes.outbox.job import Hopeless, Unavailable
from disputes.outbox.provider import NOTHING_TO_VOID, EvidenceOrder, RefundOrder, VoidOrder
from disputes.sandbox.ledger import entries, lines
from disputes.sandbox.provider import FakeBank
from tests.sandbox.serving import served

REFUND = RefundOrder("jd-3p", "pay-1", "c1", captured_minor=1_000, amount_minor=600, currency="EUR", key="k1")
VOID = VoidOrder("jd-3p", "pay-1", open_minor=250, currency="EUR", key="v1")
OPEN = {
    "shop_id": "jd-3p", "payment_ref": "pay-1", "amount_minor": 400, "currency": "EUR", "reason": "fraudulent",
    "due_s": 60,
}  # fmt: skip
Bank = Callable[..., dict[str, Any]]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "provider.jsonl"


@pytest.fixture
def fake(ledger: Path) -> FakeBank:
    return FakeBank(ledger)


@pytest.fixture
def provider(fake: FakeBank) -> Iterator[FakeProvider]:
    with served(fake) as url:
        yield FakeProvider(url)


@pytest.fixture
def bank(fake: FakeBank) -> Bank:
    """bank("disputes", ...): the bank's or the back office's own moves."""

    def do(path: str, **said: Any) -> dict[str, Any]:
        answer = Client(fake).post(f"/_bank/{path}", json=said)
        assert answer.status_code < 300, answer.text
        return dict(answer.json or {})

    return do


def test_a_refund_that_comes_back_has_failed_and_its_money_can_be_sent_again(
    provider: FakeProvider, bank: Bank, ledger: Path
) -> None:  # fmt: skip
    ref = provider.refund(REFUND).ref or ""
    bank(f"refunds/{ref}/fail", code="account_closed")
    told = provider.fetch_refund_told(ref)
    assert (told.status, told.code, told.key) == ("failed", "account_closed", "k1")
    assert provider.refund(replace(REFUND, key="k2", amount_minor=1_000)).status == "succeeded"
    assert [(entry["key"], entry["code"]) for entry in entries(ledger)] == [("k1", "account_closed"), ("k2", None)]


def test_the_old_key_of_a_refund_that_came_back_pays_nothing_again(provider: FakeProvider, bank: Bank) -> None:
    bank(f"refunds/{provider.refund(REFUND).ref}/fail", code="account_closed")
    assert provider.refund(REFUND).status == "failed"


def test_one_that_bounces_by_setting_succeeds_first_and_fails_later(provider: FakeProvider, fake: FakeBank) -> None:
    Client(fake).post("/_mischief", json={"bounce": 1})
    first = provider.refund(REFUND)
    assert first.status == "succeeded"
    with time_machine.travel(real_now() + timedelta(minutes=1)):
        later = provider.fetch(first.ref or "")
        assert (later.status, later.code) == ("failed", "account_closed")
        assert provider.refund(replace(REFUND, key="k2", amount_minor=1_000)).status == "succeeded"


def test_a_refund_from_the_back_office_has_no_key_and_takes_from_what_is_left(
    provider: FakeProvider, bank: Bank, ledger: Path
) -> None:  # fmt: skip
    outside = {"shop_id": "jd-3p", "payment_ref": "pay-1", "capture_ref": "c1", "amount_minor": 500, "currency": "EUR"}
    ref = bank("refunds", **outside)["id"]
    told = provider.fetch_refund_told(ref)
    assert (told.key, told.amount_minor, told.status) == (None, 500, "succeeded")
    assert provider.refund(REFUND).code == "too_much"
    assert [one.key for one in provider.refunds_of()] == [None, "k1"]
    assert [entry["key"] for entry in entries(ledger)] == ["k1"], "what we ordered is counted apart"


def test_a_dispute_is_answered_once_and_the_bank_decides(provider: FakeProvider, bank: Bank, ledger: Path) -> None:
    ref = bank("disputes", **OPEN)["id"]
    told = provider.fetch_dispute(ref)
    assert (told.status, told.reason, told.capture_ref) == ("needs_answer", "fraudulent", None)
    order = EvidenceOrder(ref, "They signed for it.", "e1", (("slip.pdf", "application/pdf", b"%PDF"),))
    provider.submit_evidence(order)
    provider.submit_evidence(order)
    assert provider.fetch_dispute(ref).status == "under_review"
    bank(f"disputes/{ref}", status="won")
    provider.submit_evidence(replace(order, key="e2"))
    provider.accept_dispute(ref, "a1")
    assert provider.fetch_dispute(ref).status == "won", "what the bank decided stands"
    assert [line.get("key") for line in lines(ledger)] == [None, "e1", None]
    assert [one.ref for one in provider.disputes_of()] == [ref]


def test_one_we_accept_is_lost(provider: FakeProvider, bank: Bank) -> None:
    ref = bank("disputes", **OPEN, capture_ref="c1")["id"]
    provider.accept_dispute(ref, "a1")
    assert provider.fetch_dispute(ref).status == "lost"


@pytest.mark.parametrize("status", ("lost", "won"))
def test_what_a_bank_took_back_is_not_refunded_besides(provider: FakeProvider, bank: Bank, status: str) -> None:
    ref = bank("disputes", **OPEN)["id"]
    assert provider.refund(REFUND).code == "charge_disputed"
    bank(f"disputes/{ref}", status=status)
    again = provider.refund(replace(REFUND, key="k2"))
    assert again.code == (None if status == "won" else "charge_disputed")
    other = replace(REFUND, key="k3", payment_ref="pay-2")
    assert provider.refund(other).status == "succeeded"


def test_the_same_void_lets_go_once_and_one_of_nothing_says_so(provider: FakeProvider, ledger: Path) -> None:
    first = provider.void(VOID)
    assert (first.status, first.code) == ("succeeded", None)
    assert provider.void(VOID) == first
    with pytest.raises(Unavailable):
        provider.void(replace(VOID, open_minor=251))
    nothing = provider.void(replace(VOID, open_minor=0, key="v2"))
    assert (nothing.status, nothing.code) == ("succeeded", NOTHING_TO_VOID)
    assert [line["open_minor"] for line in lines(ledger)] == [250, 0]


def test_what_it_knows_nothing_of_is_hopeless(provider: FakeProvider) -> None:
    for ask in (provider.fetch, provider.fetch_refund_told, provider.fetch_dispute):
        with pytest.raises(Hopeless):
            ask("nothing")


def test_its_books_are_told_to_the_end_page_by_page(fake: FakeBank, provider: FakeProvider, monkeypatch) -> None:
    monkeypatch.setattr("disputes.outbox.fake_provider.PAGE", 2)
    keys = [f"k{n}" for n in range(5)]
    for key in keys:
        provider.refund(replace(REFUND, key=key, amount_minor=100))
    other = replace(REFUND, key="k9", payment_ref="pay-2")
    provider.refund(other)
    assert [one.key for one in provider.refunds_of()] == [*keys, "k9"]
    assert [one.key for one in provider.refunds_of("pay-2")] == ["k9"]


def test_a_restart_forgets_none_of_it(provider: FakeProvider, bank: Bank, ledger: Path) -> None:
    refund, dispute = provider.refund(REFUND).ref or "", bank("disputes", **{**OPEN, "payment_ref": "pay-9"})["id"]
    bank(f"refunds/{refund}/fail", code="account_closed")
    bank(f"disputes/{dispute}", status="lost")
    void = provider.void(VOID)
    with served(FakeBank(ledger)) as url:
        again = FakeProvider(url)
        assert again.fetch(refund).code == "account_closed"
        assert again.fetch_dispute(dispute).status == "lost"
        assert again.void(VOID) == void


@pytest.mark.parametrize("said", ({"flying": 1}, {"slow": "often"}, [], {"slow": None}))
def test_mischief_it_does_not_know_is_refused(fake: FakeBank, said: Any) -> None:
    assert Client(fake).post("/_mischief", json=said).status_code == 400


@pytest.mark.parametrize("path", ("disputes", "refunds"))
def test_a_move_that_names_nothing_is_refused(fake: FakeBank, path: str) -> None:
    assert Client(fake).post(f"/_bank/{path}", json={"shop_id": "jd-3p"}).status_code == 400
    assert Client(fake).post(f"/_bank/{path}/unknown{'/fail' * (path == 'refunds')}", json={}).status_code in (400, 404)
