"""The books as staff read them: what moved, from whom to whom, by whose decision and on which clause."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.books import routes
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.models import Case, Seller
from disputes.offers import service as offers
from tests.banking import bank_says, dispute
from tests.cast import ADA, BEN, CLEO, LIN, OLA, SAM, Cast, grant
from tests.turns import file_case, person, turn


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    """A case decided for 25.00 on a clause, on a payment the bank took 1.00 of. Its ref."""
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        with turn(case_id, BEN, "seller") as t:
            offers.refuse(t, reason="not_proven", words="No.")
        with turn(case_id, ADA, "buyer") as t:
            offers.step_in(t)
        with turn(case_id, CLEO, "reviewer") as t:
            draft = decisions.draft(t, decisions.Drafted("partial_refund", 2_500, "Because.", (), ("JDT-04",)))
        with turn(case_id, CLEO, "reviewer") as t:
            decisions.decide(t, digest=draft.digest)
        bank_says(dispute(amount=100))
        return db.session.scalars(select(Case.ref)).one()


def rows(browser, **asked: str) -> list[dict[str, str]]:
    text = browser.get("/desk/books/books.csv", query_string=asked).text
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_movement_says_what_from_whom_to_whom_by_whom_and_on_which_clause(visit, case: str) -> None:
    shown = visit(CLEO).get("/desk/books", query_string={"case": case}).text
    assert "Refund decided" in shown and "¥25.00" in shown and "JDT-04" in shown and "Cleo" in shown
    found = [row for row in rows(visit(CLEO), case=case) if row["what"] == "refund_promised"]
    assert [(r["from"], r["from_whom"], r["to"], r["to_whom"], r["amount"], r["by"]) for r in found] == [
        ("seller", "Ben's Lamps", "due", "Ada", "25.00", "Cleo")
    ]


def test_the_sums_are_nothing_all_together(visit, case: str) -> None:
    signed: dict[str, int] = {}
    for row in rows(visit(CLEO)):
        minor = round(float(row["amount"]) * 100)
        signed[row["from"]] = signed.get(row["from"], 0) - minor
        signed[row["to"]] = signed.get(row["to"], 0) + minor
    assert sum(signed.values()) == 0
    assert signed["due"] == 2_500


def test_what_the_bank_took_is_found_with_the_case_and_the_page_sums_it_up(visit, case: str) -> None:
    assert {row["what"] for row in rows(visit(CLEO), case=case)} >= {"refund_promised", "chargeback"}
    assert not rows(visit(CLEO), case="NONE-0000")
    page = visit(CLEO).get("/desk/books", query_string={"case": case}).text
    sums = page.split("<tbody>")[1].split("</tbody>")[0]
    assert "promised to the buyer" in sums and "25.00" in sums and "¥0.00<" not in sums


def test_a_file_that_would_be_cut_off_is_not_made(visit, case: str, monkeypatch) -> None:
    monkeypatch.setattr(routes, "MOST_LINES", 1)
    answer = visit(CLEO).get("/desk/books/books.csv")
    assert answer.status_code == 422 and "more than 1 lines" in answer.text
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_a_month_that_is_none_makes_no_file(visit, case: str) -> None:
    assert visit(CLEO).get("/desk/books/books.csv", query_string={"month": "soon"}).status_code == 422


def test_they_are_found_by_order_seller_month_and_shop(visit, case: str) -> None:
    browser = visit(LIN)
    assert {row["order"] for row in rows(browser, order="JD-1001")} == {"JD-1001"}
    assert {row["order"] for row in rows(browser, seller="Nia")} == {"JD-1002"}
    assert {row["shop"] for row in rows(browser, shop="catawiki")} == {"Catawiki"}
    assert rows(browser, month="1999-01") == []
    month = rows(browser, order="JD-1001")[0]["at"][:7]
    assert rows(browser, order="JD-1001", month=month) != []


def test_a_month_that_is_none_says_so_and_finds_nothing(visit, case: str) -> None:
    answer = visit(CLEO).get("/desk/books", query_string={"month": "March"})
    assert answer.status_code == 422 and "Write it as 2026-03." in answer.text and "Nothing found" in answer.text


def test_a_seller_named_like_a_formula_is_only_a_name_in_the_file(app: Flask, visit, case: str) -> None:
    with app.app_context(), writing():
        db.session.execute(update(Seller).where(Seller.name == "Ben's Lamps").values(name='=HYPERLINK("x")'))
    names = {row["from_whom"] for row in rows(visit(CLEO))}
    assert '\'=HYPERLINK("x")' in names and '=HYPERLINK("x")' not in names


def test_auditors_read_them_parties_and_admins_do_not(visit, case: str) -> None:
    assert visit(OLA).get("/desk/books").status_code == 200
    for who in (ADA, BEN, SAM):
        assert visit(who).get("/desk/books").status_code in (403, 404)


def test_staff_who_sell_or_bought_see_nothing_of_their_own(app: Flask, visit, case: str) -> None:
    with app.app_context(), writing():
        for who in (ADA, BEN):
            grant(person(who), "reviewer", "jd-3p")
    for who in (ADA, BEN):
        assert {row["order"] for row in rows(visit(who))} == {"JD-1002"}


def test_a_shop_where_nothing_was_compared_says_so(visit, cast: Cast) -> None:
    assert "Nothing was compared yet" in visit(CLEO).get("/desk/books/reconciliation").text
