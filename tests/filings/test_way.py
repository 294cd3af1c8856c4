"""Which way a new case goes: elsewhere, where the rules send it; later, where it is too early; else to the seller."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Case, Clock, Message, Order, Parcel, SentMail
from disputes.outbox.worker import drain
from tests.cast import ADA, BEN, Cast, own_store
from tests.pages import send
from tests.turns import HOUR, case_of, file_case, sweep, turn

TUESDAY = datetime(2026, 3, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def inside(app):
    with app.app_context():
        yield


def buy(cast: Cast, pack: str, at: datetime, *, channel: str = "web", sent_ago: float | None = 5) -> int:
    """An order in a maker's own store, sent some days ago and not arrived. Returns its id."""
    order_id = own_store(pack, cast.people[ADA], now=at)
    with writing() as session:
        session.execute(update(Order).where(Order.id == order_id).values(channel=channel))
        sent = at - sent_ago * DAY if sent_ago is not None else None
        dates = {"dispatched_at": sent, "delivered_at": None, "signed_at": None}
        session.execute(update(Parcel).where(Parcel.order_id == order_id).values(**dates))
    return order_id


def running(case_id: int) -> dict[str, Clock]:
    open_clocks = select(Clock).where(Clock.case_id == case_id, Clock.closed_at.is_(None))
    return {clock.name: clock for clock in db.session.scalars(open_clocks)}


def test_what_was_bought_on_a_marketplace_is_sent_there(cast: Cast, inside: None) -> None:
    case_id = file_case(buy(cast, "jabra", TUESDAY, channel="ebay"), ADA, at=TUESDAY)
    assert case_of(case_id).state == "redirected"
    clock = running(case_id)["contest"]
    assert (clock.actor, clock.standing, clock.pulls) == ("buyer", "operator", "redirect_final")


