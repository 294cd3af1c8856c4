"""`disputes verify` finds every text about money that is not what the history was told."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.chargebacks import service as chargebacks
from disputes.chargebacks.access import Turn
from disputes.commands.verify import verify
from disputes.costs.service import Spent, record
from disputes.db import db, writing
from disputes.effects.frozen import lock_payment
from disputes.models import Chargeback, Cost, Screening, Shop, Voucher
from disputes.moment import moment
from disputes.steps import Actor
from disputes.vouchers import service as vouchers
from tests.banking import bank_says, dispute
from tests.cast import ADA, CLEO, Cast
from tests.screening import making
from tests.turns import file_case, person, turn

CHANGED = {
    "cost": update(Cost).values(reasons="The buyer erred."),
    "voucher": update(Voucher).values(words="We owe you nothing."),
    "invoice of order check": update(Screening).values(how_to_pay="To my own account."),
    "plan of chargeback": update(Chargeback).values(words="We made it up."),
}


@pytest.fixture(autouse=True)
def told(cast: Cast) -> None:
    """A cost that a person shared, a voucher, an invoice, an answer to a bank."""
    change(update(Shop).values(voucher_limit_minor=1_000, voucher_most_minor=1_000))
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, CLEO, "reviewer") as t:
        record(t, Spent("customs", 300, "seller", percents={"seller": 50, "platform": 50}, reasons="Both erred."))
    with turn(case_id, CLEO, "reviewer") as t:
        vouchers.give(t, number=1, amount_minor=500, words="Sorry for the wait.")
    making.lamps()
    making.sent()
    making.ask_invoice(run=False)
    bank_says(dispute(amount=100))
    with writing():
        found = db.session.scalars(select(Chargeback)).one()
        _, shop, _ = lock_payment(found.payment_id)
        actor, now = Actor(person(CLEO), "reviewer"), moment(shop)
        chargebacks.plan(Turn(found, shop, actor, now, now), plan="contest", words="It was signed for.")


def verdict(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(verify)
    assert not isinstance(result.exception, Exception), result.exception
    return result.exit_code, result.output


def change(statement: Any) -> None:
    with writing() as session:
        session.execute(statement)


def test_what_was_kept_as_it_came_is_well(app: Flask) -> None:
    code, said = verdict(app)
    assert (code, "4 texts about money," in said) == (0, True), said


@pytest.mark.parametrize("whose", CHANGED)
def test_a_changed_text_is_named(app: Flask, whose: str) -> None:
    change(CHANGED[whose])
    code, said = verdict(app)
    assert code == 1 and "1 faults" in said
    assert said.startswith(whose) and "the text is not what was written" in said


def test_a_voucher_that_is_gone_is_named(app: Flask) -> None:
    change(delete(Voucher))
    assert "voucher 1: the text is not what was written" in verdict(app)[1]
