"""What an admin does for people: roles given and taken at once, never their own, never the last admin's."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.models import Account, Case, Grant
from disputes.moment import real_now
from disputes.people import service
from disputes.workflows.core import Refused
from tests.cast import ADA, BEN, CLEO, DAN, LIN, OLA, SAM, Cast, grant
from tests.turns import file_case, person


@pytest.fixture
def ids(app: Flask, cast: Cast) -> dict[str, str]:
    with app.app_context():
        return dict(db.session.execute(select(Account.email, Account.public_id)).all())


def roles(app: Flask, email: str) -> set[tuple[str, str | None]]:
    with app.app_context():
        query = select(Grant.role, Grant.shop_id).where(Grant.account_id == person(email))
        return {tuple(row) for row in db.session.execute(query)}


def give(browser, person_id: str, role: str, shop: str = "", seller: str = ""):
    return browser.post(f"/people/{person_id}", data={"role": role, "shop": shop, "seller": seller})


def role_id(app: Flask, email: str, role: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Grant.id).where(Grant.account_id == person(email), Grant.role == role)).all()[
            0
        ]


def test_the_list_shows_roles_and_finds_a_buyer_by_address(visit, ids) -> None:
    sam = visit(SAM)
    page = sam.get("/people").text
    assert CLEO in page and "Reviewer" in page and ADA not in page
    assert ADA in sam.get("/people", query_string={"q": ADA.upper()}).text
    assert "Nobody found" in sam.get("/people?q=nobody@example.org").text


def test_a_role_given_opens_its_pages_at_once_and_taken_shuts_them(app: Flask, visit, ids) -> None:
    sam, dan = visit(SAM), visit(DAN)
    assert dan.get("/desk").status_code == 404
    assert give(sam, ids[DAN], "reviewer", "jd-3p").status_code == 303
    assert dan.get("/desk").status_code == 200
    url = f"/people/{ids[DAN]}/roles/{role_id(app, DAN, 'reviewer')}/take"
    assert sam.post(url).status_code == 303
    assert dan.get("/desk").status_code == 404 and roles(app, DAN) == set()


REFUSED = [
    (SAM, "reviewer", "jd-3p", "Nobody changes their own rights"),
    (CLEO, "admin", "", "An admin has no other role"),
    (CLEO, "auditor", "jd-3p", "does not decide its cases"),
    (OLA, "lead", "jd-3p", "does not decide its cases"),
    (DAN, "reviewer", "", "every other role is in a shop"),
    (DAN, "manager", "jd-3p", "need a seller"),
    (DAN, "seller", "jd-3p", "Not a valid choice"),
    (DAN, "boss", "jd-3p", "Not a valid choice"),
    (DAN, "reviewer", "nowhere", "Not a valid choice"),
]


@pytest.mark.parametrize(("email", "role", "shop", "says"), REFUSED)
def test_what_does_not_fit_is_refused_with_the_reason_and_changes_nothing(
    app: Flask, visit, ids, email: str, role: str, shop: str, says: str
) -> None:
    before = roles(app, email)
    answer = give(visit(SAM), ids[email], role, shop)
    assert answer.status_code == 422 and says in answer.text
    assert roles(app, email) == before


def test_a_member_becomes_manager_once(app: Flask, visit, ids) -> None:
    assert give(visit(SAM), ids[BEN], "manager", "jd-3p", "ben").status_code == 303
    assert roles(app, BEN) == {("manager", "jd-3p"), ("seller", "catawiki")}


def test_nobody_takes_their_own_role_and_the_last_admin_stays(app: Flask, visit, ids) -> None:
    answer = visit(SAM).post(f"/people/{ids[SAM]}/roles/{role_id(app, SAM, 'admin')}/take")
    assert answer.status_code == 409 and "Nobody changes their own rights" in answer.text
    assert visit(SAM).post(f"/people/{ids[SAM]}/disable").status_code == 409
    assert roles(app, SAM) == {("admin", None)}


def test_a_shut_admin_does_not_count_as_another(app: Flask, visit, ids) -> None:
    with app.app_context():
        with writing():
            grant(person(DAN), "admin", None)
            db.session.execute(update(Account).where(Account.email == SAM).values(disabled_at=real_now()))
        sam, dan = person(SAM), person(DAN)
        with pytest.raises(Refused, match="last admin"), writing():
            service.disable(sam, dan, now=real_now())


def test_two_admins_who_remove_each_other_at_once_leave_one(app: Flask, cast: Cast) -> None:
    with app.app_context():
        with writing():
            grant(person(DAN), "admin", None)
        people = {email: person(email) for email in (SAM, DAN)}
        ids = {email: role_id(app, email, "admin") for email in people}
    ready, told = threading.Barrier(2), []

    def remove(by: str, of: str) -> None:
        with app.app_context():
            ready.wait()
            try:
                with writing():
                    service.take(people[by], people[of], ids[of], now=real_now())
            except Refused as refused:
                told.append(str(refused.reason))

    threads = [threading.Thread(target=remove, args=pair) for pair in ((SAM, DAN), (DAN, SAM))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Grant.role == "admin")) == 1
    assert told == ["You may not do this any more."]


def test_a_shut_account_is_out_at_once_and_can_be_opened_again(visit, ids) -> None:
    sam, cleo = visit(SAM), visit(CLEO)
    assert cleo.get("/desk").status_code == 200
    assert sam.post(f"/people/{ids[CLEO]}/disable").status_code == 303
    assert cleo.get("/desk").status_code == 303 and "shut since" in sam.get(f"/people/{ids[CLEO]}").text
    assert sam.post(f"/people/{ids[CLEO]}/enable").status_code == 303
    assert cleo.get("/desk").status_code == 303, "opening an account revives no session"
    assert visit(CLEO).get("/desk").status_code == 200


def test_signing_somebody_out_ends_every_session_of_theirs_and_nobody_else_s(visit, ids) -> None:
    sam, one, two, lin = visit(SAM), visit(CLEO), visit(CLEO), visit(LIN)
    assert sam.post(f"/people/{ids[CLEO]}/sign-out").status_code == 303
    assert [browser.get("/desk").status_code for browser in (one, two, lin)] == [303, 303, 200]


def test_an_admin_sees_no_case(app: Flask, visit, cast: Cast) -> None:
    with app.app_context():
        case = db.session.get(Case, file_case(cast.jd_order, ADA))
    sam = visit(SAM)
    for page in ("/desk", "/inbox", "/audit", f"/cases/{case.public_id}", f"/desk/cases/{case.public_id}"):
        assert sam.get(page).status_code == 404, page
    assert case.ref not in "".join(sam.get(page).text for page in ("/people", "/shops", "/cases", "/orders"))


@pytest.mark.parametrize("email", (ADA, BEN, CLEO, LIN, OLA))
def test_nobody_else_changes_people(app: Flask, visit, ids, email: str) -> None:
    browser = visit(email)
    assert browser.get("/people").status_code == 404
    assert give(browser, ids[email], "admin").status_code == 404
    assert browser.post(f"/people/{ids[SAM]}/disable").status_code == 404
    assert ("admin", None) not in roles(app, email)
