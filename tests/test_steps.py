"""The thread through the services: from filing to a refund on its way."""

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from disputes.db import db, writing
from disputes.decisions.service import Drafted, decide, draft
from disputes.effects.chain import first_fault
from disputes.messages import service as messages
from disputes.models import Capture, Clock, Decision, Event, Message, Outbox, Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.steps import Refused, take_step
from tests.cast import ADA, BEN, CLEO, NIA, Cast, grant
from tests.turns import HOUR, case_of, file_case, notice, person, sweep, turn


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


def clocks(case_id: int) -> dict[str, Clock]:
    rows = db.session.scalars(select(Clock).where(Clock.case_id == case_id, Clock.closed_at.is_(None)))
    return {clock.name: clock for clock in rows}


def decide_on(case_id: int, kind: str, amount: int | None = None) -> None:
    with turn(case_id, CLEO, "reviewer") as t:
        digest = draft(t, Drafted(kind, amount, "The photos show it.", [], ["JDT-04"])).digest
    with turn(case_id, CLEO, "reviewer") as t:
        decide(t, digest=digest)


def test_a_case_goes_to_its_seller_and_the_limit_starts_with_the_notice(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    assert case_of(case_id).state == "seller_contacted"
    assert clocks(case_id)["seller_response"].due_at is None
    at = real_now()
    notice(case_id, "seller_response", at)
    assert clocks(case_id)["seller_response"].due_at == at + 48 * HOUR


def test_where_the_shop_states_no_deadline_there_is_none(cast: Cast) -> None:
    case_id = file_case(cast.catawiki_order, ADA)
    assert clocks(case_id) == {}


def test_silence_brings_the_platform_in(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    notice(case_id, "seller_response", at)
    assert sweep(case_id, at + 48 * HOUR) is None
    assert sweep(case_id, at + 49 * HOUR) == "seller_response"
    assert case_of(case_id).state == "investigated"


def test_a_decision_reserves_the_money_and_orders_the_refund(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="It worked when it left.")
    with turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)
    decide_on(case_id, "partial_refund", 2_500)
    assert case_of(case_id).state == "partial_refund"
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.amount_minor, refund.state) == (2_500, "reserved")
    assert db.session.scalars(select(Capture.refund_reserved_minor).order_by(Capture.id)).first() == 2_500
    assert db.session.scalars(select(Outbox.kind).where(Outbox.key == refund.key)).one() == "refund"


def test_a_refund_that_arrived_settles_the_capture_and_starts_the_closing_clock(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=100)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    refund = db.session.scalars(select(Refund)).one()
    for trigger in ("send", "arrive"):
        with turn(case_id, None, "system") as t:
            take_step(refund, trigger, t.actor, now=t.now, received_at=t.now)
    capture = db.session.scalars(select(Capture).where(Capture.id == refund.capture_id)).one()
    assert (capture.refund_reserved_minor, capture.refunded_minor) == (0, 100)
    assert set(clocks(case_id)) == {"closing"}


def test_every_change_stands_in_the_history_and_the_chain_holds(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, ADA, "buyer") as t:
        t.take("drop_case")
    with turn(case_id, ADA, "buyer") as t:
        t.take("resume_seller_contacted")
    events = db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all()
    assert [e.trigger for e in events] == ["open", "contact_seller", "drop_case", "resume_seller_contacted"]
    assert first_fault(case_of(case_id), events) is None


