"""Two people call off what was not sent: it never leaves, unless the provider has it already."""

import pytest
from sqlalchemy import select

from disputes.appeals import service as appeals
from disputes.chargebacks import service
from disputes.chargebacks.access import Turn
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.effects.books import balance
from disputes.effects.frozen import lock_payment
from disputes.models import Capture, Case, Freeze, Outcome, Refund, SentMail, Shop
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.worker import drain
from disputes.steps import Actor
from tests.banking import PAID, bank_says, dispute, sent_past_us
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.outbox.rows import hurry
from tests.turns import file_case, person, turn


@pytest.fixture
def settled(cast: Cast) -> int:
    """A case whose refund of everything is approved and not sent."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.accept(t)
    return case_id


def two_people(which: str) -> None:
    """Cleo plans, Lin approves."""
    for email, role in ((CLEO, "reviewer"), (LIN, "lead")):
        with writing():
            freeze = db.session.scalars(select(Freeze).where(Freeze.why == "excess")).one()
            lock_payment(freeze.payment_id)
            freeze = db.session.get_one(Freeze, freeze.id, populate_existing=True)
            now, shop = real_now(), db.session.get_one(Shop, "jd-3p")
            t = Turn(freeze, shop, Actor(person(email), role), now, now)
            if role == "reviewer":
                service.plan(t, plan=which, words="The money went back already.")
            else:
                from disputes.effects.payment_moves import plan_digest

                service.approve(t, read=plan_digest(freeze))


def one(table):
    db.session.rollback()
    return db.session.scalars(select(table).execution_options(populate_existing=True)).one()


def test_what_was_not_sent_is_called_off_and_the_buyer_told_why(settled: int, ledger) -> None:
    sent_past_us(amount=PAID)
    drain()
    assert ledger() == [] and one(Refund).state == "reserved"
    two_people("call_off")
    drain()
    assert (one(Refund).state, one(Freeze).state) == ("called_off", "ended")
    assert one(Outcome).state == "done" and ledger() == []
    capture = db.session.get_one(Capture, one(Refund).capture_id)
    assert (capture.refund_reserved_minor, capture.outside_minor, capture.left_minor) == (0, PAID, 0)
    assert balance("jd-3p", ("due", person(ADA)), "CNY") == 0
    subjects = db.session.scalars(select(SentMail.subject).where(SentMail.to == ADA)).all()
    assert any("called off" in subject for subject in subjects)


def test_two_people_may_send_it_all_the_same(settled: int, ledger) -> None:
    bank_says(dispute(amount=4_001))
    bank_says(dispute("lost", amount=4_001))
    two_people("send")
    hurry()
    drain()
    assert one(Refund).state == "arrived" and len(ledger()) == 1


def test_what_the_provider_has_already_is_not_called_off(settled: int, ledger, mischief) -> None:
    mischief(broken_after=1)  # it paid, and its answer was lost
    drain()
    assert len(ledger()) == 1 and one(Refund).state == "reserved"
    sent_past_us(amount=PAID)
    two_people("call_off")
    hurry()
    drain()
    assert (one(Refund).state, one(Freeze).state) == ("arrived", "ended")


def test_while_a_worker_holds_a_refund_calling_off_waits(settled: int) -> None:
    from datetime import timedelta

    from sqlalchemy import update

    from disputes.models import Outbox

    sent_past_us(amount=PAID)
    two_people("call_off")
    with writing():
        until = real_now() + timedelta(minutes=3)
        db.session.execute(update(Outbox).where(Outbox.kind == "refund").values(lease_until=until, lease_token="t"))
    drain()
    assert (one(Refund).state, one(Freeze).state) == ("reserved", "calling_off")


@pytest.fixture
def decided_for_ada(cast: Cast) -> int:
    """A decision for a full refund that is not sent."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="No.")
    with turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)
    decide(case_id, "full_refund", CLEO, "reviewer")
    return case_id


def decide(case_id: int, kind: str, email: str, role: str) -> None:
    with turn(case_id, email, role) as t:
        draft = decisions.draft(t, Drafted(kind, None, "Because.", (), ("JDT-04",)))
    with turn(case_id, email, role) as t:
        decisions.decide(t, digest=draft.digest)


def after_the_bank(status: str) -> None:
    bank_says(dispute())
    two_people("call_off")
    drain()
    bank_says(dispute(status))


def test_when_the_bank_gives_it_back_an_appeal_sends_what_was_called_off(decided_for_ada: int, ledger) -> None:
    after_the_bank("won")
    with turn(decided_for_ada, ADA, "buyer") as t:
        appeals.appeal(t, ground="new_evidence", words="I have nothing.")
    decide(decided_for_ada, "full_refund", LIN, "lead")
    drain()
    hurry()
    drain()
    assert [entry["amount_minor"] for entry in ledger()] == [one(Case).claimed_minor]


def test_nothing_is_owed_to_a_seller_for_what_was_called_off_and_given_back(decided_for_ada: int, ledger) -> None:
    after_the_bank("won")
    with turn(decided_for_ada, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="Look.")
    decide(decided_for_ada, "no_remedy", LIN, "lead")
    drain()
    assert db.session.scalars(select(Outcome.kind)).all() == ["refund"] and ledger() == []


def test_what_the_bank_kept_counts_as_given(decided_for_ada: int, ledger) -> None:
    after_the_bank("lost")
    with turn(decided_for_ada, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="Look.")
    decide(decided_for_ada, "no_remedy", LIN, "lead")
    assert db.session.scalars(select(Outcome.kind).order_by(Outcome.id)).all() == ["refund", "credit_seller"]
