"""A seller's inbox: their organisations' cases, the nearest deadline first, each in its tab."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Case, Grant
from disputes.moment import real_now
from disputes.offers import service as offers
from tests.cast import ADA, BEN, CLEO, DAN, NIA, Cast, grant
from tests.turns import HOUR, file_case, notice, person, turn


@pytest.fixture
def cases(app: Flask, cast: Cast) -> dict[str, str]:
    """Ada's at both of Ben's shops, Dan's at Nia's."""
    with app.app_context():
        ids = {
            "jd": file_case(cast.jd_order, ADA), "cat": file_case(cast.catawiki_order, ADA),
            "nia": file_case(cast.other_order, DAN),
        }  # fmt: skip
        notice(ids["jd"], "seller_response", real_now() - 47 * HOUR)
        return {
            name: db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()
            for name, case_id in ids.items()
        }


def test_a_seller_sees_their_own_cases_and_the_nearest_deadline_first(visit, cases: dict[str, str]) -> None:
    ben, nia = visit(BEN).get("/inbox").text, visit(NIA).get("/inbox").text
    assert ben.index(cases["jd"]) < ben.index(cases["cat"]) and cases["nia"] not in ben
    assert cases["nia"] in nia and cases["jd"] not in nia
    assert "no deadline" in ben.split(cases["jd"], 1)[1]


def test_a_settled_case_moves_on_to_the_next_tab(app: Flask, visit, cases: dict[str, str]) -> None:
    with app.app_context():
        case_id = db.session.scalars(select(Case.id).where(Case.public_id == cases["jd"])).one()
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
    ben = visit(BEN)
    assert cases["jd"] not in ben.get("/inbox").text
    assert cases["jd"] in ben.get("/inbox?tab=waiting").text
    assert cases["jd"] not in ben.get("/inbox?tab=closed").text


@pytest.mark.parametrize("who", (ADA, CLEO, None))
def test_who_sells_nothing_has_no_inbox(visit, cases: dict[str, str], who: str | None) -> None:
    assert visit(who).get("/inbox").status_code == (404 if who else 303)


def test_whoever_left_the_seller_sees_nothing_of_it_any_more(app: Flask, visit, cases: dict[str, str]) -> None:
    ben = visit(BEN)
    with app.app_context(), writing():
        for row in db.session.scalars(select(Grant).where(Grant.account_id == person(BEN))):
            db.session.delete(row)
        db.session.flush()
        grant(person(BEN), "seller", "jd-3p", db.session.scalars(select(Grant.seller_id).where(
            Grant.account_id == person(NIA))).one())  # fmt: skip
    assert cases["jd"] not in ben.get("/inbox").text
    assert ben.get(f"/cases/{cases['jd']}").status_code == 404


def test_a_member_who_bought_it_themselves_is_the_buyer_there_and_nothing_else(app: Flask, visit, cases) -> None:
    with app.app_context(), writing():
        seller = db.session.scalars(select(Case.seller_id).where(Case.public_id == cases["jd"])).one()
        grant(person(ADA), "seller", "jd-3p", seller)
    ada, url = visit(ADA), f"/cases/{cases['jd']}"
    assert "Waiting for" in ada.get(url).text
    for page in ("refuse", "reply"):
        assert ada.get(f"{url}/{page}").status_code == 404
    with app.app_context():
        version = db.session.scalars(select(Case.public_version).where(Case.public_id == cases["jd"])).one()
    assert ada.post(f"{url}/accept", data={"seen_version": version}).status_code == 409
