"""A restriction is shown to its subject and to staff. Whoever stands opposite sees what they would see without it."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.appeals import service as appeals
from disputes.db import db, writing
from disputes.models import Account, Case, Order, Seller, SentMail
from disputes.outbox.worker import drain
from tests.cast import ADA, BEN, CLEO, DAN, LIN, NIA, OLA, SAM, Cast, grant, make_order, shop_of
from tests.restricting import WHY, counterfeit, decided, draft, restricts, the_one
from tests.turns import file_case, person, turn

PARTY_PAGES = ("", "/ask", "/offer", "/refuse", "/appeal", "/evidence", "/outside", "/close", "/report", "/comment")


@pytest.fixture
def page(app: Flask, case_id: int) -> str:
    """Ben's Lamps may open nothing and is not paid. Returns the address of the restriction."""
    with app.app_context():
        decided(case_id, restricts("seller", "filing", "payouts"))
        return f"/restrictions/{the_one().public_id}"


def test_its_subject_reads_what_until_when_and_why(visit, page: str) -> None:
    shown = visit(BEN).get(page)
    assert shown.status_code == 200
    for words in ("Ben&#39;s Lamps", "is restricted", "Payouts", WHY, "JDT-03", "What still works", f"{page}/appeal"):
        assert words in shown.text, words


def test_the_other_side_strangers_and_admins_find_nothing(visit, page: str) -> None:
    for who in (ADA, DAN, NIA, SAM, CLEO):
        for url in (page, f"{page}/appeal"):
            assert visit(who).get(url).status_code == 404, (who, url)
    for who in (ADA, BEN, DAN, SAM):
        for url in (f"/desk{page}", f"/desk{page}/answer", f"/desk{page}/lift", "/desk/restrictions"):
            assert visit(who).get(url).status_code == 404, (who, url)


def test_staff_who_belong_to_a_side_find_nothing_either(app: Flask, visit, page: str) -> None:
    with app.app_context(), writing():
        grant(person(ADA), "lead", "jd-3p")
    assert visit(ADA).get(f"/desk{page}").status_code == 404
    assert "Ben&#39;s Lamps" not in visit(ADA).get("/desk/restrictions").text


def test_a_manager_sees_it_as_a_member_does(app: Flask, visit, cast: Cast, case_id: int, page: str) -> None:
    with app.app_context(), writing():
        seller = db.session.get(Case, case_id).seller_id
        grant(person(DAN), "manager", "jd-3p", seller)
    assert visit(DAN).get(page).status_code == 200


def test_the_desk_and_the_auditor_see_it_in_their_list_and_on_its_page(visit, page: str) -> None:
    for who in (CLEO, LIN, OLA):
        assert page in visit(who).get("/desk/restrictions").text
        shown = visit(who).get(f"/desk{page}").text
        assert WHY in shown and "Payouts held" in shown and "Cleo" in shown
    assert "A restriction" in visit(OLA).get("/audit/readings").text
    assert "A restriction was decided" in visit(OLA).get("/audit/changes").text


def test_a_plan_is_nobody_s_but_the_desk_s(app: Flask, visit, case_id: int) -> None:
    with app.app_context():
        draft(case_id, restricts("seller"))
        page = f"/restrictions/{the_one().public_id}"
    assert visit(BEN).get(page).status_code == 404


def test_the_subject_is_told_on_every_page_of_theirs(visit, page: str, app: Flask, case_id: int) -> None:
    with app.app_context():
        case = db.session.get(Case, case_id).public_id
    for url in ("/inbox", f"/cases/{case}"):
        assert f'href="{page}"' in visit(BEN).get(url).text, url
    for url in ("/orders", "/cases", f"/cases/{case}"):
        assert "restrict" not in visit(ADA).get(url).text.lower(), url


def plain(text: str) -> str:
    """A page without what differs between any two cases and moments."""
    text = re.sub(r'(name="(csrf_token|key)" value|data-now|datetime|data-until)="[^"]*"', "", text)
    text = re.sub(r"<time[^>]*>[^<]*</time>|\b\d+ (d|h|min|ms) (left|ago)\b|less than a minute (left|ago)", "", text)
    text = re.sub(r"/(cases|orders|restrictions|evidence)/[\w-]{22}", r"/\1/x", text)
    text = text.replace("ada@example.com", "ada@example.org")
    text = re.sub(r"re_[0-9a-f]{16}", "re_x", text)
    return re.sub(r"\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b|JD-\d+", "REF", text)


