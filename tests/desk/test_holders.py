"""The queue says who holds a case, as long as they do."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Case
from disputes.moment import real_now
from tests.cast import ADA, CLEO, RITA, Cast
from tests.turns import file_case


def test_a_held_case_shows_its_holder_until_the_claim_ends(app: Flask, visit, cast: Cast) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        case = db.session.scalars(select(Case.public_id)).one()
    rita = visit(RITA)
    assert "Cleo" not in rita.get("/desk").text
    assert visit(CLEO).post(f"/desk/cases/{case}/claim").status_code == 303
    assert "Cleo" in rita.get("/desk").text
    with app.app_context(), writing():
        db.session.execute(update(Case).values(claimed_until=real_now() - timedelta(minutes=1)))
    assert "Cleo" not in rita.get("/desk").text
