"""Our books compared with the provider's: nothing differs, and every difference made on purpose is named."""

import json

import httpx
import pytest
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.effects.unit import stepping
from disputes.models import Capture, Chargeback, Freeze, Reconciliation, Refund, Shop, Webhook
from disputes.offers import service as offers
from disputes.outbox.hourly import Hourly
from disputes.outbox.job import Unavailable
from disputes.outbox.reconcile import reconcile
from disputes.outbox.worker import drain
from disputes.settings import Settings
from tests.banking import PAID, bank_says, dispute
from tests.cast import ADA, BEN, Cast
from tests.turns import file_case, turn


@pytest.fixture
def arrived(cast: Cast) -> Refund:
    """A refund that arrived."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    drain()
    return db.session.scalars(select(Refund)).one()


def found() -> dict[str, str]:
    """what -> ref of each difference."""
    db.session.rollback()
    return {one.what: one.ref for one in reconcile(db.session.get_one(Shop, "jd-3p"))[1]}


def test_where_both_agree_there_is_nothing_to_say(arrived: Refund) -> None:
    compared, differences = reconcile(db.session.get_one(Shop, "jd-3p"))
    assert (compared, differences) == (1, [])


def test_a_refund_of_another_amount_is_named(arrived: Refund) -> None:
    key = arrived.key
    with writing():
        db.session.execute(update(Refund).values(amount_minor=Refund.amount_minor - 1))
    assert found()["refund_amount"] == key


def test_a_refund_that_stands_differently_is_named(arrived: Refund) -> None:
    key = arrived.key
    with writing(), stepping():
        db.session.execute(update(Refund).values(state="failed"))
    assert found()["refund_state"] == key


def test_a_refund_the_provider_does_not_know_is_named(arrived: Refund) -> None:
    with writing():
        db.session.execute(update(Refund).values(key="refund-99-99"))
    assert found()["refund_missing"] == "refund-99-99"


def test_a_refund_we_do_not_know_is_named(arrived: Refund, settings: Settings) -> None:
    body = {"shop_id": "jd-3p", "payment_ref": "pay-JD-1001", "capture_ref": "c1", "amount_minor": 7, "currency": "CNY",
            "captured_minor": 10_000}  # fmt: skip
    answer = httpx.post(
        f"{settings.provider_url}/refunds", json=body, headers={"Idempotency-Key": "not-ours"}, trust_env=False
    )
    assert answer.status_code == 201, json.dumps(answer.json())
    assert found()["refund_unknown"] == answer.json()["id"]


def test_a_chargeback_only_we_know_is_named(arrived: Refund) -> None:
    bank_says(dispute(amount=100))
    assert found() == {"chargeback_missing": db.session.scalars(select(Chargeback.ref)).one()}


def test_a_capture_whose_parts_do_not_add_up_is_named(arrived: Refund) -> None:
    with writing():
        db.session.execute(update(Capture).where(Capture.id == arrived.capture_id).values(outside_minor=5))
    assert {"capture", "purse"} <= found().keys()


def test_the_worker_compares_once_an_hour_and_keeps_what_it_found(arrived: Refund) -> None:
    hourly = Hourly()
    hourly.maybe()
    hourly.maybe()
    runs = db.session.scalars(select(Reconciliation).where(Reconciliation.shop_id == "jd-3p")).all()
    assert [(run.compared, run.differences) for run in runs] == [(1, [])]


def test_a_provider_that_does_not_answer_is_said_not_to(cast: Cast, app) -> None:
    from dataclasses import replace

    from disputes.web.configure import settings_of

    shop = db.session.get_one(Shop, "jd-3p")
    settings = settings_of(app)
    with pytest.raises(Unavailable), pytest.MonkeyPatch.context() as patch:
        nowhere = replace(settings, provider_url="http://127.0.0.1:9")
        patch.setattr("disputes.outbox.reconcile.settings_of", lambda _: nowhere)
        reconcile(shop)


def bank(settings: Settings, path: str, **what: object) -> dict:
    """Somebody acts at the bank, and its message is lost."""
    return httpx.post(f"{settings.provider_url}/_bank/{path}", json=what, trust_env=False).json()


def compared() -> list[str]:
    """What the worker's comparison finds, after which it looks into it."""
    Hourly().maybe()
    drain()
    db.session.rollback()
    last = select(Reconciliation).where(Reconciliation.shop_id == "jd-3p").order_by(Reconciliation.id.desc()).limit(1)
    return [one["what"] for one in db.session.scalars(last).one().differences]


CAPTURE = {"shop_id": "jd-3p", "payment_ref": "pay-JD-1001", "capture_ref": "c1", "currency": "CNY"}


def test_what_a_lost_message_would_have_told_is_found_and_mended(cast: Cast, settings: Settings) -> None:
    begun = bank(settings, "disputes", **CAPTURE, amount_minor=4_000, reason="fraudulent", due_s=600)
    past = bank(settings, "refunds", **CAPTURE, amount_minor=1_000)
    assert sorted(compared()) == ["chargeback_unknown", "refund_unknown"]
    assert compared() == []
    capture = select(Capture).order_by(Capture.id).limit(1).execution_options(populate_existing=True)
    assert db.session.scalars(capture).one().left_minor == 5_000
    bank(settings, f"disputes/{begun['id']}", status="won")
    bank(settings, f"refunds/{past['id']}/fail", code="account_closed")
    with writing():
        db.session.execute(update(Webhook).values(event_id=Webhook.event_id + "-of-yesterday"))
    assert sorted(compared()) == ["chargeback_state", "refund_state"]
    assert compared() == []
    assert db.session.scalars(capture).one().left_minor == PAID and frozen() == []


def frozen() -> list[str]:
    return list(db.session.scalars(select(Freeze.why).where(Freeze.state != "ended")))


def test_the_same_difference_is_looked_into_once_a_day(cast: Cast, settings: Settings) -> None:
    bank(settings, "refunds", **{**CAPTURE, "capture_ref": "nobody-s"}, amount_minor=1_000)
    for _ in range(3):
        assert compared() == ["refund_unknown"]
    assert len(db.session.scalars(select(Webhook)).all()) == 1
