"""A manager answers for the members of their own seller, and for nobody else's."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db, writing
from disputes.models import Account, Grant
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, DAN, NIA, SAM, Cast
from tests.people.test_invitations import PASSWORD, ROB, accept, links
from tests.turns import file_case, person


@pytest.fixture
def mia(app: Flask, cast: Cast, visit):
    """Mia manages Ben's Lamps; Dan is a member there too."""
    with app.app_context(), writing():
        account = Account(email="mia@example.org", name="Mia", created_at=real_now())
        db.session.add(account)
        db.session.flush()
        for account_id, role in ((account.id, "manager"), (person(DAN), "seller")):
            db.session.add(Grant(account_id=account_id, role=role, shop_id="jd-3p", seller_id=lamps()))
    return visit("mia@example.org")


def lamps() -> int:
    return db.session.scalars(
        select(Grant.seller_id).where(Grant.account_id == person(BEN), Grant.shop_id == "jd-3p")
    ).one()


def grant_of(app: Flask, email: str, shop: str = "jd-3p") -> tuple[int, int, str]:
    with app.app_context():
        query = select(Grant.seller_id, Grant.id, Grant.role).where(Grant.account_id == person(email))
        return tuple(db.session.execute(query.where(Grant.shop_id == shop)).one())


def test_a_manager_is_a_member_too(app: Flask, mia, cast: Cast) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
    assert mia.get("/").headers["Location"] == "/inbox"
    assert "Brass desk lamp" in mia.get("/inbox").text


def test_the_page_lists_the_members_of_this_seller_alone(mia) -> None:
    page = mia.get("/members").text
    assert BEN in page and DAN in page and "Ben&#39;s Lamps" in page
    assert NIA not in page and "Ben&#39;s Clocks" not in page and "Nobody is invited yet" in page


def test_a_member_who_is_removed_is_out_at_once(app: Flask, mia, visit) -> None:
    dan = visit(DAN)
    assert dan.get("/inbox").status_code == 200
    seller, role, _ = grant_of(app, DAN)
    assert mia.post(f"/members/{seller}/{role}/remove").status_code == 303
    assert dan.get("/inbox").status_code == 404 and DAN not in mia.get("/members").text


def test_handing_over_makes_the_other_the_manager_and_oneself_a_member(app: Flask, mia, visit) -> None:
    seller, role, _ = grant_of(app, DAN)
    assert mia.post(f"/members/{seller}/{role}/hand-over").status_code == 303
    assert grant_of(app, DAN)[2] == "manager" and grant_of(app, "mia@example.org")[2] == "seller"
    assert [mia.get(page).status_code for page in ("/members", "/inbox")] == [404, 200]
    assert visit(DAN).get("/members").status_code == 200


def test_a_manager_invites_members_and_only_members(app: Flask, mia, visit) -> None:
    seller = grant_of(app, BEN)[0]
    data = {"email": ROB, "role": "manager", "shop": "jd-3p"}
    assert mia.post(f"/members/{seller}/invite", data=data).status_code == 303
    (link,) = links(app)
    assert accept(visit(None), link).status_code == 303
    assert grant_of(app, ROB)[2] == "seller"
    assert visit(ROB).get("/inbox").status_code == 200 and PASSWORD


def test_an_address_that_is_none_is_refused_beside_its_field(app: Flask, mia) -> None:
    answer = mia.post(f"/members/{grant_of(app, BEN)[0]}/invite", data={"email": "rob at home"})
    assert answer.status_code == 422 and "is no e-mail address" in answer.text


def test_a_manager_takes_their_invitations_back_and_nobody_else_s(app: Flask, mia, visit) -> None:
    from disputes.models import Invitation

    mia.post(f"/members/{grant_of(app, BEN)[0]}/invite", data={"email": ROB})
    visit(SAM).post("/people/invitations", data={"email": "x@example.org", "role": "reviewer", "shop": "jd-3p"})
    with app.app_context():
        own, other = db.session.scalars(select(Invitation.public_id).order_by(Invitation.id)).all()
    assert mia.post(f"/invitations/{own}/revoke").status_code == 303
    assert mia.post(f"/invitations/{other}/revoke").status_code == 404
    assert visit(CLEO).post(f"/invitations/{other}/revoke").status_code == 404


def test_another_seller_s_members_are_out_of_reach(app: Flask, mia) -> None:
    for email, shop in ((NIA, "jd-3p"), (BEN, "catawiki")):
        seller, role, _ = grant_of(app, email, shop)
        for act in (f"{role}/remove", f"{role}/hand-over", "invite"):
            assert mia.post(f"/members/{seller}/{act}", data={"email": ROB}).status_code == 404
        seller_of_mia = grant_of(app, "mia@example.org")[0]
        assert mia.post(f"/members/{seller_of_mia}/{role}/remove").status_code == 409
        assert grant_of(app, email, shop)[2] == "seller"


def test_a_manager_cannot_remove_or_promote_themselves(app: Flask, mia) -> None:
    seller, role, _ = grant_of(app, "mia@example.org")
    assert mia.post(f"/members/{seller}/{role}/remove").status_code == 409
    assert mia.post(f"/members/{seller}/{role}/hand-over").status_code == 409
    assert grant_of(app, "mia@example.org")[2] == "manager"


@pytest.mark.parametrize("email", (BEN, DAN, CLEO, ADA))
def test_plain_members_and_others_manage_nobody(app: Flask, mia, visit, email: str) -> None:
    seller, role, _ = grant_of(app, BEN)
    browser = visit(email)
    assert browser.get("/members").status_code == 404
    for act in ("remove", "hand-over"):
        assert browser.post(f"/members/{seller}/{role}/{act}").status_code == 404
