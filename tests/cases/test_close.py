"""A buyer closes their case, and takes it up again: limits pause, wait and go on with what was left."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.cases import service as cases
from disputes.db import db
from disputes.messages import service as messages
from disputes.models import Case, Clock
from disputes.moment import real_now
from disputes.offers import service as offers
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields, send
from tests.turns import HOUR, case_of, file_case, notice, sweep, turn

Way = Callable[[int], None]


def nothing(case_id: int) -> None:
    """The case stays where it is."""


def offered(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=100, note="")


def reviewed(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="other", words="No.")
    with turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)


def asked(case_id: int) -> None:
    reviewed(case_id)
    with turn(case_id, CLEO, "reviewer") as t:
        messages.request_info(t, side="seller", words="Which lamp?")


WAYS = {"seller_contacted": nothing, "offered": offered, "investigated": reviewed, "awaiting_information": asked}


def clock(case_id: int, name: str) -> Clock | None:
    db.session.rollback()
    running = select(Clock).where(Clock.case_id == case_id, Clock.name == name, Clock.closed_at.is_(None))
    return db.session.scalars(running).one_or_none()


@pytest.mark.parametrize("shop", ("jd_order", "catawiki_order"))
@pytest.mark.parametrize("state", WAYS)
def test_a_case_goes_on_where_it_stood(app: Flask, cast: Cast, visit, state: str, shop: str) -> None:
    with app.app_context():
        case_id = file_case(getattr(cast, shop), ADA)
        WAYS[state](case_id)
        case = case_of(case_id).public_id
    ada, url = visit(ADA), f"/cases/{case}"
    assert send(ada, f"{url}/close").status_code == 303
    shown = ada.get(url).text
    assert "You closed this case" in shown and "Take my case up again" in shown and "You can undo this until" in shown
    assert "Closed by the buyer" in visit(BEN).get(url).text
    assert send(ada, url, action=f"{url}/resume").status_code == 303
    with app.app_context():
        case_row = case_of(case_id)
        assert (case_row.state, case_row.dropped_from) == (state, None)
        assert clock(case_id, "undo_drop") is None


def test_an_answer_limit_goes_on_with_what_was_left(app: Flask, cast: Cast) -> None:
    with app.app_context():
        at = real_now()
        case_id = file_case(cast.jd_order, ADA, at=at)
        offered(case_id)
        notice(case_id, "offer_answer", at)
        with turn(case_id, ADA, "buyer", at=at + 60 * HOUR) as t:
            cases.drop_case(t)
        assert sweep(case_id, at + 73 * HOUR) is None
        with turn(case_id, ADA, "buyer", at=at + 80 * HOUR) as t:
            cases.resume(t)
        assert clock(case_id, "offer_answer").due_at == at + 92 * HOUR


def test_a_limit_whose_notice_is_sent_while_the_case_is_closed_waits_in_full(app: Flask, cast: Cast) -> None:
    with app.app_context():
        at = real_now()
        case_id = file_case(cast.jd_order, ADA, at=at)
        with turn(case_id, ADA, "buyer", at=at) as t:
            cases.drop_case(t)
        notice(case_id, "seller_response", at + HOUR)
        assert sweep(case_id, at + 20 * HOUR) is None
        with turn(case_id, ADA, "buyer", at=at + 20 * HOUR) as t:
            cases.resume(t)
        assert clock(case_id, "seller_response").due_at == at + 68 * HOUR


def test_a_limit_still_waiting_for_its_notice_waits_on(app: Flask, cast: Cast) -> None:
    with app.app_context():
        at = real_now()
        case_id = file_case(cast.jd_order, ADA, at=at)
        for step in (cases.drop_case, cases.resume):
            with turn(case_id, ADA, "buyer", at=at + HOUR) as t:
                step(t)
        assert clock(case_id, "seller_response").due_at is None
        notice(case_id, "seller_response", at + 2 * HOUR)
        assert clock(case_id, "seller_response").due_at == at + 50 * HOUR


def test_undone_at_the_very_deadline_counts_and_a_second_later_does_not(app: Flask, cast: Cast) -> None:
    with app.app_context():
        at = real_now()
        first, second = (file_case(order, ADA, at=at) for order in (cast.jd_order, cast.catawiki_order))
        for case_id in (first, second):
            with turn(case_id, ADA, "buyer", at=at) as t:
                cases.drop_case(t)
        with turn(first, ADA, "buyer", at=at + 24 * HOUR) as t:
            cases.resume(t)
        with pytest.raises(Exception, match="Closed"), turn(second, ADA, "buyer", at=at + 24 * HOUR + HOUR / 3600) as t:
            cases.resume(t)
        assert case_of(first).state == "seller_contacted"


def test_closing_twice_is_told_and_changes_nothing(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        url = f"/cases/{db.session.scalars(select(Case.public_id)).one()}"
    ada = visit(ADA)
    form = fields(ada.get(f"{url}/close").text)
    assert [ada.post(f"{url}/close", data=form).status_code for _ in range(2)] == [303, 409]
    for verb in ("get", "put", "delete"):
        assert getattr(ada, verb)(f"{url}/resume").status_code == 405


def test_a_decided_case_is_not_closed_by_its_buyer(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        url = f"/cases/{case_of(case_id).public_id}"
    ada = visit(ADA)
    form = fields(ada.get(f"{url}/close").text)
    with app.app_context(), turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    assert ada.post(f"{url}/close", data=form).status_code == 409
    assert "Close my case" not in ada.get(url).text
