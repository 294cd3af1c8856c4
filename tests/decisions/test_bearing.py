"""Who bears a refund: the seller, or in part the platform; a buyer for proven fraud alone, and by two people."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from disputes.appeals import service as appeals
from disputes.db import db
from disputes.decisions import service as decisions
from disputes.effects.books import balance
from disputes.models import Decision, Evidence, Outcome, Refund
from disputes.offers import service as offers
from disputes.outbox.kept import changed_texts
from disputes.refunds import service as refunds
from disputes.steps import Refused
from disputes.storage.attach import attach
from disputes.storage.store import receive
from tests.cast import ADA, BEN, CLEO, LIN, RITA, Cast
from tests.turns import file_case, person, turn

SELLER, PLATFORM = ("seller", 1), ("platform", 0)


@pytest.fixture(autouse=True)
def inside(app: Flask):
    with app.app_context():
        yield


@pytest.fixture
def case_id(cast: Cast) -> int:
    """A case before a reviewer."""
    case_id = file_case(cast.jd_order, ADA)
    with turn(case_id, BEN, "seller") as t:
        offers.refuse(t, reason="not_proven", words="No.")
    with turn(case_id, ADA, "buyer") as t:
        offers.step_in(t)
    return case_id


def decide(case_id: int, kind: str, amount: int | None = None, *, by: str = CLEO, **more) -> Decision:
    exhibits = more.pop("exhibits", ())
    with turn(case_id, by, "reviewer") as t:
        draft = decisions.draft(t, decisions.Drafted(kind, amount, "Because.", exhibits, ("JDT-04",), **more))
    with turn(case_id, by, "reviewer") as t:
        return decisions.decide(t, digest=draft.digest)


def test_without_a_word_about_it_the_seller_bears_all(case_id: int) -> None:
    before = balance("jd-3p", SELLER, "CNY")
    decide(case_id, "partial_refund", 2_500)
    assert balance("jd-3p", SELLER, "CNY") == before - 2_500
    assert balance("jd-3p", PLATFORM, "CNY") == 0


def test_the_platform_bears_its_part_and_the_seller_the_rest(case_id: int) -> None:
    before = balance("jd-3p", SELLER, "CNY")
    decide(case_id, "partial_refund", 2_500, platform_minor=1_000)
    assert balance("jd-3p", SELLER, "CNY") == before - 1_500
    assert balance("jd-3p", PLATFORM, "CNY") == -1_000
    assert db.session.scalars(select(Refund.platform_minor)).one() == 1_000


def test_the_platform_never_bears_more_than_goes_back(case_id: int) -> None:
    with pytest.raises(Refused, match="more than goes back"):
        decide(case_id, "partial_refund", 2_500, platform_minor=2_501)


def test_who_bears_it_is_part_of_what_a_second_person_approves(case_id: int) -> None:
    digests = set()
    for part in (0, 500):
        with turn(case_id, CLEO, "reviewer") as t:
            drafted = decisions.Drafted("partial_refund", 2_500, "Because.", (), ("JDT-04",), platform_minor=part)
            digests.add(decisions.draft(t, drafted).digest)
    assert len(digests) == 2


def exhibit(case_id: int, folder: Path) -> int:
    """A file Ben handed in; its number."""

    class Upload:
        filename, stream = "photo.txt", BytesIO(b"the same photo")

    files = receive(folder, [Upload()])
    with turn(case_id, BEN, "seller") as t:
        attach(case_id, files, role="seller", account_id=t.actor.id, kind="message", received_at=t.now)
    return db.session.scalars(select(Evidence.number).where(Evidence.case_id == case_id)).one()


def appealed(case_id: int) -> None:
    decide(case_id, "partial_refund", 2_500)
    with turn(case_id, BEN, "seller") as t:
        appeals.appeal(t, ground="new_evidence", words="The photo is from another shop.")


def test_fraud_takes_proof_and_two_people_and_then_the_buyer_owes_it(case_id: int, tmp_path) -> None:
    appealed(case_id)
    number = exhibit(case_id, tmp_path)
    with pytest.raises(Refused, match="exhibit that proves"):
        decide(case_id, "no_remedy", by=RITA, fraud=True)
    with pytest.raises(Refused, match="takes two people"):
        decide(case_id, "no_remedy", by=RITA, fraud=True, exhibits=(number,))
    with turn(case_id, RITA, "reviewer") as t:
        drafted = decisions.Drafted("no_remedy", None, "A fraud.", (number,), ("JDT-04",), fraud=True)
        draft = decisions.draft(t, drafted)
    with turn(case_id, RITA, "reviewer") as t:
        decisions.ask_second(t)
    with turn(case_id, LIN, "lead") as t:
        decisions.decide(t, digest=draft.digest)
    owed = db.session.scalars(select(Outcome).where(Outcome.kind == "debit_buyer", Outcome.state == "ordered")).one()
    assert owed.amount_minor == 2_500
    with turn(case_id, LIN, "lead") as t:
        refunds.confirm_paid(t, outcome_id=owed.id, reference="collected")
    assert balance("jd-3p", ("buyer", person(ADA)), "CNY") == -2_500
    assert changed_texts()[1] == [], "the reference stands in the history"


def test_without_fraud_a_seller_who_wins_is_paid_by_the_platform_and_the_buyer_keeps_it(case_id: int) -> None:
    appealed(case_id)
    decide(case_id, "no_remedy", by=RITA)
    kinds = db.session.scalars(select(Outcome.kind).order_by(Outcome.id)).all()
    assert "credit_seller" in kinds and "debit_buyer" not in kinds


def test_where_nothing_is_to_be_taken_nobody_says_fraud(case_id: int, tmp_path) -> None:
    number = exhibit(case_id, tmp_path)
    with pytest.raises(Refused, match="nothing to take back"):
        decide(case_id, "no_remedy", fraud=True, exhibits=(number,))
