"""`disputes verify`: it says all is well when it is, and names what is not."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.models import Capture, Event, Outbox, Refund
from disputes.offers import service as offers
from disputes.outbox.worker import drain
from tests.cast import ADA, BEN, Cast
from tests.turns import file_case, turn


@pytest.fixture(autouse=True)
def paid(cast: Cast) -> None:
    """A case whose refund arrived."""
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    drain()


def verdict(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(verify)
    return result.exit_code, result.output


def change(statement: Any) -> None:
    with writing() as session:
        session.execute(statement)


def test_all_is_well(app: Flask) -> None:
    assert verdict(app) == (
        0,
        "1 histories, 1 texts, 0 reasons of restrictions, 0 texts about money, 0 files, 0 referrals, 0 shop rules, "
        "1 refunds checked: all is well.\n",
    )


def test_a_refund_the_provider_does_not_know_is_named(app: Flask) -> None:
    app.extensions["disputes"].provider_ledger.unlink()
    code, said = verdict(app)
    assert code == 1
    assert "is arrived here and unknown to the provider" in said


def test_a_cent_of_difference_is_named(app: Flask) -> None:
    change(update(Refund).values(amount_minor=2_501))
    code, said = verdict(app)
    assert code == 1
    assert "the provider says" in said
    assert "capture 1: it says 2500 refunded, 0 reserved; its refunds say 2501 and 0" in said


def test_money_we_know_nothing_of_is_named(app: Flask) -> None:
    change(update(Refund).values(key="another"))
    assert "the provider paid 2500, we did not" in verdict(app)[1]


def test_a_capture_that_does_not_add_up_is_named(app: Flask) -> None:
    change(update(Capture).where(Capture.refunded_minor > 0).values(refunded_minor=2_499))
    assert verdict(app)[0] == 1


def test_a_changed_history_is_located(app: Flask, kind: str) -> None:
    if kind == "sqlite":
        change(text("DROP TRIGGER event_no_update"))
    else:
        change(text("ALTER TABLE event DISABLE TRIGGER USER"))
    change(update(Event).where(Event.seq == 3).values(role="lead"))
    assert "does not hold from event 3 on" in verdict(app)[1]


def test_nothing_is_left_to_do(app: Flask) -> None:
    assert db.session.scalars(select(Outbox).where(Outbox.done_at.is_(None))).all() == []
