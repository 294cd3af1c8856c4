"""Two leads approve one exact content, by right and at that moment; in an emergency one hands over, another reviews."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from disputes.db import db, writing
from disputes.effects.chain import first_fault
from disputes.models import Account, Event, Grant, HouseEvent, Referral, ReferralApproval
from disputes.referrals import service
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, LIN, NIA, OLA, RITA, Cast, grant
from tests.referrals.making import (
    approve,
    approved,
    content,
    drafted,
    hand_over,
    locked,
    propose,
    read,
    say,
    second_lead,
)
from tests.turns import HOUR, case_of, file_case, person, turn


@pytest.fixture(autouse=True)
def inside(app):
    with app.app_context():
        yield


@pytest.fixture
def case_id(cast: Cast) -> int:
    return file_case(cast.jd_order, ADA)


def asked(case_id: int) -> str:
    """A referral of Cleo's that waits for two leads, of whom there are Lin and Rita."""
    second_lead()
    public_id = drafted(case_id)
    propose(case_id, public_id)
    return public_id


def refused(case_id: int, public_id: str, by: str | None, match: str, role: str = "lead", digest: str = "") -> None:
    before = read(public_id).state
    with pytest.raises(Refused, match=match), turn(case_id, by, role) as t:
        service.approve(t, locked(t, public_id), digest=digest or locked(t, public_id).digest)
    assert read(public_id).state == before and case_of(case_id).cover is None


def test_the_second_approval_refers_the_case_and_nothing_a_party_sees_changes(case_id: int) -> None:
    before = case_of(case_id)
    seen = (before.public_state, before.public_version, before.public_seq, before.queue_at, before.desk_due_at)
    public_id = asked(case_id)
    approve(case_id, public_id, LIN)
    assert (read(public_id).state, bool(case_of(case_id).cover)) == ("approved_once", False)
    approve(case_id, public_id, RITA)
    case = case_of(case_id)
    assert (read(public_id).state, case.cover) == ("approved", "law_enforcement_referral")
    assert (case.public_state, case.public_version, case.public_seq, case.queue_at, case.desk_due_at) == seen


def test_an_approval_counts_once_however_often_it_is_sent(case_id: int) -> None:
    public_id = asked(case_id)
    approve(case_id, public_id, LIN)
    refused(case_id, public_id, LIN, "approved this already")


def test_an_approval_of_what_was_changed_since_is_refused(case_id: int) -> None:
    public_id = asked(case_id)
    digest = read(public_id).digest
    with turn(case_id, CLEO, "reviewer") as t:
        service.edit(t, locked(t, public_id), content(story="Something milder."))
    propose(case_id, public_id)
    refused(case_id, public_id, LIN, "changed after you read it", digest=digest)


def test_any_edit_voids_what_was_approved_even_one_that_changes_nothing(case_id: int) -> None:
    public_id = asked(case_id)
    approve(case_id, public_id, LIN)
    before = read(public_id).digest
    with turn(case_id, CLEO, "reviewer") as t:
        service.edit(t, locked(t, public_id), content())
    assert read(public_id).state == "drafted" and read(public_id).digest != before
    propose(case_id, public_id)
    approve(case_id, public_id, LIN)
    assert read(public_id).state == "approved_once"


def test_a_content_changed_behind_our_back_is_not_what_was_approved(case_id: int) -> None:
    public_id = asked(case_id)
    approve(case_id, public_id, LIN)
    with writing():
        db.session.execute(update(Referral).values(story="Something else entirely."))
    refused(case_id, public_id, RITA, "is not what stands here now")


@pytest.mark.parametrize("writes", (True, False))
def test_nobody_approves_what_they_wrote_or_asked_for(case_id: int, writes: bool) -> None:
    second_lead()
    public_id = drafted(case_id, *((LIN, "lead") if writes else (CLEO, "reviewer")))
    propose(case_id, public_id, *((CLEO, "reviewer") if writes else (LIN, "lead")))
    refused(case_id, public_id, LIN, "two other leads must approve it")


