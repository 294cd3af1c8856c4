"""The talk between the sides: the right limit for the right side, and each word only once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.db import db
from disputes.messages import service as messages
from disputes.models import Clock
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.steps import Refused
from tests.cast import ADA, BEN, Cast
from tests.turns import HOUR, case_of, file_case, notice, sweep, turn

Move = Callable[[int], None]


def refuse(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="No.")


def offer(case_id: int) -> None:
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=100, note="")


def counter(case_id: int) -> None:
    with turn(case_id, ADA, "buyer") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=200, note="")


def decline(case_id: int) -> None:
    with turn(case_id, ADA, "buyer") as t:
        offers.decline(t)


LIMITS: dict[str, tuple[tuple[Move, ...], str, str, str]] = {
    "filed": ((), "seller_response", "seller", "seller_contacted"),
    "refused": ((refuse,), "offer_answer", "buyer", "seller_contacted"),
    "offered": ((offer,), "offer_answer", "buyer", "offered"),
    "offered again": ((offer, offer), "offer_answer", "buyer", "offered"),
    "countered": ((offer, counter), "offer_answer", "seller", "offered"),
    "declined": ((offer, decline), "seller_response", "seller", "seller_contacted"),
    "offered after that": ((offer, decline, offer), "offer_answer", "buyer", "offered"),
}


@pytest.fixture(autouse=True)
def inside(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def running(case_id: int) -> list[tuple[str, str]]:
    open_clocks = select(Clock.name, Clock.actor).where(Clock.case_id == case_id, Clock.closed_at.is_(None))
    return [(name, actor) for name, actor in db.session.execute(open_clocks)]


@pytest.mark.parametrize("way", LIMITS)
def test_one_limit_runs_and_it_is_that_of_the_side_that_must_act(cast: Cast, way: str) -> None:
    moves, clock, side, state = LIMITS[way]
    case_id, at = file_case(cast.jd_order, ADA), real_now()
    for move in moves:
        move(case_id)
    assert (case_of(case_id).state, running(case_id)) == (state, [(clock, side)])
    notice(case_id, clock, at)
    assert sweep(case_id, at + 200 * HOUR) == clock
    assert (case_of(case_id).state, running(case_id)) == ("investigated", [])


@pytest.mark.parametrize("way", LIMITS)
def test_where_the_shop_states_no_limit_none_ever_runs(cast: Cast, way: str) -> None:
    case_id = file_case(cast.catawiki_order, ADA)
    for move in LIMITS[way][0]:
        move(case_id)
    assert running(case_id) == [] and sweep(case_id, real_now() + 10_000 * HOUR) is None


def test_a_question_and_its_answer_leave_the_limit_alone(cast: Cast) -> None:
    case_id, at = file_case(cast.jd_order, ADA), real_now()
    notice(case_id, "seller_response", at)
    for who, side, say in ((BEN, "seller", messages.ask), (ADA, "buyer", messages.answer)):
        with turn(case_id, who, side, at=at + HOUR) as t:
            say(t, words="Which lamp?")
    assert db.session.scalars(select(Clock.due_at).where(Clock.closed_at.is_(None))).one() == at + 48 * HOUR


@pytest.mark.parametrize(("late_s", "taken"), ((0, True), (1, False)))
def test_an_acceptance_counts_to_the_second(cast: Cast, late_s: int, taken: bool) -> None:
    case_id, at = file_case(cast.jd_order, ADA), real_now()
    offer(case_id)
    notice(case_id, "offer_answer", at)
    arrives = at + 72 * HOUR + late_s * HOUR / 3600
    if taken:
        with turn(case_id, ADA, "buyer", at=arrives) as t:
            offers.accept(t)
    else:
        with pytest.raises(Refused) as refused, turn(case_id, ADA, "buyer", at=arrives) as t:
            offers.accept(t)
        assert refused.value.late == "offer_answer"
        sweep(case_id, arrives)
    assert case_of(case_id).state == ("partial_refund" if taken else "investigated")
