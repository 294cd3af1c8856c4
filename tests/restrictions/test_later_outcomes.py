"""Later outcomes on top of earlier ones: the rest of the money, a restriction; and an appeal that takes them along."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from disputes.appeals import service as appeals
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.models import Appeal, Decision, Outcome, Refund, SentMail, Shop
from disputes.offers import service as offers
from disputes.outbox import lease, worker
from disputes.outbox.worker import drain
from disputes.steps import Refused
from tests.cast import ADA, BEN, LIN, RITA, Cast
from tests.restricting import ask, decide, decided, draft, found, restricts, the_one
from tests.turns import case_of, file_case, turn


@pytest.fixture(autouse=True)
def inside(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def sent_back() -> int:
    return int(db.session.scalar(select(func.coalesce(func.sum(Refund.amount_minor), 0))) or 0)


def test_a_part_refund_is_topped_up_to_the_whole_and_the_difference_is_paid(case_id: int) -> None:
    decided(case_id, kind="partial_refund", amount=2_500)
    decided(case_id, kind="full_refund")
    assert case_of(case_id).state == "full_refund"
    amounts = db.session.scalars(select(Refund.amount_minor).order_by(Refund.id)).all()
    assert (amounts, sent_back()) == ([2_500, 3_500], case_of(case_id).claimed_minor)
    first, second = db.session.scalars(select(Decision).order_by(Decision.id)).all()
    assert first.superseded_at is not None and second.superseded_at is None
    mails = db.session.scalars(select(SentMail.subject).where(SentMail.topic == "decided", SentMail.to == ADA)).all()
    assert len(mails) == 2 and "full refund of CN¥60.00" in mails[1]


def test_above_the_limit_topping_up_needs_a_second_person(case_id: int) -> None:
    decided(case_id, kind="partial_refund", amount=2_500)
    with writing():
        db.session.execute(update(Shop).values(refund_limit_minor=3_000))
    digest = draft(case_id, kind="full_refund")
    with pytest.raises(Refused, match="more than one person may decide alone"):
        decide(case_id, digest)
    ask(case_id)
    decide(case_id, digest, LIN, "lead")
    assert case_of(case_id).state == "full_refund"


def test_on_top_of_a_decision_nothing_is_taken_back(case_id: int) -> None:
    decided(case_id, kind="partial_refund", amount=2_500)
    for kind, amount in (("no_remedy", None), ("partial_refund", 2_000), ("cancellation", None)):
        with pytest.raises(Refused, match="On top of a decision"):
            draft(case_id, kind=kind, amount=amount)


def test_what_both_sides_agreed_on_is_not_topped_up(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA, wish="partial_refund", wish_minor=2_500)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    digest = draft(case_id, kind="full_refund")
    with pytest.raises(Refused, match="Both sides agreed"):
        decide(case_id, digest)


def test_a_restriction_on_top_leaves_money_and_decision_as_they_were(case_id: int) -> None:
    decided(case_id, kind="partial_refund", amount=2_500)
    decided(case_id, restricts("seller"))
    decisions = db.session.scalars(select(Decision).order_by(Decision.id)).all()
    assert [(d.kind, d.beside, d.superseded_at) for d in decisions] == [
        ("partial_refund", False, None), ("account_restriction", True, None),
    ]  # fmt: skip
    assert sent_back() == 2_500
    assert db.session.scalars(select(Outcome.kind).order_by(Outcome.id)).all() == ["refund", "restrict"]
    assert (case_of(case_id).state, the_one().state) == ("account_restriction", "in_force")


def test_both_sides_can_be_restricted_one_after_the_other(case_id: int) -> None:
    decided(case_id, restricts("seller"))
    decided(case_id, restricts("buyer", "messaging"))
    assert [row.state for row in found(case_id)] == ["in_force", "in_force"]


def test_a_case_that_stands_there_is_appealed_closed_and_upheld_like_any_other(case_id: int) -> None:
    decided(case_id, restricts("seller"))
    with turn(case_id, ADA, "buyer") as t:
        appeals.appeal(t, ground="rule_misapplied", words="Money is due.")
    assert case_of(case_id).state == "appealed"
    with turn(case_id, LIN, "lead") as t:
        appeals.uphold(t, words="It stays.")
    assert case_of(case_id).state == "account_restriction"
    with turn(case_id, None, "clock") as t:
        t.take("close")
    assert case_of(case_id).state == "closed" and the_one().state == "in_force"


@pytest.mark.parametrize("on_top", (False, True))
def test_an_appeal_that_overturns_the_decision_lifts_what_came_with_it(case_id: int, on_top: bool) -> None:
    if on_top:
        decided(case_id, kind="full_refund")
        decided(case_id, restricts("seller", "payouts"))
    else:
        decided(case_id, restricts("seller", "payouts"), kind="full_refund")
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="The lamp is genuine.")
    decide(case_id, draft(case_id, kind="no_remedy", who=RITA), RITA)
    assert the_one().state == "in_force", "an account is never locked under a case's lock"
    drain()
    assert (the_one().state, case_of(case_id).state) == ("lifted", "no_remedy")
    assert db.session.scalars(select(Appeal.result)).one() == "overturned"
    assert db.session.scalars(select(SentMail.to).where(SentMail.topic == "restriction_lifted")).one() == BEN
    assert db.session.scalars(select(Outcome.kind).where(Outcome.state == "ordered")).all() == ["credit_seller"]


def test_an_appeal_is_not_answered_by_a_restriction_alone(case_id: int) -> None:
    decided(case_id, kind="full_refund")
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="The lamp is genuine.")
    with pytest.raises(Refused, match="asks about the order"):
        draft(case_id, restricts("seller"), who=RITA)


def test_in_a_case_that_was_taken_up_again_the_decision_about_the_order_stands_too(case_id: int) -> None:
    decided(case_id, kind="partial_refund", amount=2_500)
    with turn(case_id, None, "clock") as t:
        t.take("close")
    with turn(case_id, LIN, "lead") as t:
        decisions.reopen(t, words="More has come up.")
    decided(case_id, restricts("seller"))
    standing = db.session.scalars(select(Decision).where(Decision.superseded_at.is_(None)).order_by(Decision.id))
    assert [(d.kind, d.beside) for d in standing] == [("partial_refund", False), ("account_restriction", True)]
    case = case_of(case_id)
    assert (case.state, case.public_state, sent_back()) == ("account_restriction", "partial_refund", 2_500)


def test_whoever_decided_does_not_decide_the_appeal_by_another_s_draft(case_id: int) -> None:
    decided(case_id, kind="full_refund")
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="The lamp is genuine.")
    digest = draft(case_id, kind="no_remedy", who=RITA)
    with pytest.raises(Refused, match="You had a part in the decision"):
        decide(case_id, digest)
    assert case_of(case_id).state == "appealed"


def test_the_new_decision_may_restrict_again(case_id: int) -> None:
    decided(case_id, restricts("seller", "payouts"), kind="full_refund")
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="The lamp is genuine.")
    again = restricts("seller", "listing")
    decide(case_id, draft(case_id, again, kind="full_refund", who=RITA), RITA)
    drain()
    assert [row.state for row in found(case_id)] == ["lifted", "in_force"]


def test_topping_up_leaves_the_restriction_in_force(case_id: int) -> None:
    decided(case_id, restricts("seller"), kind="partial_refund", amount=2_500)
    decided(case_id, kind="full_refund")
    assert the_one().state == "in_force"


def test_one_that_was_overturned_before_it_began_is_called_off(case_id: int) -> None:
    decided(case_id, restricts("seller"), kind="full_refund", run=False)
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="The lamp is genuine.")
    decide(case_id, draft(case_id, kind="no_remedy", who=RITA), RITA)
    others = {"restrict", "mail", "refund", "refund_arrival", "cancel_order", "payout_hold", "payout_release"}
    held = lease.claim(but_not=others)
    assert held is not None and held.kind == "lift"
    worker.work(held)
    assert the_one().state == "called_off"
    drain()
    assert the_one().state == "called_off"
    assert db.session.scalars(select(SentMail).where(SentMail.topic == "restricted")).all() == []
