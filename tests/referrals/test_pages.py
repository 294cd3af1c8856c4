"""The pages: written, approved, handed over and downloaded by the desk; noted as read; nobody else finds anything."""

import hashlib
import io
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from disputes.db import db, writing
from disputes.models import Account, Case, Grant, Reading, Referral
from disputes.moment import real_now
from tests.cast import ADA, CLEO, LIN, OLA, RITA, SAM, Cast, grant
from tests.pages import fields, send
from tests.referrals.making import STORY, second_lead
from tests.turns import file_case, person

WRITTEN = {
    "offence": "threat", "story": STORY, "authority": "Amsterdam police", "basis": "danger_to_life",
    "basis_words": "DSA, article 18", "parts": ["messages", "offers"], "left_out": "How it was paid.",
}  # fmt: skip
MAX = "max@example.org"  # leads the other shop only


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        second_lead()
        file_case(cast.jd_order, ADA)
        with writing():
            account = Account(email=MAX, name="Max", zone="UTC", created_at=real_now())
            db.session.add(account)
            db.session.flush()
            grant(account.id, "lead", "catawiki")
        return db.session.scalars(select(Case.public_id)).one()


def written(visit, case: str, by: str = CLEO) -> str:
    """Write a draft; returns its address."""
    sent = send(visit(by), f"/desk/cases/{case}/referrals/new", WRITTEN)
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def press(browser: FlaskClient, url: str, step: str):
    """Press a button on a referral's page."""
    page = browser.get(url).text
    action = next(a for a in page.split('action="')[1:] if a.startswith(f"{url}/{step}")).split('"')[0]
    return browser.post(action.replace("&amp;", "&"), data=fields(page, action))


def state(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(Referral.state)).one()


def test_from_the_case_s_page_to_the_bag(app: Flask, visit, case: str) -> None:
    cleo, lin, rita = visit(CLEO), visit(LIN), visit(RITA)
    assert f"/desk/cases/{case}/referrals" in cleo.get(f"/desk/cases/{case}").text
    assert f"/desk/cases/{case}/referrals/new" in cleo.get(f"/desk/cases/{case}/referrals").text
    url = written(visit, case)
    assert STORY in cleo.get(url).text.replace("&#39;", "'")
    press(cleo, url, "propose")
    assert "Waiting for you" in lin.get("/desk/referrals").text and url in lin.get("/desk/referrals").text
    press(lin, url, "approve")
    assert "/desk/referrals" in lin.get("/desk").text and "Referred to an authority" not in lin.get("/desk").text
    press(rita, url, "approve")
    assert state(app) == "approved"
    assert press(lin, url, "hand-over").status_code == 303
    with lin.get(f"{url}/bundle") as bag:
        assert (bag.status_code, bag.mimetype) == (200, "application/zip")
        data = bag.data
    with ZipFile(io.BytesIO(data)) as pack:
        assert any(name.endswith("/data/case.json") for name in pack.namelist())
    assert hashlib.sha256(data).hexdigest() in lin.get(url).text
    assert send(cleo, f"{url}/answer", {"words": "They opened file 7."}).status_code == 303
    assert state(app) == "answered" and "They opened file 7." in visit(OLA).get(url).text


def test_the_desk_sees_that_a_case_is_referred_and_its_parties_do_not(app: Flask, visit, case: str) -> None:
    url = written(visit, case)
    send(visit(LIN), f"{url}/emergency", {"words": "It cannot wait."})
    for who, page in ((CLEO, f"/desk/cases/{case}"), (CLEO, "/desk?tab=waiting"), (OLA, f"/audit/cases/{case}")):
        assert "Referred to an authority" in visit(who).get(page).text, page
    assert "authority" not in visit(ADA).get(f"/cases/{case}").text


def test_an_emergency_waits_for_another_lead_s_review_at_the_top(app: Flask, visit, case: str) -> None:
    url = written(visit, case)
    assert send(visit(LIN), f"{url}/emergency", {"words": "It cannot wait."}).status_code == 303
    assert "Review it by" not in visit(LIN).get("/desk/referrals").text
    assert "Review it by" in visit(RITA).get("/desk/referrals").text
    shut = visit(LIN).get(f"{url}/review")
    assert shut.status_code == 409 and "another lead must review" in shut.text
    sent = send(visit(RITA), f"{url}/review", {"result": "wrong", "words": "Nobody was in danger."})
    assert sent.status_code == 303 and state(app) == "withdrawn"
    assert "Nobody was in danger." in visit(RITA).get(url).text