def test_an_answer_that_arrived_in_time_wins_over_the_sweep(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    notice(case_id, "seller_response", at)
    sweep(case_id, at + 49 * HOUR)
    with turn(case_id, BEN, "seller", at=at + 49 * HOUR, arrived=at + 48 * HOUR) as t:
        offers.refuse(t, reason="not_proven", words="In time.")
    assert case_of(case_id).state == "seller_contacted"
    assert db.session.scalars(select(Message.kind).where(Message.case_id == case_id)).all()[-1] == "refusal"


def test_accepting_in_time_wins_over_the_sweep_too(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.put_offer(t, kind="partial_refund", amount_minor=1_000, note="Half of it.")
    at = real_now()
    notice(case_id, "offer_answer", at)
    sweep(case_id, at + 73 * HOUR)
    assert case_of(case_id).state == "investigated"
    with turn(case_id, ADA, "buyer", at=at + 73 * HOUR, arrived=at + 72 * HOUR) as t:
        offers.accept(t)
    assert case_of(case_id).state == "partial_refund"


def test_a_question_asked_in_time_leaves_the_limit_that_ran_out(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    notice(case_id, "seller_response", at)
    sweep(case_id, at + 49 * HOUR)
    with turn(case_id, BEN, "seller", at=at + 49 * HOUR, arrived=at + 47 * HOUR) as t:
        messages.ask(t, words="Which lamp?")
    assert case_of(case_id).state == "seller_contacted"
    assert sweep(case_id, at + 49 * HOUR) == "seller_response"
    assert case_of(case_id).state == "investigated"


def test_the_other_side_does_not_win_by_a_limit_that_was_not_theirs(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    notice(case_id, "seller_response", at)
    sweep(case_id, at + 49 * HOUR)
    with pytest.raises(Refused), turn(case_id, ADA, "buyer", at=at + 49 * HOUR, arrived=at + 47 * HOUR) as t:
        messages.ask(t, words="Still there?")


def test_an_answer_a_second_late_is_refused_as_late(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    notice(case_id, "seller_response", at)
    late = at + 48 * HOUR + HOUR / 3600
    with pytest.raises(Refused) as refused, turn(case_id, BEN, "seller", at=late) as t:
        offers.refuse(t, reason="not_proven", words="Too late.")
    assert refused.value.late == "seller_response"
    sweep(case_id, at + 49 * HOUR)
    with pytest.raises(Refused) as refused, turn(case_id, BEN, "seller", at=late) as t:
        offers.refuse(t, reason="not_proven", words="Too late.")
    assert refused.value.late == "seller_response"


def test_a_state_changed_by_anything_else_never_reaches_the_database(cast: Cast) -> None:
    case = case_of(file_case(cast.jd_order, ADA))
    case.state = "closed"
    with pytest.raises(RuntimeError, match="take_step alone"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("statement", ("UPDATE event SET role = 'lead'", "DELETE FROM event"))
def test_the_history_refuses_to_be_changed(cast: Cast, statement: str) -> None:
    file_case(cast.jd_order, ADA)
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


def test_a_capture_refuses_to_give_back_more_than_was_taken(cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        db.session.execute(update(Capture).values(refund_reserved_minor=Capture.captured_minor + 1))
    db.session.rollback()


def test_a_case_has_one_decision_in_force(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
    decide_on(case_id, "no_remedy")
    first = db.session.scalars(select(Decision)).one()
    columns = {c.name: getattr(first, c.name) for c in Decision.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(Decision).values(**columns))
    db.session.rollback()


def test_dropping_a_case_stops_its_limits_and_taking_it_up_gives_back_what_was_left(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    notice(case_id, "seller_response", at)
    with turn(case_id, ADA, "buyer", at=at + 10 * HOUR) as t:
        t.take("drop_case")
    assert sweep(case_id, at + 20 * HOUR) is None
    with turn(case_id, ADA, "buyer", at=at + 20 * HOUR) as t:
        t.take("resume_seller_contacted")
    assert clocks(case_id)["seller_response"].due_at == at + 58 * HOUR


def test_a_dropped_case_is_closed_for_good_when_its_undo_time_has_passed(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    at = real_now()
    with turn(case_id, ADA, "buyer", at=at) as t:
        t.take("drop_case")
    assert sweep(case_id, at + 25 * HOUR) == "undo_drop"
    assert case_of(case_id).state == "closed"


def test_quantities_in_open_cases_never_exceed_what_was_bought(cast: Cast) -> None:
    file_case(cast.jd_order, ADA, quantity=1)
    with pytest.raises(Refused, match="still claim 1"):
        file_case(cast.jd_order, ADA, quantity=2)
    file_case(cast.jd_order, ADA, quantity=1)


def test_what_the_shops_rules_shut_cannot_be_filed_and_names_the_rule(cast: Cast) -> None:
    with pytest.raises(Refused):
        file_case(cast.jd_order, ADA, reason="changed_mind", sub_reason="by_mistake", at=real_now() + 480 * HOUR)


def test_a_right_taken_away_while_a_page_was_open_is_gone_under_the_lock(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with pytest.raises(Refused, match="no longer have access"), turn(case_id, NIA, "seller") as t:
        offers.refuse(t, reason="other", words="Not mine.")


def test_nobody_decides_a_case_of_their_own(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
    with writing():
        grant(person(ADA), "reviewer", "jd-3p")
    with pytest.raises(Refused, match="belong to a side"), turn(case_id, ADA, "reviewer") as t:
        t.take("draft")


def test_the_desk_s_target_counts_from_when_the_case_came_to_the_desk(cast: Cast) -> None:
    case_id = file_case(cast.catawiki_order, ADA)
    later = real_now() + 100 * HOUR
    with turn(case_id, ADA, "buyer", at=later) as t:
        offers.step_in(t)
    assert case_of(case_id).queue_at == later + 24 * HOUR
