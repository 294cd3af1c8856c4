"""A threat goes to the top: the message is hidden at once, and whoever wrote it sees no difference."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import send
from tests.turns import file_case

THREAT = "I know where you live."


@pytest.fixture
def case(app: Flask, cast: Cast, visit) -> str:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
    assert send(visit(BEN), f"/cases/{case}/ask", {"words": THREAT}).status_code == 303
    return case


def plain(page: str) -> str:
    """A page without what differs from one second to the next."""
    return re.sub(r"(csrf_token\" value|data-now)=\"[^\"]*\"|<span class=\"left\".*?</span>", "", page)


def report(visit, case: str, reason: str = "threat") -> None:
    ada = visit(ADA)
    page = ada.get(f"/cases/{case}/report").text
    message = re.search(r'name="message"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="message"', page)
    assert message
    sent = send(ada, f"/cases/{case}/report", {"message": message[1] or message[2], "reason": reason, "words": "Help."})
    assert sent.status_code == 303, sent.text


def test_a_reported_message_is_hidden_from_who_reported_it_and_its_author_sees_no_difference(visit, case: str) -> None:
    ben = visit(BEN)
    before = plain(ben.get(f"/cases/{case}").text)
    report(visit, case)
    assert THREAT not in visit(ADA).get(f"/cases/{case}").text
    assert plain(ben.get(f"/cases/{case}").text) == before and THREAT in before
    assert THREAT in visit(CLEO).get(f"/desk/cases/{case}").text


def test_a_report_comes_before_everything_in_the_queue(visit, case: str) -> None:
    cleo = visit(CLEO)
    assert case not in cleo.get("/desk?tab=safety").text
    report(visit, case)
    assert case in cleo.get("/desk?tab=safety").text
    taken = cleo.post("/desk/next")
    assert taken.status_code == 303 and case in taken.headers["Location"]


@pytest.mark.parametrize(("result", "seen"), (("show", True), ("hide", False)))
def test_the_desk_shows_it_again_or_keeps_it_hidden(visit, case: str, result: str, seen: bool) -> None:
    report(visit, case)
    cleo = visit(CLEO)
    judged = send(cleo, f"/cases/{case}/report/judge", {"result": result, "words": "Looked at it."})
    assert judged.status_code == 303
    assert (THREAT in visit(ADA).get(f"/cases/{case}").text) is seen
    assert case not in cleo.get("/desk?tab=safety").text
    assert "Looked at it." not in visit(ADA).get(f"/cases/{case}").text


def test_nobody_reports_their_own_message_or_one_twice(visit, case: str) -> None:
    assert THREAT not in visit(BEN).get(f"/cases/{case}/report").text
    report(visit, case)
    assert THREAT not in visit(ADA).get(f"/cases/{case}/report").text


def test_a_message_of_another_case_cannot_be_named(visit, case: str) -> None:
    data = {"message": "99999", "reason": "threat", "words": ""}
    assert send(visit(ADA), f"/cases/{case}/report", data).status_code == 422


def test_a_report_left_unread_is_not_judged_twice(visit, case: str) -> None:
    report(visit, case)
    cleo = visit(CLEO)
    data = {"result": "hide", "words": "Clear."}
    assert send(cleo, f"/cases/{case}/report/judge", data).status_code == 303
    assert send(cleo, f"/cases/{case}/report/judge", data).status_code == 409
