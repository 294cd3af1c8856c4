"""Appeals on the pages: a side appeals, somebody else decides, everybody sees what stands and what stood before."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.decisions.service import Drafted, decide, draft
from disputes.models import Case, Outcome
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast
from tests.pages import fields, send
from tests.turns import file_case, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        with turn(case_id, CLEO, "reviewer") as t:
            digest = draft(t, Drafted("partial_refund", 2_000, "As the photos show.", [], ["JDT-03"])).digest
            decide(t, digest=digest)
        return db.session.scalars(select(Case.public_id)).one()


def test_a_seller_appeals_and_another_reviewer_overturns(app: Flask, visit, case: str) -> None:
    ben, cleo, rita, ada = visit(BEN), visit(CLEO), visit(RITA), visit(ADA)
    url = f"/cases/{case}"
    assert send(ben, f"{url}/appeal", {"words": "No ground given."}).status_code == 422
    assert send(ben, f"{url}/appeal", {"ground": "new_evidence", "words": "Here is the invoice."}).status_code == 303
    for browser, page in ((ada, url), (ben, url), (rita, f"/desk{url}")):
        assert "Here is the invoice." in browser.get(page).text
    assert "Under appeal" in ada.get(url).text
    assert "You had a part in the decision" in cleo.get(f"/desk{url}").text
    data = {"kind": "no_remedy", "reasons": "The invoice proves it.", "clauses": "JDT-03"}
    page = rita.get(f"{url}/decision").text
    data["clauses"] = page.split('name="clauses"')[1].split('value="')[1].split('"')[0]
    assert send(rita, f"{url}/decision", data).status_code == 303
    assert send(rita, f"{url}/decide").status_code == 303
    shown = ada.get(url).text
    assert "The invoice proves it." in shown and "Earlier decision" in shown and "As the photos show." in shown


def test_a_lead_pays_the_seller_by_hand_and_notes_the_reference(app: Flask, visit, case: str) -> None:
    test_a_seller_appeals_and_another_reviewer_overturns(app, visit, case)
    lin, cleo = visit(LIN), visit(CLEO)
    page = "/desk/refunds"
    assert "To pay to sellers" in lin.get(page).text and "To pay to sellers" not in cleo.get(page).text
    action = f"/cases/{case}/refunds/paid"
    sent = fields(lin.get(page).text, action)
    assert lin.post(action, data={**sent, "reference": ""}).status_code == 400
    assert lin.post(action, data={**sent, "reference": "BANK-77"}).status_code == 303
    assert lin.post(action, data={**sent, "reference": "BANK-77"}).status_code == 409
    with app.app_context():
        state = db.session.scalars(select(Outcome.state).where(Outcome.kind == "credit_seller")).one()
    assert state == "done"
    assert "BANK-77" in lin.get(f"/desk/cases/{case}").text and "BANK-77" not in visit(BEN).get(f"/cases/{case}").text


def test_both_sides_see_the_draft_while_they_can_reply(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.catawiki_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        with turn(case_id, CLEO, "reviewer") as t:
            draft(t, Drafted("full_refund", None, "It looks like a cast.", [], ["CAT-25"]))
        case = db.session.scalars(select(Case.public_id)).one()
    ada, ben, cleo = visit(ADA), visit(BEN), visit(CLEO)
    url = f"/cases/{case}"
    assert "It looks like a cast." not in ada.get(url).text
    assert send(cleo, f"/desk{url}", action=f"{url}/decide/propose").status_code == 303
    for browser in (ada, ben):
        page = browser.get(url).text
        assert "Draft decision" in page and "It looks like a cast." in page
    assert send(ben, f"{url}/comment", {"words": "It is signed below."}).status_code == 303
    assert "It is signed below." in ada.get(url).text


def test_a_case_goes_outside_and_the_answer_is_recorded(app: Flask, visit, case: str) -> None:
    ada, cleo = visit(ADA), visit(CLEO)
    url = f"/cases/{case}"
    assert send(ada, f"{url}/outside", {"body": "", "words": "x"}).status_code == 422
    assert send(ada, f"{url}/outside", {"body": "Consumer board", "words": "File 12/2026."}).status_code == 303
    assert "With an outside body" in ada.get(url).text
    assert send(cleo, f"{url}/outside/result", {"words": "It follows us."}).status_code == 303
    assert "It follows us." in ada.get(url).text
