"""Invitations: a link that works once, for its address, as long as whoever invited still may."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.auth.service import account_with, hashed
from disputes.db import db, writing
from disputes.models import Account, Grant, Invitation, Outbox, SentMail
from disputes.moment import real_now
from disputes.outbox.worker import drain
from disputes.web.configure import settings_of
from tests.cast import ADA, BEN, CLEO, DAN, NIA, SAM, Cast, grant
from tests.turns import person

ROB = "rob@example.org"
PASSWORD = "four quiet green lamps"
LINK = re.compile(r"http\S+(/invitation/\S+)")


@pytest.fixture
def sam(visit, cast: Cast):
    return visit(SAM)


def invite(browser, email: str = ROB, role: str = "reviewer", shop: str = "jd-3p", seller: str = ""):
    data = {"email": email, "role": role, "shop": shop, "seller": seller}
    return browser.post("/people/invitations", data=data)


def links(app: Flask) -> list[str]:
    """The links that were mailed, the oldest first."""
    with app.app_context():
        drain()
        folder = settings_of(app).instance / "mail"
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
    bodies = [message_from_bytes(f.read_bytes(), policy=policy.default).get_body().get_content() for f in files]
    return [found[1] for found in map(LINK.search, bodies) if found]


def accept(browser, link: str, **changes: str):
    data = {"name": "Rob", "password": PASSWORD, "again": PASSWORD, **changes}
    return browser.post(link, data=data)


def roles(app: Flask, email: str) -> set[str]:
    with app.app_context():
        query = select(Grant.role).join(Account, Account.id == Grant.account_id).where(Account.email == email)
        return set(db.session.scalars(query))


def invitation(app: Flask) -> Invitation:
    with app.app_context():
        return db.session.scalars(select(Invitation)).one()


def test_somebody_invited_chooses_a_password_and_has_the_role(app: Flask, visit, sam) -> None:
    assert invite(sam).status_code == 303
    (link,) = links(app)
    page = visit(None).get(link).text
    assert ROB in page and "Reviewer" in page and "JD third-party" in page
    assert accept(visit(None), link).status_code == 303
    assert roles(app, ROB) == {"reviewer"}
    with app.app_context():
        assert account_with(ROB, PASSWORD) is not None
    assert "Accepted" in sam.get("/people/invitations").text


def test_the_link_stands_in_no_row(app: Flask, visit, sam) -> None:
    invite(sam)
    app.extensions["disputes"] = type(settings_of(app))(**{**vars(settings_of(app)), "demo": False})
    token = links(app)[0].rpartition("/")[2]
    with app.app_context():
        rows = [str(vars(row)) for table in (Invitation, Outbox, SentMail) for row in db.session.scalars(select(table))]
    assert len(token) == 43 and not any(token in row for row in rows)
    assert any("the link is in the mail alone" in row for row in rows)


def test_used_expired_revoked_and_forged_links_answer_alike(app: Flask, visit, sam) -> None:
    def answer(link: str) -> tuple[int, str]:
        page = visit(None).get(link)
        return page.status_code, re.sub(r'csrf_token" value="[^"]*"|data-now="[^"]*"', "", page.text)

    forged = answer("/invitation/" + "x" * 43)
    assert forged[0] == 404
    invite(sam)
    (link,) = links(app)
    accept(visit(None), link)
    assert answer(link) == forged
    for change in ({"accepted_at": None, "expires_at": real_now()}, {"accepted_at": None, "revoked_at": real_now()}):
        with app.app_context(), writing():
            db.session.execute(update(Invitation).values(**change))
        assert answer(link) == forged
        assert accept(visit(None), link).status_code == 404


def test_a_new_link_ends_the_old_one_and_taking_back_ends_both(app: Flask, visit, sam) -> None:
    invite(sam)
    links(app)
    url = f"/invitations/{invitation(app).public_id}"
    assert sam.post(f"{url}/resend").status_code == 303
    old, new = links(app)
    assert [visit(None).get(link).status_code for link in (old, new)] == [404, 200]
    assert sam.post(f"{url}/revoke").status_code == 303
    assert visit(None).get(new).status_code == 404 and "Taken back" in sam.get("/people/invitations").text
    assert sam.post(f"{url}/resend").status_code == 409


def test_a_mail_that_waited_is_not_sent_for_what_is_over(app: Flask, visit, sam) -> None:
    invite(sam)
    sam.post(f"/invitations/{invitation(app).public_id}/revoke")
    assert links(app) == []


def test_a_right_lost_since_voids_the_invitation(app: Flask, visit, sam) -> None:
    invite(sam)
    (link,) = links(app)
    with app.app_context(), writing():
        grant(person(DAN), "admin", None)
        db.session.delete(db.session.scalars(select(Grant).where(Grant.account_id == person(SAM))).one())
    assert accept(visit(None), link).status_code == 404 and roles(app, ROB) == set()


UNFIT = [
    ({"password": "short", "again": "short"}, "at least 12 characters"),
    ({"password": "x" * 129, "again": "x" * 129}, "up to 128 characters"),
    ({"password": "Password 12345", "again": "Password 12345"}, "Too many people use"),
    ({"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "Too many people use"),
    ({"password": "ROB@example.org", "again": "ROB@example.org"}, "cannot be your e-mail address"),
    ({"again": "something else entirely"}, "The two passwords differ"),
    ({"name": "   "}, "Please enter your name"),
]


@pytest.mark.parametrize(("changes", "says"), UNFIT)
def test_a_poor_password_is_refused_with_the_reason(app: Flask, visit, sam, changes: dict[str, str], says: str) -> None:
    invite(sam)
    (link,) = links(app)
    answer = accept(visit(None), link, **changes)
    assert answer.status_code == 422 and says in answer.text and roles(app, ROB) == set()
    assert accept(visit(None), link).status_code == 303


def test_who_has_an_account_confirms_with_its_password_and_keeps_it(app: Flask, visit, sam) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Account).where(Account.email == DAN).values(password_hash=hashed(PASSWORD)))
    invite(sam, DAN)
    (link,) = links(app)
    assert "You have an account already" in visit(None).get(link).text
    wrong = visit(None).post(link, data={"password": "something else entirely", "name": "X", "again": ""})
    assert wrong.status_code == 422 and roles(app, DAN) == set()
    assert visit(None).post(link, data={"password": PASSWORD}).status_code == 303
    assert roles(app, DAN) == {"reviewer"}


INVITES = [
    ("not an address", "reviewer", "jd-3p", "", "is no e-mail address"),
    (CLEO, "reviewer", "jd-3p", "", "has that role already"),
    (ROB, "reviewer", "", "", "every other role is in a shop"),
    (ROB, "manager", "jd-3p", "nobody", "There is no seller"),
    (ROB, "seller", "jd-3p", "", "Not a valid choice"),
]


@pytest.mark.parametrize(("email", "role", "shop", "seller", "says"), INVITES)
def test_an_invitation_that_cannot_be_is_refused(app: Flask, sam, email, role, shop, seller, says: str) -> None:
    answer = invite(sam, email, role, shop, seller)
    assert answer.status_code == 422 and says in answer.text and links(app) == []


def test_nobody_is_invited_twice_to_the_same(sam) -> None:
    assert invite(sam).status_code == 303
    again = invite(sam, ROB.upper())
    assert again.status_code == 422 and "invited already" in again.text


def test_a_role_that_does_not_go_with_another_is_refused_at_acceptance(app: Flask, visit, sam) -> None:
    invite(sam, ROB, "auditor")
    (link,) = links(app)
    with app.app_context(), writing():
        account = Account(email=ROB, name="Rob", password_hash=hashed(PASSWORD), created_at=real_now())
        db.session.add(account)
        db.session.flush()
        grant(account.id, "lead", "jd-3p")
    assert visit(None).post(link, data={"password": PASSWORD}).status_code == 409
    assert roles(app, ROB) == {"lead"} and invitation(app).accepted_at is None


def test_an_invitation_lasts_seven_days(app: Flask, sam) -> None:
    invite(sam)
    made = invitation(app)
    assert made.expires_at - made.created_at == timedelta(days=7)


def test_an_empty_list_says_what_to_do(sam) -> None:
    assert "Nobody is invited yet" in sam.get("/people/invitations").text


@pytest.mark.parametrize("email", (ADA, BEN, CLEO, NIA))
def test_nobody_else_invites_staff(app: Flask, visit, cast: Cast, email: str) -> None:
    assert invite(visit(email)).status_code == 404 and links(app) == []
