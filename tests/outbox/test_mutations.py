"""What keeps money right is really what keeps it right: the lock, the key and the constraint are taken out, each in
turn, and each time the same check finds the damage that it does not find otherwise."""

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError

from disputes.db import db, writing
from disputes.effects import money
from disputes.models import Allocation, Capture, Refund
from disputes.offers import service as offers
from disputes.outbox.fake_provider import FakeProvider
from disputes.outbox.worker import drain
from disputes.steps import Refused
from tests.cast import ADA, BEN, Cast
from tests.outbox.rows import hurry
from tests.turns import file_case, turn

TAKEN = 7_000  # of an order of 6,000 + 4,000: not enough for both cases
PATIENCE_S = 1.0


def unlocked(order_id: int) -> list[Capture]:
    """The captures as they are read when nobody locks them."""
    query = select(Capture).join(Allocation).where(Allocation.order_id == order_id).order_by(Capture.id)
    return list(db.session.scalars(query))


def two_settle_at_once(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, read: Callable[[int], list[Capture]]
) -> list[str]:
    """Two cases of one order are settled at the same moment, both having read the captures before either writes if
    nothing keeps them from it. Returns what is wrong afterwards."""
    with writing():
        mine = select(Allocation.id).where(Allocation.order_id == cast.jd_order)
        db.session.execute(update(Capture).where(Capture.allocation_id.in_(mine)).values(captured_minor=TAKEN))
    cases = [file_case(cast.jd_order, ADA, line=line) for line in (0, 1)]
    meet, wrong = threading.Barrier(2), []

    def hesitant(order_id: int) -> list[Capture]:
        found = read(order_id)
        with suppress(threading.BrokenBarrierError):
            meet.wait(PATIENCE_S)
        return found

    def settle(case_id: int) -> None:
        try:
            with app.app_context(), turn(case_id, BEN, "seller") as t:
                offers.accept(t)
        except Refused:
            pass
        except Exception as error:
            wrong.append(repr(error))

    monkeypatch.setattr(money, "lock_captures", hesitant)
    threads = [threading.Thread(target=settle, args=(case_id,)) for case_id in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong + faults()


def faults() -> list[str]:
    """Where captures and their refunds do not say the same, or say too much."""
    db.session.rollback()
    found = []
    for capture in db.session.scalars(select(Capture).execution_options(populate_existing=True)):
        live = (Refund.capture_id == capture.id, Refund.state != "called_off")
        promised = sum(db.session.scalars(select(Refund.amount_minor).where(*live)))
        if promised != capture.refund_reserved_minor + capture.refunded_minor or promised > capture.captured_minor:
            found.append(f"capture {capture.id}: {promised} promised of {capture.captured_minor}")
    return found


def test_two_who_settle_at_once_never_promise_more_than_was_taken(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    assert two_settle_at_once(app, cast, monkeypatch, money.lock_captures) == []
    assert 0 < sum(db.session.scalars(select(Refund.amount_minor))) <= TAKEN


def test_without_the_lock_they_do(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    if kind == "sqlite":  # there a write transaction is the lock: see db.writing
        module = sys.modules["disputes.db"]  # the package's attribute of that name is the extension
        monkeypatch.setattr(module, "_writer", _NoLock())
        monkeypatch.setattr(Connection, "get_execution_options", lambda _self: {})
    assert two_settle_at_once(app, cast, monkeypatch, unlocked) != []


class _NoLock:
    def acquire(self, timeout: float) -> bool:
        return timeout >= 0

    def release(self) -> None: ...


def sent_though_the_answer_was_lost(cast: Cast, mischief: Callable[..., None], ledger) -> int:
    """How much the provider sent for a refund of 25.00 whose first answer never reached us."""
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    mischief(broken_after=1)
    for _ in range(2):
        hurry()
        drain()
    return sum(entry["amount_minor"] for entry in ledger())


def test_an_answer_that_was_lost_sends_nothing_twice(cast: Cast, mischief, ledger) -> None:
    assert sent_though_the_answer_was_lost(cast, mischief, ledger) == 2_500


def test_without_the_key_it_does(cast: Cast, mischief, ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    send = FakeProvider.refund

    def forgetful(self: FakeProvider, order):
        from dataclasses import replace

        return send(self, replace(order, key=uuid4().hex))

    monkeypatch.setattr(FakeProvider, "refund", forgetful)
    assert sent_though_the_answer_was_lost(cast, mischief, ledger) == 5_000


def promise_past_the_bank(cast: Cast) -> bool:
    """Whether 100.00 can be promised of a payment of 100.00 from which a bank has taken 40.00."""
    try:
        with writing():
            db.session.execute(update(Capture).values(charged_back_minor=4_000))
            db.session.execute(update(Capture).values(refund_reserved_minor=Capture.captured_minor))
    except DBAPIError:
        return False
    return True


def test_the_database_itself_refuses_to_promise_past_the_bank(cast: Cast) -> None:
    assert not promise_past_the_bank(cast)


def test_without_the_constraint_it_does_not(cast: Cast, kind: str) -> None:
    with writing():
        db.session.execute(text("DROP TRIGGER capture_promise" + (" ON capture" if kind == "postgresql" else "")))
    try:
        assert promise_past_the_bank(cast)
    finally:
        _put_back()


def _put_back() -> None:
    """The database is used again by the tests after this one."""
    import importlib.util

    from disputes.settings import ROOT

    spec = importlib.util.spec_from_file_location("money", ROOT / "migrations" / "versions" / "0002_money.py")
    assert spec and spec.loader
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    if db.engine.dialect.name == "postgresql":
        with writing():
            db.session.execute(
                text(
                    f"CREATE TRIGGER capture_promise {migration.PROMISED} FOR EACH ROW "
                    f"WHEN ({migration.PROMISES_MORE}) EXECUTE FUNCTION refuse_promise()"
                )
            )
