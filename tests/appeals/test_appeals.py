"""Appeals: three grounds, once a side, decided by somebody else, and the money follows."""

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.appeals import service
from disputes.db import db
from disputes.decisions.service import Drafted, decide, draft, propose_draft, reopen
from disputes.messages import service as messages
from disputes.models import Appeal, Decision, Outcome, Refund
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.steps import Refused, take_step
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast
from tests.turns import HOUR, case_of, file_case, sweep, turn

DAY = 24 * HOUR


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


@pytest.fixture
def case_id(cast: Cast) -> int:
    return file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")


def decided(case_id: int, kind: str, amount: int | None = None, who: str = CLEO, role: str = "reviewer") -> None:
    with turn(case_id, who, role) as t:
        digest = draft(t, Drafted(kind, amount, "As exhibit 1 shows.", [], ["JDT-03"])).digest
        decide(t, digest=digest)


def appealed(case_id: int, who: str = BEN, side: str = "seller", at=None) -> None:
    with turn(case_id, who, side, at=at) as t:
        service.appeal(t, ground="new_evidence", words="Here is the invoice.")


def arrived(case_id: int) -> None:
    """The provider has paid every refund of the case."""
    for refund in db.session.scalars(select(Refund).where(Refund.case_id == case_id, Refund.state == "reserved")).all():
        with turn(case_id, None, "system") as t:
            take_step(refund, "arrive", t.actor, now=t.now, received_at=t.now)


def outcomes(case_id: int) -> list[tuple[str, int | None, str]]:
    rows = db.session.scalars(select(Outcome).where(Outcome.case_id == case_id).order_by(Outcome.id))
    return [(o.kind, o.amount_minor, o.state) for o in rows]


def test_whoever_decided_does_not_decide_the_appeal(case_id: int) -> None:
    decided(case_id, "no_remedy")
    appealed(case_id, ADA, "buyer")
    for verb in (
        lambda t: service.uphold(t, words="It was right."),
        lambda t: draft(t, Drafted("full_refund", None, "Changed my mind.", [], ["JDT-03"])),
    ):
        with pytest.raises(Refused, match="You had a part"), turn(case_id, CLEO, "reviewer") as t:
            verb(t)
    with turn(case_id, RITA, "reviewer") as t:
        service.uphold(t, words="Nothing new was shown.")
    assert case_of(case_id).state == "no_remedy"
    assert db.session.scalars(select(Appeal.result)).one() == "upheld"


def test_a_buyer_who_wins_gets_what_is_missing_and_no_more(case_id: int) -> None:
    decided(case_id, "partial_refund", 2_000)
    arrived(case_id)
    appealed(case_id, ADA, "buyer")
    decided(case_id, "full_refund", who=RITA)
    assert outcomes(case_id) == [("refund", 2_000, "done"), ("refund", 4_000, "ordered")]
    assert db.session.scalars(select(Appeal.result)).one() == "overturned"
    assert [d.kind for d in db.session.scalars(select(Decision).where(Decision.superseded_at.is_(None)))] == [
        "full_refund"
    ]


def test_a_seller_who_wins_is_paid_by_the_platform_and_the_buyer_keeps_the_money(case_id: int) -> None:
    decided(case_id, "partial_refund", 2_000)
    arrived(case_id)
    appealed(case_id)
    decided(case_id, "no_remedy", who=RITA)
    assert outcomes(case_id) == [("refund", 2_000, "done"), ("credit_seller", 2_000, "ordered")]
    credit = db.session.scalars(select(Outcome).where(Outcome.kind == "credit_seller")).one()
    with pytest.raises(Refused), turn(case_id, CLEO, "reviewer") as t:
        t.take("confirm_paid", record=credit)
    with turn(case_id, LIN, "lead") as t:
        t.take("confirm_paid", record=credit)
    assert outcomes(case_id)[-1] == ("credit_seller", 2_000, "done")


def test_a_varied_decision_says_so(case_id: int) -> None:
    decided(case_id, "partial_refund", 2_000)
    appealed(case_id)
    decided(case_id, "partial_refund", 1_500, who=RITA)
    assert db.session.scalars(select(Appeal.result)).one() == "varied"
    assert outcomes(case_id)[-1] == ("credit_seller", 500, "ordered")


