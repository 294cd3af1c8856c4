"""A suspension needs a second person: another lead, entitled when it happens, and for this very draft."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from disputes.db import db, writing
from disputes.models import Approval, Decision, Grant, Outcome, Restriction, RestrictionScope
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast, grant
from tests.restricting import MONTH, ask, counterfeit, decide, decided, draft, found, restricts
from tests.turns import case_of, person, turn

LEAD = (LIN, "lead")


@pytest.fixture(autouse=True)
def inside(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


SUSPENSIONS = (restricts("seller", "everything"), restricts("buyer", "filing", ends=None))


@pytest.mark.parametrize("wanted", SUSPENSIONS, ids=("everything", "without an end"))
@pytest.mark.parametrize("remedy", ("account_restriction", "no_remedy"))
def test_one_person_alone_suspends_nobody(case_id: int, wanted, remedy: str) -> None:
    digest = draft(case_id, wanted, kind=remedy)
    with pytest.raises(Refused, match="needs a second person"):
        decide(case_id, digest)
    with pytest.raises(Refused, match="needs a second person"):
        decide(case_id, digest, *LEAD)
    assert case_of(case_id).state == "investigated"


def test_less_than_a_suspension_one_person_decides(case_id: int) -> None:
    decided(case_id, restricts("seller", "filing", "payouts"))
    assert case_of(case_id).state == "account_restriction"


def test_two_people_suspend_and_both_names_stand(case_id: int) -> None:
    decided(case_id, restricts("seller", "everything", ends=None), suspends=True)
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.account_id, decision.second_id) == (person(CLEO), person(LIN))
    assert db.session.scalars(select(Approval.why)).one() == "suspension"


def test_nobody_approves_what_they_drafted(case_id: int) -> None:
    digest = draft(case_id, SUSPENSIONS[0], who=LIN, role="lead")
    ask(case_id, *LEAD)
    with pytest.raises(Refused, match="did not write this draft"):
        decide(case_id, digest, *LEAD)


def test_a_reviewer_a_party_and_a_lead_of_yesterday_approve_nothing(case_id: int) -> None:
    digest = draft(case_id, SUSPENSIONS[0])
    ask(case_id)
    with pytest.raises(Refused, match="A lead"):
        decide(case_id, digest, RITA, "reviewer")
    with writing():
        grant(person(BEN), "lead", "jd-3p")
        grant(person(ADA), "lead", "jd-3p")
        db.session.execute(delete(Grant).where(Grant.account_id == person(LIN)))
    for party in (ADA, BEN):
        with pytest.raises(Refused, match="belong to a side"):
            decide(case_id, digest, party, "lead")
    with pytest.raises(Refused, match="no longer have access"):
        decide(case_id, digest, *LEAD)
    assert [row.state for row in found()] == ["proposed"]


EDITS = (
    {"ends": MONTH * 2}, {"reasons": "Something else."}, {"starts": MONTH / 2},
)  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: next(iter(edit)))
def test_any_edit_voids_what_was_asked(case_id: int, edit: dict) -> None:
    old = draft(case_id, restricts("seller", "everything"))
    ask(case_id)
    new = draft(case_id, restricts("seller", "everything", **edit))
    assert old != new
    for digest, why in ((old, "changed after you read it"), (new, "needs a second person")):
        with pytest.raises(Refused, match=why):
            decide(case_id, digest, *LEAD)


CHANGES = (
    update(RestrictionScope).values(scope="filing"),
    update(Restriction).values(ends_at=None),
    update(Restriction).values(reasons="others"),
    update(Restriction).values(clauses=["JDT-01"]),
    update(Outcome).where(Outcome.kind == "restrict").values(target="buyer"),
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_was_changed_behind_the_draft_is_not_approved(case_id: int, change) -> None:
    digest = draft(case_id, restricts("seller", "everything"))
    ask(case_id)
    with writing() as session:
        session.execute(change)
    with pytest.raises(Refused, match="changed after you read it"):
        decide(case_id, digest, *LEAD)
    assert [row.state for row in found()] == ["proposed"]


def test_another_scope_another_side_or_another_remedy_is_another_draft(case_id: int) -> None:
    drafts = [
        draft(case_id, restricts("seller", "everything")),
        draft(case_id, restricts("seller", "everything", "filing")),
        draft(case_id, restricts("buyer", "everything")),
        draft(case_id, restricts("buyer", "everything"), kind="no_remedy"),
    ]
    assert len(set(drafts)) == len(drafts)


@pytest.mark.parametrize("machine", ("clock", "system", "shop"))
def test_no_machine_suspends_anybody(case_id: int, machine: str) -> None:
    draft(case_id, SUSPENSIONS[0])
    ask(case_id)
    with pytest.raises(Refused), turn(case_id, None, machine) as t:
        t.take("decide_restrict")


def test_on_top_of_a_decision_it_needs_a_second_person_too(case_id: int) -> None:
    decided(case_id, kind="partial_refund", amount=2_500)
    digest = draft(case_id, SUSPENSIONS[0])
    with pytest.raises(Refused, match="needs a second person"):
        decide(case_id, digest)
    ask(case_id)
    decide(case_id, digest, *LEAD)
    assert case_of(case_id).state == "account_restriction"


def test_what_is_no_restriction_is_not_drafted(case_id: int, cast: Cast) -> None:
    wrong = (
        ((), "Say whom you restrict"),
        ((restricts("buyer", "payouts"),), "Choose what is shut"),
        ((restricts("seller", "filing", reasons=" "),), "Write the reasons"),
        ((restricts("seller", "filing", ends=-MONTH),), "not in the past"),
        ((restricts("seller", "filing", starts=MONTH, ends=MONTH / 2),), "not in the past"),
    )
    for wanted, why in wrong:
        with pytest.raises(Refused, match=why):
            draft(case_id, *wanted)
    assert found() == [] and counterfeit(cast.jd_order, line=1)
