"""Whatever is typed where an amount belongs: a clear word beside the field, and nothing that was typed is lost."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.models import Allocation, Case, Decision, Order
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields
from tests.turns import file_case

NO_NUMBER = "Please enter an amount, for example 25 or 12.50."
BELOW = "Please enter an amount below what was paid for the claim."
WRONG = (
    ("CNY", "0", "Please enter more than nothing."),
    ("CNY", "0.00", "Please enter more than nothing."),
    ("CNY", "-5", "An amount cannot be less than nothing."),
    ("CNY", "−5", "An amount cannot be less than nothing."),
    ("CNY", "0.001", "CNY has at most 2 decimals."),
    ("CNY", "1e9", NO_NUMBER),
    ("CNY", "1000000000", BELOW),
    ("CNY", "9" * 20, "That is more than can be entered here."),
    ("CNY", "NaN", NO_NUMBER),
    ("CNY", "inf", NO_NUMBER),
    ("CNY", "1,000.50", NO_NUMBER),
    ("CNY", "5 EUR", "Please write the number alone; it is in CNY."),
    ("CNY", "€5", "Please write the number alone; it is in CNY."),
    ("CNY", "", NO_NUMBER),
    ("JPY", "12.5", "JPY has no decimals. Please enter a whole number."),
    ("KWD", "1.2345", "KWD has at most 3 decimals."),
)
RIGHT = (("JPY", "12", 12), ("KWD", "1.234", 1_234), ("CNY", "٣٫٥", 350))


@pytest.fixture
def opened(app: Flask, cast: Cast):
    def open_in(currency: str) -> str:
        with app.app_context():
            with writing():
                db.session.execute(update(Order).where(Order.id == cast.jd_order).values(currency=currency))
                db.session.execute(update(Allocation).values(currency=currency))
            case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
            return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()

    return open_in


@pytest.mark.parametrize(
    ("where", "currency", "typed", "said"),
    [
        *(("amount", *wrong) for wrong in WRONG),
        *(("parts-0-amount", *wrong) for wrong in WRONG if wrong[1]),  # an item without an amount is left out
    ],
)
def test_what_is_no_amount_is_told_beside_the_field_and_kept(
    app: Flask, visit, opened, where: str, currency: str, typed: str, said: str
) -> None:
    page = f"/cases/{opened(currency)}/decision"
    cleo = visit(CLEO)
    data = {"kind": "partial_refund", where: typed, "reasons": "Because of it.", "clauses": "JDC-42"}
    answer = cleo.post(page, data={**fields(cleo.get(page).text), **data})
    assert answer.status_code == 422
    if where != "amount" and said == BELOW:
        said = "was paid for these."
    assert said in answer.text and "Because of it." in answer.text and f'value="{typed}"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 0


@pytest.mark.parametrize(("currency", "typed", "minor"), RIGHT)
def test_an_amount_in_the_digits_of_its_currency_is_taken(
    app: Flask, visit, opened, currency: str, typed: str, minor: int
) -> None:
    page = f"/cases/{opened(currency)}/decision"
    cleo = visit(CLEO)
    data = {"kind": "partial_refund", "amount": typed, "reasons": "Because of it.", "clauses": "JDC-42"}
    assert cleo.post(page, data={**fields(cleo.get(page).text), **data}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Decision.amount_minor)).one() == minor


@pytest.mark.parametrize(
    ("typed", "said"),
    (
        ({"amount": "5", "parts-0-amount": "5"}, "Enter one amount, or amounts for each item, not both."),
        ({"parts-0-quantity": "3"}, "Not more than is claimed."),
        ({"parts-0-quantity": "1", "parts-0-amount": "30.01"}, "At most"),
        ({"parts-0-quantity": "2"}, BELOW),
    ),
)
def test_amounts_for_items_that_cannot_be_are_told_and_kept(
    app: Flask, visit, opened, typed: dict[str, str], said: str
) -> None:
    page = f"/cases/{opened('CNY')}/decision"
    cleo = visit(CLEO)
    data = {"kind": "partial_refund", "reasons": "Because of it.", "clauses": "JDC-42", **typed}
    answer = cleo.post(page, data={**fields(cleo.get(page).text), **data})
    assert answer.status_code == 422 and said in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values())


def test_an_offer_is_told_the_same(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        page = f"/cases/{db.session.scalars(select(Case.public_id)).one()}/offer"
    ben = visit(BEN)
    for currency, typed, said in WRONG:
        if currency == "CNY":
            answer = ben.post(page, data={**fields(ben.get(page).text), "kind": "partial_refund", "amount": typed})
            assert answer.status_code == 422 and said in answer.text and f'value="{typed}"' in answer.text