def test_each_side_appeals_once_against_a_decision(case_id: int) -> None:
    decided(case_id, "partial_refund", 2_000)
    appealed(case_id)
    with turn(case_id, RITA, "reviewer") as t:
        service.uphold(t, words="It stays.")
    with pytest.raises(Refused, match="already appealed"):
        appealed(case_id)
    appealed(case_id, ADA, "buyer")
    with turn(case_id, RITA, "reviewer") as t:
        service.uphold(t, words="It stays.")
    decided_again = db.session.scalars(select(Appeal.side).order_by(Appeal.id)).all()
    assert decided_again == ["seller", "buyer"]


def test_a_new_decision_can_be_appealed_against_again(case_id: int) -> None:
    decided(case_id, "partial_refund", 2_000)
    appealed(case_id)
    decided(case_id, "no_remedy", who=RITA)
    appealed(case_id, ADA, "buyer")
    assert case_of(case_id).state == "appealed"


def test_what_both_sides_agreed_on_is_not_appealed_against(cast: Cast) -> None:
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    with pytest.raises(Refused, match="Both sides agreed"):
        appealed(case_id)


def test_the_time_to_appeal_ends(case_id: int) -> None:
    decided(case_id, "no_remedy")
    with pytest.raises(Refused, match="time to appeal has passed"):
        appealed(case_id, ADA, "buyer", at=real_now() + 32 * DAY)
    appealed(case_id, ADA, "buyer", at=real_now() + 29 * DAY)


def test_an_appeal_from_a_closed_case_goes_back_to_closed_when_the_decision_stays(case_id: int) -> None:
    decided(case_id, "no_remedy")
    sweep(case_id, real_now() + 10 * DAY)
    assert case_of(case_id).state == "closed"
    appealed(case_id, ADA, "buyer", at=real_now() + 11 * DAY)
    assert case_of(case_id).is_open
    with turn(case_id, RITA, "reviewer") as t:
        service.uphold(t, words="It stays.")
    assert case_of(case_id).state == "closed" and not case_of(case_id).is_open


def test_a_case_goes_outside_and_comes_back_to_where_it_stood(case_id: int) -> None:
    decided(case_id, "no_remedy")
    with turn(case_id, ADA, "buyer") as t:
        service.go_outside(t, body="Geschillencommissie", words="Filed today.")
    assert case_of(case_id).state == "external_body"
    with turn(case_id, RITA, "reviewer") as t:
        service.come_back(t, words="The body follows our decision.")
    assert case_of(case_id).state == "no_remedy"


def test_a_lead_takes_a_closed_case_up_again_and_the_new_decision_takes_the_old_one_s_place(case_id: int) -> None:
    decided(case_id, "no_remedy")
    sweep(case_id, real_now() + 10 * DAY)
    with turn(case_id, LIN, "lead") as t:
        reopen(t, words="The carrier found the parcel.")
    decided(case_id, "partial_refund", 1_000, who=RITA)
    assert case_of(case_id).state == "partial_refund"
    assert outcomes(case_id) == [("refund", 1_000, "ordered")]


def test_both_sides_see_a_draft_and_can_reply_before_it_is_final(case_id: int) -> None:
    with turn(case_id, CLEO, "reviewer") as t:
        digest = draft(t, Drafted("partial_refund", 2_000, "As it looks now.", [], ["JDT-03"])).digest
    with turn(case_id, CLEO, "reviewer") as t:
        propose_draft(t)
    at = real_now()
    notice_free = case_of(case_id)
    assert notice_free.state == "provisional_decision"
    with turn(case_id, BEN, "seller") as t:
        messages.comment(t, words="The serial number is on the box.")
    assert sweep(case_id, at + 71 * HOUR) is None
    assert sweep(case_id, at + 73 * HOUR) == "provisional"
    assert case_of(case_id).state == "investigated"
    with turn(case_id, CLEO, "reviewer") as t:
        decide(t, digest=digest)
    assert case_of(case_id).state == "partial_refund"


def test_a_full_refund_after_a_smaller_one_never_sends_more_than_was_paid(case_id: int, cast: Cast) -> None:
    other = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=1)
    decided(other, "full_refund")
    decided(case_id, "partial_refund", 1_000)
    appealed(case_id, ADA, "buyer")
    decided(case_id, "full_refund", who=RITA)
    sent = [amount for kind, amount, _ in outcomes(case_id) if kind == "refund"]
    assert sum(a or 0 for a in sent) == case_of(case_id).claimed_minor
