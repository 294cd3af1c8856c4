"""Who pays what besides the goods: by the rules, else by a person with a reason; always all of it, never more."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from disputes.costs import service
from disputes.costs.service import Spent
from disputes.db import db, writing
from disputes.effects.books import balance
from disputes.effects.costs import owed_now
from disputes.models import Case, Cost, CostPayment, CostShare, Movement
from disputes.policies.costs import by_percent, split
from disputes.policies.reasons import Fault
from disputes.steps import Refused
from tests.cast import ADA, BEN, CLEO, LIN, Cast
from tests.turns import case_of, file_case, turn

CHOSEN = {"percents": {"seller": 50, "platform": 50}, "reasons": "Both were careless."}


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def case_id(cast: Cast) -> int:
    return file_case(cast.jd_order, ADA)


def record(case_id: int, spent: Spent, corrects: int | None = None) -> int:
    with turn(case_id, CLEO, "reviewer") as t:
        return service.record(t, spent, corrects=corrects).id


def shares(cost_id: int) -> dict[str, int]:
    return {share.payer: share.amount_minor for share in service.shares_of(cost_id)}


def way_back(minor: int, **more: object) -> Spent:
    return Spent("way_back", minor, "buyer", **more)  # type: ignore[arg-type]


def purse(case_id: int, *whose: tuple[str, int]) -> list[int]:
    case = case_of(case_id)
    return [balance(case.shop_id, one, case.currency) for one in whose]


def test_an_insurer_pays_up_to_its_tariff_and_the_next_in_the_chain_the_rest(case_id: int) -> None:
    cost = record(case_id, way_back(1_250, insured=True, tariff_minor=1_000))
    assert shares(cost) == {"insurer": 1_000, "platform": 250}
    assert db.session.get(Cost, cost).clauses == ["JDT-03", "JDT-15"]


def test_without_a_tariff_the_insurer_pays_all_and_without_an_insurer_the_next_does(case_id: int) -> None:
    assert shares(record(case_id, way_back(1_250, insured=True))) == {"insurer": 1_250}
    assert shares(record(case_id, way_back(1_250))) == {"platform": 1_250}


def test_whose_doing_it_was_decides_as_it_was_found_out(case_id: int) -> None:
    found = way_back(1_250, insured=True, tariff_minor=1_000, fault=Fault.BUYER)
    assert shares(record(case_id, found)) == {"insurer": 1_000, "buyer": 250}


def test_where_the_rules_say_nothing_a_person_chooses_and_says_why(case_id: int) -> None:
    for wrong, why in (({}, "rules don't say"), ({"percents": {"seller": 100}}, "say why")):
        with pytest.raises(Refused, match=why):
            record(case_id, Spent("customs", 1_001, "buyer", **wrong))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="100 percent"):
        record(case_id, Spent("customs", 1_001, "buyer", percents={"seller": 99}, reasons="Why."))
    cost = db.session.get(Cost, record(case_id, Spent("customs", 1_001, "buyer", **CHOSEN)))  # type: ignore[arg-type]
    assert shares(cost.id) == {"seller": 501, "platform": 500}
    assert (cost.clauses, cost.standing, cost.reasons) == ([], "not_stated", CHOSEN["reasons"])


def test_where_they_say_who_pays_nobody_else_does(case_id: int) -> None:
    with pytest.raises(Refused, match="rules say who pays"):
        record(case_id, way_back(1_250, **CHOSEN))  # type: ignore[arg-type]


@given(st.integers(1, 10**9), st.one_of(st.none(), st.integers(0, 10**9)), st.lists(st.integers(0, 100), max_size=3))
def test_a_split_comes_to_exactly_what_it_cost(minor: int, tariff: int | None, cuts: list[int]) -> None:
    for chain in (("insurer", "platform"), ("insurer", "buyer"), ("seller",)):
        assert sum(split(chain, minor, tariff).values()) == minor  # type: ignore[arg-type]
    ends = [0, *sorted(cuts), 100]
    percents = {f"party {at}": end - start for at, (start, end) in enumerate(zip(ends, ends[1:], strict=False))}
    assert sum(by_percent(minor, percents).values()) == minor


def test_what_others_bear_is_owed_to_whoever_laid_it_out(case_id: int) -> None:
    case = case_of(case_id)
    record(case_id, way_back(1_250, insured=True, tariff_minor=1_000))
    assert purse(case_id, ("due", case.buyer_id), ("insurer", 0), ("platform", 0)) == [1_250, -1_000, -250]
    assert owed_now(case_id) == 1_250
    record(case_id, Spent("loss", 400, "seller"))  # by the rules the seller's own: nothing moves
    before = purse(case_id, ("seller", case.seller_id))
    record(case_id, Spent("customs", 300, "seller", percents={"platform": 100}, reasons="We chose the carrier."))
    assert purse(case_id, ("seller", case.seller_id)) == [before[0] + 300] and owed_now(case_id) == 1_250


def test_a_cost_is_corrected_by_another_and_the_books_follow(case_id: int) -> None:
    case = case_of(case_id)
    first = record(case_id, way_back(1_250))
    second = record(case_id, way_back(1_000, insured=True), corrects=first)
    assert owed_now(case_id) == 1_000
    assert purse(case_id, ("due", case.buyer_id), ("insurer", 0), ("platform", 0)) == [1_000, -1_000, 0]
    with pytest.raises(Refused, match="corrected already"):
        record(case_id, way_back(1), corrects=first)
    record(case_id, way_back(0), corrects=second)
    assert owed_now(case_id) == 0
    assert purse(case_id, ("due", case.buyer_id), ("insurer", 0), ("platform", 0)) == [0, 0, 0]
    assert db.session.scalars(select(Cost.amount_minor).order_by(Cost.id)).all() == [1_250, 1_000, 0]


@pytest.mark.parametrize("table", (Cost, CostShare, CostPayment))
def test_no_row_is_ever_edited(case_id: int, table: type) -> None:
    record(case_id, way_back(1_250))
    with turn(case_id, LIN, "lead") as t:
        service.pay(t, amount_minor=1_250, reference="B-1")
    with pytest.raises(DatabaseError, match="never changed|append-only"), writing():
        db.session.execute(update(table).values(amount_minor=1))


def test_a_lead_pays_the_buyer_by_hand_once_and_only_what_is_owed(case_id: int) -> None:
    case = case_of(case_id)
    record(case_id, way_back(1_250))
    for minor in (0, 1_249, 1_251):
        with pytest.raises(Refused, match="nothing to pay"), turn(case_id, LIN, "lead") as t:
            service.pay(t, amount_minor=minor, reference="B-1")
    with turn(case_id, LIN, "lead") as t:
        service.pay(t, amount_minor=1_250, reference="B-1")
    with pytest.raises(Refused, match="nothing to pay"), turn(case_id, LIN, "lead") as t:
        service.pay(t, amount_minor=1_250, reference="B-1")
    assert purse(case_id, ("due", case.buyer_id)) == [0]
    assert db.session.scalars(select(Movement.what).order_by(Movement.id.desc())).first() == "cost_paid"


def test_a_seller_records_nothing(case_id: int) -> None:
    with pytest.raises(Refused), turn(case_id, BEN, "seller") as t:
        service.record(t, way_back(1_250))
    assert db.session.scalars(select(Cost)).all() == []


def test_the_sides_versions_stay_as_they_were(case_id: int) -> None:
    before = case_of(case_id).public_version
    record(case_id, way_back(1_250))
    assert db.session.scalars(select(Case.public_version).where(Case.id == case_id)).one() == before
