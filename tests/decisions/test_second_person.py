"""Above a limit two people decide: never the same one, never on a draft that changed, never without the right to."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from disputes.db import db, writing
from disputes.decisions import service
from disputes.decisions.service import Drafted
from disputes.models import Allocation, Approval, Case, Decision, Grant, Refund, Seller, Shop
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast, grant, make_order, shop_of
from tests.turns import HOUR, case_of, file_case, person, turn

LIMIT = 2_000


@pytest.fixture
def case_id(app: Flask, cast: Cast):
    with app.app_context():
        with writing():
            db.session.execute(update(Shop).values(refund_limit_minor=LIMIT))
        yield file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")


def draft(case_id: int, amount: int = LIMIT + 1, who: str = CLEO, role: str = "reviewer") -> str:
    with turn(case_id, who, role) as t:
        return service.draft(t, Drafted("partial_refund", amount, "The seal is missing.", [], ["JDT-03"])).digest


def decide(case_id: int, digest: str, who: str = LIN, role: str = "lead", at=None) -> None:
    with turn(case_id, who, role, at=at) as t:
        service.decide(t, digest=digest)


def ask(case_id: int, who: str = CLEO, role: str = "reviewer") -> None:
    with turn(case_id, who, role) as t:
        service.ask_second(t)


def nothing_happened(case_id: int) -> None:
    assert case_of(case_id).state == "investigated"
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 0


def test_up_to_the_limit_one_person_decides(case_id: int) -> None:
    decide(case_id, draft(case_id, LIMIT), CLEO, "reviewer")
    assert case_of(case_id).state == "partial_refund"


def test_above_it_a_reviewer_alone_is_refused_and_told_why(case_id: int) -> None:
    with pytest.raises(Refused, match="more than one person may decide alone"):
        decide(case_id, draft(case_id), CLEO, "reviewer")
    nothing_happened(case_id)


def test_a_lead_who_was_asked_decides_and_both_names_stand(case_id: int) -> None:
    digest = draft(case_id)
    ask(case_id)
    decide(case_id, digest)
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.account_id, decision.second_id) == (person(CLEO), person(LIN))
    assert db.session.scalars(select(Approval.result)).one() == "approved"
    assert db.session.scalars(select(Refund.amount_minor)).one() == LIMIT + 1


def test_a_lead_who_was_not_asked_is_refused(case_id: int) -> None:
    with pytest.raises(Refused, match="Ask a second person"):
        decide(case_id, draft(case_id))
    nothing_happened(case_id)


def test_nobody_approves_what_they_drafted_or_asked_for(case_id: int) -> None:
    digest = draft(case_id, who=LIN, role="lead")
    ask(case_id, LIN, "lead")
    with pytest.raises(Refused, match="did not write this draft"):
        decide(case_id, digest)
    digest = draft(case_id)
    ask(case_id, LIN, "lead")
    with pytest.raises(Refused, match="did not write this draft"):
        decide(case_id, digest)
    nothing_happened(case_id)


def test_a_reviewer_is_not_a_second_person(case_id: int) -> None:
    digest = draft(case_id)
    ask(case_id)
    with pytest.raises(Refused, match="A lead"):
        decide(case_id, digest, RITA, "reviewer")
    nothing_happened(case_id)


def test_an_edit_voids_what_was_asked(case_id: int) -> None:
    old = draft(case_id)
    ask(case_id)
    new = draft(case_id, LIMIT + 500)
    for digest, why in ((old, "changed after you read it"), (new, "Ask a second person")):
        with pytest.raises(Refused, match=why):
            decide(case_id, digest)
    assert db.session.scalars(select(Approval.result)).one() == "void"
    nothing_happened(case_id)


def test_an_approval_is_good_for_one_draft_of_one_case(app: Flask, case_id: int, cast: Cast) -> None:
    other = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=1)
    digest = draft(case_id)
    ask(case_id)
    draft(other)
    with pytest.raises(Refused, match="changed after you read it"):
        decide(other, digest)
    nothing_happened(other)


def test_an_approval_cannot_be_used_twice(case_id: int) -> None:
    digest = draft(case_id)
    ask(case_id)
    decide(case_id, digest)
    with pytest.raises(Refused):
        decide(case_id, digest)
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 1


def test_a_role_lost_meanwhile_approves_nothing(case_id: int) -> None:
    digest = draft(case_id)
    ask(case_id)
    with writing():
        db.session.execute(delete(Grant).where(Grant.account_id == person(LIN)))
    with pytest.raises(Refused, match="no longer have access"):
        decide(case_id, digest)
    nothing_happened(case_id)


def test_a_party_approves_nothing_even_as_a_lead(case_id: int) -> None:
    digest = draft(case_id)
    ask(case_id)
    with writing():
        grant(person(ADA), "lead", "jd-3p")
    with pytest.raises(Refused, match="belong to a side"):
        decide(case_id, digest, ADA, "lead")
    nothing_happened(case_id)


@pytest.mark.parametrize("machine", ("clock", "system", "shop"))
def test_no_machine_approves_anything(case_id: int, machine: str) -> None:
    digest = draft(case_id)
    ask(case_id)
    with pytest.raises(Refused), turn(case_id, None, machine) as t:
        t.take("decide_partial", details={"digest": digest})
    nothing_happened(case_id)


def test_many_small_refunds_of_one_reviewer_need_a_second_person_too(app: Flask, cast: Cast, case_id: int) -> None:
    with writing():
        db.session.execute(update(Shop).values(refund_limit_minor=None, daily_limit_minor=2_500))
    now = real_now()
    decide(case_id, draft(case_id, 1_500), CLEO, "reviewer")
    other = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=1)
    digest = draft(other, 1_500)
    with pytest.raises(Refused, match="in 24 hours"):
        decide(other, digest, CLEO, "reviewer")
    decide(other, digest, CLEO, "reviewer", at=now + 25 * HOUR)
    assert case_of(other).state == "partial_refund"


def test_drafting_and_deciding_in_one_turn_sees_the_same_draft(case_id: int) -> None:
    with turn(case_id, CLEO, "reviewer") as t:
        digest = service.draft(t, Drafted("no_remedy", None, "Nothing is shown.", [], ["JDT-03"])).digest
        service.decide(t, digest=digest)
    assert case_of(case_id).state == "no_remedy"


def test_nobody_goes_over_their_day_with_drafts_of_others(cast: Cast, case_id: int) -> None:
    other = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=1)
    with writing():
        db.session.execute(update(Shop).values(refund_limit_minor=None, daily_limit_minor=2_500))
    decide(case_id, draft(case_id, 2_000), RITA, "reviewer")
    digest = draft(other, 600)
    with pytest.raises(Refused, match="24 hours"):
        decide(other, digest, RITA, "reviewer")
    ask(other, RITA, "reviewer")
    decide(other, digest)
    assert case_of(other).state == "partial_refund"


def test_a_day_in_another_shop_counts_there(cast: Cast, case_id: int) -> None:
    other = file_case(cast.catawiki_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
    with writing():
        db.session.execute(update(Shop).values(refund_limit_minor=None, daily_limit_minor=2_500))
    decide(case_id, draft(case_id, 2_000), CLEO, "reviewer")
    decide(other, draft(other, 600), CLEO, "reviewer")
    assert case_of(other).state == "partial_refund"


def test_small_refunds_of_one_payment_count_together_whoever_decides_them(cast: Cast, case_id: int) -> None:
    other = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=1)
    decide(case_id, draft(case_id, LIMIT - 500), CLEO, "reviewer")
    digest = draft(other, 501, who=RITA)
    with pytest.raises(Refused, match="sent back of this payment before"):
        decide(other, digest, RITA, "reviewer")
    ask(other, RITA, "reviewer")
    decide(other, digest)
    assert sorted(db.session.scalars(select(Refund.amount_minor))) == [501, LIMIT - 500]
    assert db.session.scalars(select(Approval.why)).one() == "over_payment"


def test_up_to_the_limit_of_a_payment_one_person_decides_each(cast: Cast, case_id: int) -> None:
    other = file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=1)
    decide(case_id, draft(case_id, LIMIT - 500), CLEO, "reviewer")
    decide(other, draft(other, 500), CLEO, "reviewer")
    assert case_of(other).state == "partial_refund"


def test_another_order_of_the_same_payment_counts_and_another_payment_does_not(cast: Cast, case_id: int) -> None:
    def another_case(number: str) -> int:
        with writing():
            ben = db.session.scalars(select(Seller).where(Seller.ref == "ben", Seller.shop_id == "jd-3p")).one()
            order_id = make_order(shop_of("jd-3p"), person(ADA), ben, number)
        return file_case(order_id, ADA, reason="counterfeit", sub_reason="signs_of_fake")

    together, apart = another_case("JD-2001"), another_case("JD-2002")
    with writing():
        paid = select(Allocation.payment_id).where(Allocation.order_id == cast.jd_order).scalar_subquery()
        theirs = select(Case.order_id).where(Case.id == together).scalar_subquery()
        db.session.execute(update(Allocation).where(Allocation.order_id == theirs).values(payment_id=paid))
    decide(case_id, draft(case_id, LIMIT), CLEO, "reviewer")
    with pytest.raises(Refused, match="sent back of this payment before"):
        decide(together, draft(together, 1), CLEO, "reviewer")
    decide(apart, draft(apart, LIMIT), CLEO, "reviewer")
    assert case_of(apart).state == "partial_refund"


def test_what_both_sides_agreed_on_does_not_count(cast: Cast, case_id: int) -> None:
    agreed = file_case(cast.jd_order, ADA, line=1)
    with turn(agreed, BEN, "seller") as t:
        offers.accept(t)
    decide(case_id, draft(case_id, LIMIT), CLEO, "reviewer")
    assert case_of(case_id).state == "partial_refund"