def twins(app: Flask, cast: Cast) -> tuple[int, int, dict[int, str]]:
    """Two cases alike about two orders alike, the second by another buyer of the same name."""
    with app.app_context():
        with writing():
            ada = db.session.get(Account, cast.people[ADA])
            twin = Account(email="ada@example.com", name=ada.name, zone="UTC", created_at=ada.created_at)
            db.session.add(twin)
            db.session.flush()
            seller = db.session.get(Order, cast.jd_order).seller_id
            order = make_order(shop_of("jd-3p"), twin.id, db.session.get(Seller, seller), "JD-9001")
        one = counterfeit(cast.jd_order)
        other = file_case(order, "ada@example.com", reason="counterfeit", sub_reason="signs_of_fake")
        drain()
        ids = db.session.execute(select(Case.id, Case.public_id)).all()
        return one, other, {case_id: public_id for case_id, public_id in ids}


def mails(app: Flask, to: str) -> list[tuple[str, str, str]]:
    with app.app_context():
        query = select(SentMail.topic, SentMail.subject, SentMail.body).where(SentMail.to == to).order_by(SentMail.id)
        return [(topic, plain(subject), plain(body)) for topic, subject, body in db.session.execute(query)]


def alike(app: Flask, visit, one: str, other: str) -> None:
    """The twins' buyers see the same wherever they look, and were written the same letters."""
    ada, twin = visit(ADA), visit("ada@example.com")
    for end in PARTY_PAGES:
        first, second = ada.get(f"/cases/{one}{end}"), twin.get(f"/cases/{other}{end}")
        assert (first.status_code, plain(first.text)) == (second.status_code, plain(second.text)), end
    assert plain(ada.get("/cases").text) == plain(twin.get("/cases").text)
    assert mails(app, ADA) == mails(app, "ada@example.com")
    with app.app_context():
        query = select(Case.public_state, Case.public_version).order_by(Case.id)
        first, second = db.session.execute(query).all()
        assert first == second


def test_a_restriction_alone_looks_like_a_case_without_a_remedy(app: Flask, visit, cast: Cast) -> None:
    one, other, public = twins(app, cast)
    with app.app_context():
        decided(one, restricts("seller"))
        decided(other, kind="no_remedy")
    alike(app, visit, public[one], public[other])


def test_a_restriction_beside_a_remedy_does_not_show(app: Flask, visit, cast: Cast) -> None:
    one, other, public = twins(app, cast)
    with app.app_context():
        decided(one, restricts("seller"), kind="partial_refund", amount=2_500)
        decided(other, kind="partial_refund", amount=2_500)
    alike(app, visit, public[one], public[other])


@pytest.mark.parametrize("run", (False, True))
def test_a_restriction_on_top_of_a_decision_does_not_show(app: Flask, visit, cast: Cast, run: bool) -> None:
    one, other, public = twins(app, cast)
    with app.app_context():
        for case_id in (one, other):
            decided(case_id, kind="partial_refund", amount=2_500)
        decided(one, restricts("seller", "everything"), suspends=True, run=run)
        assert db.session.get(Case, one).state == "account_restriction"
    alike(app, visit, public[one], public[other])


def test_a_draft_that_restricts_is_shown_without_it(app: Flask, visit, cast: Cast) -> None:
    one, other, public = twins(app, cast)
    with app.app_context():
        draft(one, restricts("seller"))
        draft(other, kind="no_remedy")
        for case_id in (one, other):
            with turn(case_id, CLEO, "reviewer") as t:
                t.take("propose")
        drain()
    alike(app, visit, public[one], public[other])


def test_after_an_appeal_that_changes_nothing_it_still_does_not_show(app: Flask, visit, cast: Cast) -> None:
    one, other, public = twins(app, cast)
    with app.app_context():
        decided(one, restricts("seller"))
        decided(other, kind="no_remedy")
        for case_id, who in ((one, ADA), (other, "ada@example.com")):
            with turn(case_id, who, "buyer") as t:
                appeals.appeal(t, ground="new_evidence", words="Look again.")
            with turn(case_id, LIN, "lead") as t:
                appeals.uphold(t, words="It stays.")
        drain()
    alike(app, visit, public[one], public[other])


def test_no_word_of_it_reaches_the_other_side_by_any_letter(app: Flask, visit, cast: Cast, page: str) -> None:
    assert [m for m in mails(app, ADA) if "canary" in str(m) or "restrict" in str(m).lower()] == []