def test_the_buyer_reads_where_to_turn_on_the_page_and_in_the_mail(app, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(buy(cast, "jabra", TUESDAY, channel="ebay"), ADA, at=TUESDAY)
        public_id = case_of(case_id).public_id
        drain()
        mail = db.session.scalars(select(SentMail.body).where(SentMail.topic == "redirected")).one()
    where = "Please ask through your account on the marketplace where you bought it."
    assert where in mail and where in visit(ADA).get(f"/cases/{public_id}").text


def test_before_sending_the_form_says_that_it_belongs_elsewhere(app, cast: Cast, visit) -> None:
    with app.app_context():
        order_id = buy(cast, "jabra", datetime.now(UTC), channel="ebay")
        order = db.session.scalars(select(Order.public_id).where(Order.id == order_id)).one()
    typed = {"lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "not_as_described", "sub_reason": "defective",
             "wish": "full_refund", "words": "The left side is silent.", "do": "check"}  # fmt: skip
    answer = send(visit(ADA), f"/orders/{order}/case/new", typed)
    assert "on the marketplace where you bought it" in answer.text and "Send all the same" in answer.text


def test_whoever_objects_in_time_goes_the_ordinary_way_with_their_words(cast: Cast, inside: None) -> None:
    from disputes.messages import service as messages

    case_id = file_case(buy(cast, "jabra", TUESDAY, channel="ebay"), ADA, at=TUESDAY)
    with turn(case_id, ADA, "buyer", at=TUESDAY + DAY) as t:
        messages.contest(t, words="I bought it in your own store.")
    assert case_of(case_id).state == "seller_contacted"
    assert "seller_response" in running(case_id) and "contest" not in running(case_id)
    said = db.session.scalars(select(Message.body).where(Message.kind == "objection")).one()
    assert said == "I bought it in your own store."


def test_where_nobody_objects_the_case_is_closed_when_its_time_is_over(cast: Cast, inside: None) -> None:
    case_id = file_case(buy(cast, "jabra", TUESDAY, channel="amazon"), ADA, at=TUESDAY)
    due = running(case_id)["contest"].due_at
    assert due is not None and sweep(case_id, due) is None
    assert sweep(case_id, due + timedelta(seconds=1)) == "contest"
    assert case_of(case_id).state == "closed"


def test_an_objection_sent_in_time_wins_over_the_sweep(cast: Cast, inside: None) -> None:
    from disputes.messages import service as messages

    case_id = file_case(buy(cast, "jabra", TUESDAY, channel="amazon"), ADA, at=TUESDAY)
    due = running(case_id)["contest"].due_at
    assert due is not None
    sweep(case_id, due + timedelta(seconds=31))
    with turn(case_id, ADA, "buyer", at=due + timedelta(seconds=40), arrived=due) as t:
        messages.contest(t, words="It is yours.")
    assert case_of(case_id).state == "seller_contacted"


def test_what_may_still_come_in_time_waits_for_the_promised_day_and_then_goes_on(cast: Cast, inside: None) -> None:
    order_id = buy(cast, "imalent", TUESDAY)
    case_id = file_case(order_id, ADA, reason="late", sub_reason="still_on_its_way", at=TUESDAY)
    assert case_of(case_id).state == "awaiting_promise"
    clock = running(case_id)["promise"]
    assert clock.clauses == ["IMA-18"] and clock.standing == "stated" and clock.due_at is not None
    sent = TUESDAY - 5 * DAY  # a Thursday: the twelfth business day after it is a Monday
    assert clock.due_at.date() == (sent + 18 * DAY).date()
    assert sweep(case_id, clock.due_at) is None
    sweep(case_id, clock.due_at + timedelta(seconds=1))
    assert case_of(case_id).state == "seller_contacted" and "seller_response" in running(case_id)


def test_what_should_have_come_by_now_goes_to_the_seller_at_once(cast: Cast, inside: None) -> None:
    order_id = buy(cast, "imalent", TUESDAY, sent_ago=30)
    assert case_of(file_case(order_id, ADA, reason="late", sub_reason="still_on_its_way", at=TUESDAY)).state == (
        "seller_contacted"
    )


def test_a_case_that_waits_can_be_closed_and_taken_up_again_where_it_waited(cast: Cast, inside: None) -> None:
    from disputes.cases import service as cases

    case_id = file_case(buy(cast, "imalent", TUESDAY), ADA, reason="late", sub_reason="still_on_its_way", at=TUESDAY)
    with turn(case_id, ADA, "buyer", at=TUESDAY + DAY / 24) as t:
        cases.drop_case(t)
    with turn(case_id, ADA, "buyer", at=TUESDAY + DAY / 12) as t:
        cases.resume(t)
    assert case_of(case_id).state == "awaiting_promise" and running(case_id)["promise"].paused_at is None


def test_the_sellers_page_says_there_is_nothing_to_do(app, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(buy(cast, "jabra", TUESDAY, channel="ebay"), ADA, at=TUESDAY)
        public_id = case_of(case_id).public_id
    assert "Nothing to do." in visit(BEN).get(f"/cases/{public_id}").text


def test_words_typed_into_an_objection_stay_when_it_is_too_late(app, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(buy(cast, "jabra", TUESDAY, channel="ebay"), ADA, at=TUESDAY)
        public_id = case_of(case_id).public_id
    answer = send(visit(ADA), f"/cases/{public_id}/contest", {"words": "It is yours, honestly."})
    assert answer.status_code == 409 and "It is yours, honestly." in answer.text
    with app.app_context():
        assert db.session.get(Case, case_id).state == "closed"


def test_what_is_a_matter_of_safety_goes_to_a_person_though_it_was_bought_elsewhere(cast: Cast, inside: None) -> None:
    order_id = buy(cast, "jabra", TUESDAY, channel="ebay")
    assert case_of(file_case(order_id, ADA, reason="counterfeit", sub_reason="signs_of_fake", at=TUESDAY)).state == (
        "investigated"
    )


def test_the_promised_day_comes_no_later_because_the_case_was_closed_for_a_while(cast: Cast, inside: None) -> None:
    case_id = file_case(buy(cast, "imalent", TUESDAY), ADA, reason="late", sub_reason="still_on_its_way", at=TUESDAY)
    due = running(case_id)["promise"].due_at
    with turn(case_id, ADA, "buyer", at=TUESDAY + HOUR) as t:
        t.take("drop_case")
    with turn(case_id, ADA, "buyer", at=TUESDAY + 20 * HOUR) as t:
        t.take("resume_awaiting_promise")
    assert running(case_id)["promise"].due_at == due
