"""The main job over HTTP: a buyer files, the seller refuses, the platform decides, the money is on its way."""

import io

import pytest
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case, Order, Refund
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields, send

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.fixture
def order(app, cast: Cast) -> str:
    with app.app_context():
        return db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one()


def the_case(app) -> Case:
    with app.app_context():
        return db.session.scalars(select(Case)).one()


FILING = {
    "lines-0-chosen": "y", "lines-0-quantity": "2", "reason": "not_as_described", "sub_reason": "defective",
    "wish": "full_refund", "words": "Neither lamp lights up.",
}  # fmt: skip


def test_from_filing_to_a_decided_case(app, visit, order) -> None:
    ada, ben, cleo = visit(ADA), visit(BEN), visit(CLEO)
    page = f"/orders/{order}/case/new"
    checked = send(ada, page, {**FILING, "do": "check", "files": (io.BytesIO(PNG), "lamp.png")})
    assert checked.status_code == 200 and "lamp.png" in checked.text, checked.text
    sent = ada.post(page, data={**fields(checked.text), **FILING, "do": "send"}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    case = the_case(app)
    url = f"/cases/{case.public_id}"
    shown = ada.get(url)
    assert "Waiting for" in shown.text and "lamp.png" in shown.text

    assert url in ben.get("/inbox").text
    assert "waiting for your reply" in ben.get(url).text
    refused = send(ben, f"{url}/refuse", {"reason": "not_proven", "words": "They were tested."})
    assert refused.status_code == 303, refused.text
    assert "refused" in ada.get(url).text
    stepped = send(ada, url, action=f"{url}/do/step_in")
    assert stepped.status_code == 303, stepped.text

    assert cleo.post("/desk/next").status_code == 303
    desk = cleo.get(f"/desk/cases/{case.public_id}")
    assert desk.status_code == 200 and "They were tested." in desk.text
    drafted = send(
        cleo,
        f"{url}/decision",
        {"kind": "partial_refund", "amount": "25,50", "reasons": "Exhibit 1 shows it.", "exhibits": "1"},
    )
    assert drafted.status_code == 303, drafted.text
    confirm = cleo.get(f"{url}/decide")
    assert "¥25.50" in confirm.text, confirm.text
    assert send(cleo, f"{url}/decide").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Refund.amount_minor)).one() == 2550
    shown = ada.get(url)
    assert "Part refund" in shown.text and "Exhibit 1 shows it." in shown.text
    for browser in (ada, ben):
        assert browser.get(url).status_code == 200
