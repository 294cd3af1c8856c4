"""What a restriction shuts is shut, with the reason in plain words; what must stay open stays open."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db, writing
from disputes.messages import service as messages
from disputes.models import Case, Order, Session
from disputes.moment import real_now
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields, send
from tests.restricting import decided, restricts, the_one
from tests.turns import case_of, file_case, person, turn

TYPED = "It flickers and hums, and nobody answers."


def order_of(app: Flask, order_id: int) -> str:
    with app.app_context():
        return db.session.scalars(select(Order.public_id).where(Order.id == order_id)).one()


def public(app: Flask, case_id: int) -> str:
    with app.app_context():
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


@pytest.fixture
def no_filing(app: Flask, cast: Cast, case_id: int) -> str:
    """Ada may open no new case for a month. Returns her order's public id."""
    with app.app_context():
        decided(case_id, restricts("buyer", "filing"))
    return order_of(app, cast.jd_order)


@pytest.fixture
def talking(app: Flask, cast: Cast, case_id: int) -> int:
    """A second case of Ada's and Ben's, in which they talk."""
    with app.app_context():
        return file_case(cast.jd_order, ADA, line=1)


def filled(page: str) -> dict[str, str]:
    line = re.search(r'name="(lines-\d+-)quantity"', page)
    prefix = line[1] if line else "lines-1-"
    return {f"{prefix}chosen": "y", f"{prefix}quantity": "1", "reason": "not_as_described.defective", "words": TYPED}


def test_opening_a_case_is_refused_in_words_and_what_was_typed_is_kept(app: Flask, visit, cast: Cast, case_id) -> None:
    ada, page = visit(ADA), f"/orders/{order_of(app, cast.jd_order)}/case/new"
    opened = ada.get(page)
    with app.app_context():
        decided(case_id, restricts("buyer", "filing"))
        before = db.session.scalar(select(func.count()).select_from(Case))
    for do in ("check", "send"):
        refused = ada.post(page, data={**fields(opened.text), **filled(opened.text), "do": do})
        assert refused.status_code in (409, 422), do
        assert TYPED in refused.text
    assert ada.get(page).status_code == 409 and "You cannot open new cases" in ada.get(page).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == before


def test_the_service_refuses_too_and_says_until_when(app: Flask, cast: Cast, no_filing: str) -> None:
    with app.app_context(), pytest.raises(Refused, match="You cannot open new cases until"):
        file_case(cast.jd_order, ADA, line=1)


def test_in_another_shop_nothing_is_shut(app: Flask, cast: Cast, no_filing: str) -> None:
    with app.app_context():
        assert file_case(cast.catawiki_order, ADA)


def test_over_the_telephone_it_is_shut_as_well(app: Flask, visit, no_filing: str) -> None:
    called = real_now().isoformat().replace("+", "%2B")
    answer = visit(CLEO).get(f"/orders/{no_filing}/case/new?call={called}")
    assert answer.status_code == 409 and "This buyer&#39;s account is restricted" in answer.text


def test_a_muted_side_begins_no_talk_but_answers(app: Flask, cast: Cast, case_id: int, talking: int) -> None:
    with app.app_context():
        with turn(talking, ADA, "buyer") as t:
            messages.ask(t, words="When?")
        decided(case_id, restricts("seller", "messaging"))
        with pytest.raises(Refused, match="may not send messages of its own"), turn(talking, BEN, "seller") as t:
            messages.ask(t, words="Why?")
        with turn(talking, BEN, "seller") as t:
            messages.answer(t, words="Tomorrow.")
        with turn(talking, ADA, "buyer") as t:
            messages.ask(t, words="At what time?")  # the other side is as free as before


def test_a_shut_message_is_shown_shut_with_its_reason(app: Flask, visit, case_id: int, talking: int) -> None:
    with app.app_context():
        decided(case_id, restricts("seller", "messaging"))
    page = visit(BEN).get(f"/cases/{public(app, talking)}/ask")
    assert page.status_code == 409 and "You can answer, add proof and appeal" in page.text


def test_open_cases_can_be_answered_though_the_account_is_terminated(app: Flask, visit, cast: Cast, case_id, talking):
    other = talking
    with app.app_context():
        decided(case_id, restricts("seller", "everything", ends=None), suspends=True)
    ben, url = visit(BEN), f"/cases/{public(app, other)}"
    assert "A restriction is in force for you." in ben.get(url).text
    answered = send(ben, f"{url}/refuse", {"reason": "as_described", "words": "It is as described."})
    assert answered.status_code == 303
    with app.app_context(), turn(other, ADA, "buyer") as t:
        t.take("step_in")
    with app.app_context(), turn(other, CLEO, "reviewer") as t:
        messages.request_info(t, side="seller", words="Show us the invoice.")
    assert send(ben, f"{url}/answer-info", {"words": "Here."}).status_code == 303
    with app.app_context():
        assert case_of(other).state == "investigated"
    assert ben.get(f"{url}/evidence").status_code == 200


def test_a_terminated_buyer_signs_in_and_appeals(app: Flask, visit, case_id: int) -> None:
    with app.app_context():
        decided(case_id, restricts("buyer", "everything", ends=None), suspends=True)
        page = f"/restrictions/{the_one().public_id}"
    ada = visit(ADA)
    assert ada.get(page).status_code == 200
    assert send(ada, f"{page}/appeal", {"ground": "unfair_process", "words": "Nobody asked me."}).status_code == 303
    assert (
        send(ada, f"/cases/{public(app, case_id)}/appeal", {"ground": "new_evidence", "words": "x"}).status_code == 303
    )


def test_a_termination_ends_every_session_of_the_seller_s_people_at_once(app: Flask, visit, case_id: int) -> None:
    ben, ada = visit(BEN), visit(ADA)
    with app.app_context():
        decided(case_id, restricts("seller", "everything", ends=None), suspends=True)
        live = db.session.scalars(select(Session.account_id).where(Session.ended_at.is_(None))).all()
        assert live == [person(ADA)]
    assert ben.get("/inbox").status_code == 303
    assert ada.get("/cases").status_code == 200


def test_a_suspension_for_a_while_leaves_people_signed_in(app: Flask, visit, case_id: int) -> None:
    ben = visit(BEN)
    with app.app_context():
        decided(case_id, restricts("seller", "everything"), suspends=True)
    assert ben.get("/inbox").status_code == 200


def test_when_it_is_over_everything_is_open_though_nobody_has_swept(app: Flask, cast: Cast, no_filing: str) -> None:
    with app.app_context():
        with writing():
            row = the_one()
            now = real_now()
            db.session.execute(type(row).__table__.update().values(starts_at=now.replace(year=2020), ends_at=now))
        assert file_case(cast.jd_order, ADA, line=1)
