"""What messages lead to: the provider is asked, and what it says now is written, whatever order they came in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.effects import outside
from disputes.models import Chargeback, Event, Order, Outbox, Refund, Shop, Webhook
from disputes.moment import real_now
from disputes.outbox.provider import DisputeTold, RefundTold
from disputes.outbox.worker import drain
from tests.cast import pay
from tests.outbox.rows import hurry, row
from tests.server import at_once, serving

Message = Callable[..., tuple[bytes, dict[str, str]]]
Bank = Callable[..., dict[str, Any]]
Read = Callable[[], Refund]
OUTSIDE = {
    "shop_id": "jd-3p", "payment_ref": "pay-JD-1001", "capture_ref": "c1", "amount_minor": 300, "currency": "CNY",
}  # fmt: skip
DISPUTE = {
    "shop_id": "jd-3p", "payment_ref": "pay-JD-1001", "amount_minor": 900, "currency": "CNY", "reason": "fraudulent",
    "due_s": 600,
}  # fmt: skip


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was told of others' doings."""
    told: list[Any] = []
    for name in ("refund_told", "dispute_told"):
        monkeypatch.setattr(outside, name, lambda shop_id, about, now: told.append((shop_id, about)) or True)
    return told


def tell(app: Flask, message: tuple[bytes, dict[str, str]], shop: str = "jd-3p") -> None:
    """A message comes, and the worker looks at it."""
    body, headers = message
    assert app.test_client().post(f"/webhooks/{shop}", data=body, headers=headers).status_code == 200
    with app.app_context():
        drain()


def steps(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Event.trigger).where(Event.record == "refund").order_by(Event.seq)))


def test_a_refund_that_failed_days_later_is_owed_again(
    app: Flask, settled: int, refund: Read, bank: Bank, message: Message, recorded: list[Any]
) -> None:  # fmt: skip
    ref = refund().provider_ref
    bank(f"refunds/{ref}/fail", code="account_closed")
    tell(app, message("evt_1", "refund", str(ref)))
    assert (refund().state, refund().failure) == ("failed", "account_closed")
    assert recorded == []


def test_a_message_that_lies_changes_nothing(app: Flask, settled: int, refund: Read, message: Message) -> None:
    """A message that says failed of what the provider says has arrived: the provider is right."""
    tell(app, message("evt_1", "refund", str(refund().provider_ref)))
    assert (refund().state, steps(app)) == ("arrived", ["arrive"])


def test_old_and_new_messages_in_any_order_lead_to_where_the_provider_stands(
    app: Flask, settled: int, refund: Read, bank: Bank, message: Message
) -> None:  # fmt: skip
    ref = str(refund().provider_ref)
    bank(f"refunds/{ref}/fail", code="account_closed")
    for event in ("evt_3", "evt_1", "evt_2", "evt_1"):
        tell(app, message(event, "refund", ref))
    assert steps(app) == ["arrive", "bounce"]


def test_a_message_that_is_quicker_than_the_answer_notes_the_refund_and_the_answer_nothing_more(
    app: Flask, settled: int, refund: Read, message: Message
) -> None:  # fmt: skip
    with app.app_context(), writing() as session:
        session.execute(update(Outbox).where(Outbox.kind == "refund").values(done_at=None, lease_until=None))
    tell(app, message("evt_1", "refund", str(refund().provider_ref)))
    assert (refund().state, steps(app)) == ("arrived", ["arrive"])


def test_a_refund_from_the_seller_s_back_office_is_told_as_one_of_others(
    app: Flask, settled: int, refund: Read, bank: Bank, message: Message, recorded: list[Any]
) -> None:  # fmt: skip
    made = bank("refunds", **OUTSIDE)
    tell(app, message("evt_1", "refund", made["id"]))
    [(shop, told)] = recorded
    assert (shop, told.key, told.payment_ref, told.amount_minor) == ("jd-3p", None, "pay-JD-1001", 300)
    assert isinstance(told, RefundTold) and told.status == "succeeded"


def test_a_key_that_another_shop_ordered_with_is_not_ours_here(
    app: Flask, settled: int, refund: Read, message: Message, recorded: list[Any]
) -> None:  # fmt: skip
    tell(app, message("evt_1", "refund", str(refund().provider_ref)), shop="catawiki")
    assert [(shop, told.key) for shop, told in recorded] == [("catawiki", refund().key)]


def test_money_that_left_under_a_key_we_took_for_refused_is_told_as_what_went_past_us(
    app: Flask, settled: int, refund: Read, message: Message, recorded: list[Any]
) -> None:  # fmt: skip
    with app.app_context(), writing() as session:
        session.connection().exec_driver_sql("UPDATE refund SET state = 'failed'")
    tell(app, message("evt_1", "refund", str(refund().provider_ref)))
    assert [told.key for _, told in recorded] == [refund().key]
    assert refund().state == "failed"


