"""A provider that never answered: the refund is put before a person, who has it asked again with the same key."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case, Outbox, Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.job import Job
from disputes.outbox.lease import claim, fail
from tests.cast import ADA, BEN, CLEO, NIA, Cast
from tests.pages import fields
from tests.turns import file_case, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """A settled case whose refund the provider never answered."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        give_up("the provider did not answer")
        return db.session.scalars(select(Case.public_id)).one()


def give_up(error: str) -> None:
    from disputes.db import writing

    others = set(db.session.scalars(select(Outbox.kind).distinct())) - {"refund"}
    job = claim(but_not=others)
    assert isinstance(job, Job)
    with writing():
        fail(job, error, for_good=True)


def test_it_is_listed_for_the_desk_and_the_buyer_is_told_nothing_that_is_not_so(app: Flask, visit, case: str) -> None:
    shown = visit(CLEO).get("/desk/refunds").text
    assert case in shown and "the provider did not answer" in shown and "All refunds went through" not in shown
    buyers = visit(ADA).get(f"/cases/{case}").text
    assert "Under way" in buyers and "The money arrived" not in buyers
    assert case not in visit(NIA).get("/desk/refunds").text


def test_asked_again_it_has_the_same_key_and_a_second_click_says_so(app: Flask, visit, case: str) -> None:
    with app.app_context():
        key = db.session.scalars(select(Refund.key)).one()
    cleo = visit(CLEO)
    form = fields(cleo.get("/desk/refunds").text, f"/cases/{case}/refunds/ask")
    codes = [cleo.post(f"/cases/{case}/refunds/ask", data=form).status_code for _ in range(2)]
    assert codes == [303, 409]
    with app.app_context():
        work = db.session.scalars(select(Outbox).where(Outbox.kind == "refund")).one()
        assert (work.key, work.stuck_at, work.attempts) == (key, None, 0) and work.run_at <= real_now()
    assert "All refunds went through" in cleo.get("/desk/refunds").text