def test_who_only_changed_a_word_is_its_author_now(case_id: int) -> None:
    public_id = asked(case_id)
    with turn(case_id, RITA, "lead") as t:
        service.edit(t, locked(t, public_id), content(authority="Another police"))
    propose(case_id, public_id)
    refused(case_id, public_id, RITA, "two other leads must approve it")


@pytest.mark.parametrize("party", (ADA, BEN))
def test_a_side_of_the_case_approves_nothing_whatever_else_they_are(case_id: int, party: str) -> None:
    public_id = asked(case_id)
    with writing():
        grant(person(party), "lead", "jd-3p")
    refused(case_id, public_id, party, "belong to a side")


@pytest.mark.parametrize("who", (CLEO, OLA, NIA))
def test_only_a_lead_approves(case_id: int, who: str) -> None:
    public_id = asked(case_id)
    for role in ("lead", "reviewer", "auditor", "seller"):
        refused(case_id, public_id, who, "no longer have access|not open to you now", role)


def test_a_role_lost_an_hour_ago_approves_nothing(case_id: int) -> None:
    public_id = asked(case_id)
    with writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(LIN)))
    refused(case_id, public_id, LIN, "no longer have access")


@pytest.mark.parametrize("how", ("lost", "disabled", "party"))
def test_the_first_approval_does_not_count_when_its_lead_is_none_any_more(case_id: int, how: str) -> None:
    public_id = asked(case_id)
    approve(case_id, public_id, LIN)
    with writing():
        lin = person(LIN)
        if how == "lost":
            db.session.execute(delete(Grant).where(Grant.account_id == lin))
        elif how == "disabled":
            db.session.execute(update(Account).where(Account.id == lin).values(disabled_at=case_of(case_id).opened_at))
        else:
            grant(lin, "seller", "jd-3p", case_of(case_id).seller_id)
    refused(case_id, public_id, RITA, "is no lead here any more")


def test_hand_over_looks_at_the_approvals_once_more(case_id: int, tmp_path) -> None:
    public_id = approved(case_id)
    with writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(LIN), Grant.role == "lead"))
    with pytest.raises(Refused, match="is no lead here any more"):
        hand_over(case_id, public_id, tmp_path, by=RITA)
    assert read(public_id).handed_at is None


@pytest.mark.parametrize("machine", ("clock", "system", "shop"))
def test_no_timer_and_no_machine_approves_or_hands_over(case_id: int, machine: str) -> None:
    public_id = asked(case_id)
    refused(case_id, public_id, None, "not open to you now", machine)
    for trigger in ("approve_second", "hand_over", "hand_over_urgently", "confirm"):
        with pytest.raises(Refused), turn(case_id, None, machine) as t:
            t.take(trigger, locked(t, public_id))


@pytest.mark.parametrize("trigger", ("refer", "end_referral"))
def test_a_case_is_not_referred_by_itself(case_id: int, trigger: str) -> None:
    for who, role in ((LIN, "lead"), (CLEO, "reviewer"), (None, "system"), (None, "clock")):
        with pytest.raises(Refused), turn(case_id, who, role) as t:
            t.take(trigger)
    assert case_of(case_id).cover is None


def test_sent_back_the_first_approval_is_void(case_id: int) -> None:
    public_id = asked(case_id)
    approve(case_id, public_id, LIN)
    say(case_id, public_id, "send_back", RITA, "lead")
    assert read(public_id).state == "drafted"
    assert db.session.scalars(select(ReferralApproval.ended_at)).one() is not None
    propose(case_id, public_id)
    approve(case_id, public_id, RITA)
    assert read(public_id).state == "approved_once"