def test_a_dispute_is_told_as_it_stands_now(
    app: Flask, settled: int, bank: Bank, message: Message, recorded: list[Any]
) -> None:  # fmt: skip
    ref = bank("disputes", **DISPUTE)["id"]
    bank(f"disputes/{ref}", status="lost")
    for event in ("evt_late", "evt_later"):
        tell(app, message(event, "dispute", ref))
    assert [told.status for _, told in recorded] == ["lost", "lost"]
    told = recorded[0][1]
    assert isinstance(told, DisputeTold)
    assert (told.ref, told.reason, told.amount_minor, told.capture_ref) == (ref, "fraudulent", 900, None)
    assert told.due_at is not None and told.due_at > told.at


def test_a_payout_is_noted_and_nothing_else(app: Flask, settled: int, message: Message, recorded: list[Any]) -> None:
    tell(app, message("evt_1", "payout", "po_1"))
    assert recorded == []


def test_what_the_provider_knows_nothing_of_waits_for_a_person(app: Flask, settled: int, message: Message) -> None:
    tell(app, message("evt_1", "refund", "re_unknown"))
    with app.app_context():
        stuck = db.session.scalars(select(Outbox).where(Outbox.kind == "told")).one()
        assert stuck.stuck_at is not None and stuck.last_error == "the provider knows nothing of it"


def test_a_payment_the_shop_tells_us_of_later_is_asked_for_again(
    app: Flask, settled: int, bank: Bank, message: Message
) -> None:  # fmt: skip
    """The bank was quicker than the shop: nothing of it is lost."""
    ref = bank("disputes", **{**DISPUTE, "payment_ref": "pay-NEW-1"})["id"]
    tell(app, message("evt_1", "dispute", ref))
    with app.app_context():
        waiting = db.session.scalars(select(Outbox).where(Outbox.kind == "told")).one()
        assert (waiting.done_at, waiting.stuck_at) == (None, None)
        with writing() as session:
            order = session.get_one(Order, session.scalars(select(Order.id).where(Order.number == "JD-1002")).one())
            pay(order, 900, real_now(), ref="pay-NEW-1")
        hurry()
        drain()
        assert db.session.scalars(select(Chargeback.ref)).all() == [ref]


def test_the_same_message_thirty_two_times_at_once_has_one_effect(
    app: Flask, settled: int, refund: Read, bank: Bank, message: Message
) -> None:  # fmt: skip
    import httpx

    ref = str(refund().provider_ref)
    bank(f"refunds/{ref}/fail", code="account_closed")
    with serving(app) as base:
        body, headers = message("evt_1", "refund", ref)
        url = f"{base}/webhooks/jd-3p"
        codes = at_once(*[lambda: httpx.post(url, content=body, headers=headers, timeout=60, trust_env=False)] * 32)
    assert set(codes) == {200}
    with app.app_context():
        drain()
        hurry()
        drain()
        assert len(db.session.scalars(select(Webhook)).all()) == 1
        assert len(db.session.scalars(select(Outbox).where(Outbox.kind == "told")).all()) == 1
    assert steps(app) == ["arrive", "bounce"]


def waiting(app: Flask) -> Outbox:
    """The work a message made, as it stands."""
    with app.app_context():
        return db.session.scalars(select(Outbox).where(Outbox.kind == "told")).one()


def test_a_payment_that_never_comes_is_asked_about_less_and_less_often_and_not_for_ever(
    app: Flask, settled: int, bank: Bank, message: Message
) -> None:  # fmt: skip
    tell(app, message("evt_1", "dispute", bank("disputes", **{**DISPUTE, "payment_ref": "pi_of_a_stranger"})["id"]))
    pauses = []
    with app.app_context():
        for _ in range(30):
            found = row("told-1")
            pauses.append(round((found.run_at - real_now()).total_seconds()))
            assert found.last_error == "its payment is not known here yet"
            hurry(kind="told")
            drain()
    assert pauses == sorted(pauses) and pauses[0] <= 60 and pauses[-1] > 36_000
    with app.app_context():
        with writing() as session:
            session.execute(update(Webhook).values(received_at=real_now() - timedelta(days=8)))
        hurry(kind="told")
        drain()
    assert (waiting(app).done_at is not None, waiting(app).last_error) == (True, None)
    with app.app_context():
        assert db.session.scalars(select(Chargeback)).all() == []


def test_a_message_about_another_shop_s_payment_is_done_with_at_once(
    app: Flask, settled: int, bank: Bank, message: Message
) -> None:  # fmt: skip
    """Both shops share an account, so each hears of what is the other's."""
    ref = bank("disputes", **DISPUTE)["id"]
    tell(app, message("evt_1", "dispute", ref), shop="catawiki")
    assert waiting(app).done_at is not None
    with app.app_context():
        assert db.session.scalars(select(Chargeback)).all() == []
    tell(app, message("evt_1", "dispute", ref))
    with app.app_context():
        assert db.session.scalars(select(Chargeback.shop_id)).all() == ["jd-3p"]


def test_another_shop_s_payment_of_the_same_name_at_another_provider_says_nothing_about_ours(
    app: Flask, settled: int, bank: Bank, message: Message
) -> None:  # fmt: skip
    with app.app_context(), writing() as session:
        session.execute(update(Shop).where(Shop.id == "jd-3p").values(provider="stripe"))
    tell(app, message("evt_1", "dispute", bank("disputes", **DISPUTE)["id"]), shop="catawiki")
    assert waiting(app).done_at is None
