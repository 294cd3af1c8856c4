"""A form page asked for by its address while its step is shut says why and leads back; it shows no form."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.messages import service as messages
from disputes.models import Case
from disputes.offers import service as offers
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.pages import send
from tests.turns import file_case, turn

WAITING = "That can&#39;t be done now: Waiting for the seller."
SETTLED = "That can&#39;t be done now: Full refund."
TALKING = (  # who, page, on a case whose seller has just been asked
    (ADA, "offer"), (ADA, "answer"), (ADA, "answer-info"), (ADA, "comment"), (ADA, "appeal"), (ADA, "outside"),
    (BEN, "reply"), (CLEO, "request"), (CLEO, "decision"), (CLEO, "appeal/uphold"), (CLEO, "outside/result"),
    (CLEO, "report/judge"), (ADA, "report"), (LIN, "reopen"), (LIN, "decide/back"),
)  # fmt: skip
OVER = (
    (BEN, "offer"), (BEN, "refuse"), (ADA, "ask"), (ADA, "close"), (ADA, "evidence"), (CLEO, "request"),
)  # fmt: skip


def public(case_id: int) -> str:
    return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


@pytest.fixture
def asked(app: Flask, cast: Cast) -> str:
    """A case whose seller has just been asked."""
    with app.app_context():
        return public(file_case(cast.catawiki_order, ADA))


@pytest.fixture
def settled(app: Flask, cast: Cast) -> str:
    """A case whose seller sends everything back."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.accept(t)
        return public(case_id)


def test_a_shut_step_s_page_tells_the_reason_and_the_way_back(visit, asked: str) -> None:
    for who, page in TALKING:
        answer = visit(who).get(f"/cases/{asked}/{page}")
        assert (answer.status_code, WAITING in answer.text) == (409, True), (who, page)
        back = f"/desk/cases/{asked}" if who in (CLEO, LIN) else f"/cases/{asked}"
        assert f'href="{back}"' in answer.text and "<textarea" not in answer.text


def test_once_it_is_settled_nothing_is_offered_any_more(visit, settled: str) -> None:
    for who, page in OVER:
        answer = visit(who).get(f"/cases/{settled}/{page}")
        assert (answer.status_code, SETTLED in answer.text) == (409, True), (who, page)


def test_a_step_that_is_only_shut_tells_its_own_reason(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        case = public(case_id)
    assert visit(LIN).post(f"/desk/cases/{case}/claim").status_code == 303
    answer = visit(CLEO).get(f"/cases/{case}/decision")
    assert answer.status_code == 409 and "That can&#39;t be done now:" not in answer.text
    assert visit(LIN).get(f"/cases/{case}/decision").status_code == 200


def test_whoever_sends_a_form_that_was_open_still_keeps_their_words(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        case = public(case_id)
        with turn(case_id, ADA, "buyer") as t:
            messages.ask(t, words="When?")
    ben = visit(BEN)
    typed = {"reason": "other", "words": "My long answer."}
    page = ben.get(f"/cases/{case}/refuse")
    assert page.status_code == 200
    assert send(ben, f"/cases/{case}/refuse", typed).status_code == 303
    late = ben.post(f"/cases/{case}/refuse", data={**typed, "seen_version": "1"})
    assert late.status_code == 409 and "My long answer." in late.text