def test_what_is_missing_is_said_and_what_was_typed_stays(visit, case: str) -> None:
    page = f"/desk/cases/{case}/referrals/new"
    sent = send(visit(CLEO), page, {"story": "Half of it.", "offence": "nonsense"})
    assert sent.status_code == 422
    for words in ("Half of it.", "Please name the authority.", "Please name the law or the order."):
        assert words in sent.text


def test_a_changed_referral_is_not_approved_from_an_older_page(app: Flask, visit, case: str) -> None:
    url, lin = written(visit, case), visit(LIN)
    press(visit(CLEO), url, "propose")
    page = lin.get(url).text
    action = next(a for a in page.split('action="')[1:] if a.startswith(f"{url}/approve")).split('"')[0]
    old = fields(page, action)
    send(visit(CLEO), f"{url}/edit", {**WRITTEN, "story": "Another story."})
    press(visit(CLEO), url, "propose")
    with app.app_context():
        now = str(db.session.scalars(select(Referral.version)).one())
    for version in (old["seen_version"], now):
        refused = lin.post(action, data={**old, "seen_version": version})
        assert refused.status_code == 409
    assert state(app) == "proposed"


def test_each_reading_is_noted_for_the_auditor(app: Flask, visit, case: str) -> None:
    url = written(visit, case)
    send(visit(LIN), f"{url}/emergency", {"words": "It cannot wait."})
    visit(LIN).get(f"{url}/bundle").close()
    visit(OLA).get(url)
    visit(OLA).get(f"/desk/cases/{case}/referrals")
    with app.app_context():
        query = select(Account.email, Reading.what).join(Reading, Reading.account_id == Account.id)
        found = {tuple(row) for row in db.session.execute(query.where(Reading.what.in_(("referral", "bundle"))))}
    assert found == {(LIN, "referral"), (LIN, "bundle"), (OLA, "referral")}
    page = visit(OLA).get("/audit/readings").text
    assert "A referral" in page and "What a referral handed over" in page


def test_the_bag_is_for_leads_alone(visit, case: str) -> None:
    url = written(visit, case)
    assert visit(LIN).get(f"{url}/bundle").status_code == 404, "nothing is packed yet"
    send(visit(LIN), f"{url}/emergency", {"words": "It cannot wait."})
    for who in (LIN, CLEO, OLA, ADA, SAM, MAX):
        with visit(who).get(f"{url}/bundle") as answer:
            assert answer.status_code == (200 if who == LIN else 404), who
    assert "Download the files" not in visit(CLEO).get(url).text


def test_another_shop_s_lead_finds_no_trace(visit, case: str) -> None:
    url = written(visit, case)
    send(visit(LIN), f"{url}/emergency", {"words": "It cannot wait."})
    max_ = visit(MAX)
    assert [max_.get(page).status_code for page in (url, f"/desk/cases/{case}/referrals", f"{url}/edit")] == [404] * 3
    listed = max_.get("/desk/referrals").text
    assert "No referral here" in listed and "Nothing waits for you." in listed


def test_a_referral_under_another_case_s_address_is_not_there(app: Flask, visit, cast: Cast, case: str) -> None:
    url = written(visit, case)
    with app.app_context():
        other = file_case(cast.jd_order, ADA, line=1)
        other_id = db.session.scalars(select(Case.public_id).where(Case.id == other)).one()
    crossed = url.replace(case, other_id)
    assert visit(CLEO).get(crossed).status_code == 404
    assert visit(LIN).post(f"{crossed}/approve", data={"seen_version": "1"}).status_code == 404


def test_a_role_taken_away_finds_nothing_any_more(app: Flask, visit, case: str) -> None:
    url, lin = written(visit, case), visit(LIN)
    press(visit(CLEO), url, "propose")
    page = lin.get(url).text
    action = next(a for a in page.split('action="')[1:] if a.startswith(f"{url}/approve")).split('"')[0]
    with app.app_context(), writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(LIN)))
    assert lin.post(action, data=fields(page, action)).status_code == 404
    assert (lin.get(url).status_code, state(app)) == (404, "proposed")


def test_empty_lists_say_what_to_do(visit, case: str) -> None:
    assert "No referral here" in visit(CLEO).get("/desk/referrals").text
    assert "This case has not been referred" in visit(CLEO).get(f"/desk/cases/{case}/referrals").text
    assert "Waiting for you" not in visit(CLEO).get("/desk/referrals").text
    assert visit(CLEO).get("/desk/referrals?tab=nonsense").status_code == 404
