"""What the platform asks of a side: only that side answers, in time or not, or the review goes on without it."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.messages import service as messages
from disputes.models import Case, Clock
from disputes.moment import real_now
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, RITA, Cast
from tests.pages import fields, send
from tests.turns import HOUR, case_of, file_case, notice, sweep, turn

SIDES = {"buyer": (ADA, BEN), "seller": (BEN, ADA)}
ORDERS = ("jd_order", "catawiki_order")


def under_review(app: Flask, cast: Cast, order: str = "jd_order") -> tuple[int, str]:
    with app.app_context():
        case_id = file_case(getattr(cast, order), ADA, reason="counterfeit", sub_reason="signs_of_fake")
        return case_id, f"/cases/{db.session.scalars(select(Case.public_id)).one()}"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("side", SIDES)
def test_the_side_that_is_asked_answers_and_nobody_else(app: Flask, cast: Cast, visit, side: str, order: str) -> None:
    case_id, url = under_review(app, cast, order)
    asked, other = (visit(who) for who in SIDES[side])
    assert send(visit(CLEO), f"{url}/request", {"side": side, "words": "Which seal?"}).status_code == 303
    assert "We asked you for more" in asked.get(url).text and "Which seal?" in asked.get(url).text
    assert "We asked" in other.get(url).text and f"{url}/answer-info" not in other.get(url).text
    assert send(other, f"{url}/answer-info", {"words": "I say."}).status_code == 409
    form = fields(asked.get(f"{url}/answer-info").text)
    twice = [asked.post(f"{url}/answer-info", data={**form, "words": "This one."}).status_code for _ in range(2)]
    assert twice == [303, 409]
    with app.app_context():
        assert case_of(case_id).state == "investigated"
        limit = db.session.scalars(select(Clock).where(Clock.name == "info_answer")).one_or_none()
        assert (limit is None) == (order == "catawiki_order")


@pytest.mark.parametrize("side", SIDES)
def test_what_does_not_come_in_time_lapses_and_at_the_deadline_it_counts(app: Flask, cast: Cast, side: str) -> None:
    case_id, _ = under_review(app, cast)
    with app.app_context():
        at = real_now()
        for step, ends in ((48, True), (49, False)):
            with turn(case_id, CLEO, "reviewer", at=at) as t:
                messages.request_info(t, side=side, words="Which seal?")
            notice(case_id, "info_answer", at)
            if ends:
                with turn(case_id, SIDES[side][0], side, at=at + step * HOUR) as t:
                    messages.answer_info(t, words="This one.")
                continue
            assert sweep(case_id, at + step * HOUR) == "info_answer"
            with pytest.raises(Refused) as refused, turn(case_id, SIDES[side][0], side, at=at + step * HOUR) as t:
                messages.answer_info(t, words="This one.")
            assert refused.value.late == "info_answer"
        assert case_of(case_id).state == "investigated"


def test_the_reviewer_can_go_on_without_it(app: Flask, cast: Cast, visit) -> None:
    case_id, url = under_review(app, cast, "catawiki_order")
    cleo = visit(CLEO)
    send(cleo, f"{url}/request", {"side": "seller", "words": "Which seal?"})
    form = fields(cleo.get(f"/desk{url}").text, f"{url}/do/stop_waiting")
    assert [cleo.post(f"{url}/do/stop_waiting", data=form).status_code for _ in range(2)] == [303, 409]
    with app.app_context():
        assert case_of(case_id).state == "investigated"


@pytest.mark.parametrize("wrong", ({"side": "reviewer"}, {"side": ""}, {"words": "  "}, {"words": "x" * 5001}))
def test_a_request_that_asks_nobody_or_nothing_is_not_sent(app: Flask, cast: Cast, visit, wrong) -> None:
    case_id, url = under_review(app, cast)
    answer = send(visit(CLEO), f"{url}/request", {"side": "buyer", "words": "Which seal?", **wrong})
    assert answer.status_code == 422
    with app.app_context():
        assert case_of(case_id).state == "investigated"


def test_whoever_is_held_off_by_a_claim_is_told_and_keeps_their_words(app: Flask, cast: Cast, visit) -> None:
    _, url = under_review(app, cast)
    cleo = visit(CLEO)
    opened = fields(cleo.get(f"{url}/request").text)
    assert visit(RITA).post(f"/desk{url}/claim").status_code == 303
    answer = cleo.post(f"{url}/request", data={**opened, "side": "buyer", "words": "Which seal?"})
    assert answer.status_code == 409 and "Which seal?" in answer.text and "Another reviewer" in answer.text