def test_an_emergency_needs_one_lead_and_another_reviews_it_within_a_day(case_id: int, tmp_path) -> None:
    second_lead()
    public_id = drafted(case_id, LIN, "lead")
    hand_over(case_id, public_id, tmp_path, urgently=True)
    referral = read(public_id)
    assert (referral.state, case_of(case_id).cover) == ("handed_urgently", "law_enforcement_referral")
    assert referral.handed_at and referral.review_due_at == referral.handed_at + 24 * HOUR
    with pytest.raises(Refused, match="another lead must review"):
        say(case_id, public_id, "review", LIN, "lead", right=True)
    say(case_id, public_id, "review", RITA, "lead", right=True)
    assert (read(public_id).state, bool(case_of(case_id).cover)) == ("handed_over", True)


def test_an_emergency_that_was_none_is_withdrawn_and_the_case_is_what_it_was(case_id: int, tmp_path) -> None:
    second_lead()
    public_id = drafted(case_id)
    hand_over(case_id, public_id, tmp_path, urgently=True)
    say(case_id, public_id, "review", RITA, "lead", right=False)
    case = case_of(case_id)
    assert (read(public_id).state, case.cover, case.state) == ("withdrawn", None, "seller_contacted")


def test_a_review_by_a_reviewer_or_a_party_is_refused(case_id: int, tmp_path) -> None:
    public_id = drafted(case_id)
    hand_over(case_id, public_id, tmp_path, urgently=True)
    with writing():
        grant(person(ADA), "lead", "jd-3p")
    for who, role in ((CLEO, "reviewer"), (CLEO, "lead"), (ADA, "lead")):
        with pytest.raises(Refused):
            say(case_id, public_id, "review", who, role, right=True)
    assert read(public_id).state == "handed_urgently"


@pytest.mark.parametrize("end", ("answer", "close", "withdraw"))
def test_when_it_is_over_what_lies_beneath_comes_to_light_and_another_can_begin(
    case_id: int, tmp_path, end: str
) -> None:
    public_id = approved(case_id)
    hand_over(case_id, public_id, tmp_path)
    with turn(case_id, ADA, "buyer") as t:
        t.take("drop_case")
    say(case_id, public_id, end, LIN, "lead")
    case = case_of(case_id)
    assert (case.state, case.public_state, case.cover) == ("dropped", "dropped", None)
    assert read(drafted(case_id)).state == "drafted"


def test_a_case_has_one_open_referral_at_a_time(case_id: int) -> None:
    drafted(case_id)
    with pytest.raises(Refused, match="not closed yet"):
        drafted(case_id)


def test_each_referral_has_a_chain_of_its_own_and_the_case_tells_only_that_it_was_referred(
    case_id: int, tmp_path
) -> None:
    public_id = approved(case_id)
    hand_over(case_id, public_id, tmp_path)
    say(case_id, public_id, "answer", CLEO, "reviewer")
    referral = read(public_id)
    events = db.session.scalars(select(HouseEvent).where(HouseEvent.root == "referral").order_by(HouseEvent.seq)).all()
    steps = ["draft", "propose", "approve_first", "approve_second", "hand_over", "answer"]
    assert [event.trigger for event in events] == steps
    assert first_fault(referral, events) is None
    mine = db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all()
    assert [event.trigger for event in mine] == ["open", "contact_seller", "refer", "end_referral"]
    assert first_fault(case_of(case_id), mine) is None


def test_an_older_page_of_a_referral_cannot_be_sent_but_a_party_s_step_spoils_none(case_id: int) -> None:
    public_id = asked(case_id)
    seen = read(public_id).version
    with turn(case_id, ADA, "buyer") as t:
        t.take("drop_case")
    approve_as_seen(case_id, public_id, LIN, seen)
    with pytest.raises(Refused, match="Someone has acted"):
        approve_as_seen(case_id, public_id, RITA, seen)


def approve_as_seen(case_id: int, public_id: str, by: str, seen: int) -> None:
    from dataclasses import replace

    with turn(case_id, by, "lead") as t:
        as_seen: Any = replace(t, seen_version=seen)
        service.approve(as_seen, locked(t, public_id), digest=locked(t, public_id).digest)
