"""What stands under "To answer" is what waits for the seller, and nothing else."""

from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.messages import service as messages
from disputes.models import Case
from disputes.offers import service as offers
from tests.cast import ADA, BEN, CLEO, Cast
from tests.turns import file_case, turn


def test_a_case_is_to_answer_while_it_waits_for_the_seller(app: Flask, visit, cast: Cast) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
    ben = visit(BEN)

    def listed(tab: str) -> bool:
        return case in ben.get(f"/inbox?tab={tab}").text

    assert listed("answer") and not listed("waiting")
    with app.app_context(), turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="other", words="It worked.")
    assert listed("waiting") and not listed("answer")
    with app.app_context(), turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)
    assert listed("waiting")
    with app.app_context(), turn(case_id, CLEO, "reviewer") as t:
        messages.request_info(t, side="seller", words="The test sheet, please.")
    assert listed("answer") and not listed("waiting")
