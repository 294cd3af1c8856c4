"""What was changed about people and shops stands in their histories, and an auditor reads it."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from disputes.commands.verify import verify
from disputes.db import db, writing
from disputes.models import Account, Grant, HouseEvent
from tests.cast import ADA, DAN, LIN, OLA, SAM, Cast
from tests.pages import send
from tests.turns import person


@pytest.fixture
def changed(app: Flask, visit, cast: Cast) -> None:  # type: ignore[no-untyped-def]
    """Sam makes Dan a reviewer, sets limits and makes a key; Lin stops refunds."""
    with app.app_context():
        dan = db.session.scalars(select(Account.public_id).where(Account.email == DAN)).one()
    sam, lin = visit(SAM), visit(LIN)
    assert send(sam, f"/people/{dan}", {"role": "reviewer", "shop": "jd-3p"}).status_code == 303
    limits = {"name": "JD third-party", "refund_limit": "500", "daily_limit": ""}
    assert send(sam, "/shops/jd-3p", limits).status_code == 303
    assert sam.post("/shops/jd-3p/key").status_code == 200
    assert lin.post("/desk/switches/jd-3p/refunds/stop").status_code == 303


def test_before_anything_changed_the_page_says_so(visit, cast: Cast) -> None:
    assert "Nothing was changed yet" in visit(OLA).get("/audit/changes").text


def test_an_auditor_reads_who_changed_what(app: Flask, visit, changed) -> None:
    page = visit(OLA).get("/audit/changes").text
    for words in ("The role was given: reviewer", DAN, "Sam", "one decision", "500", "A secret for hand-off links",
                  "Outgoing refunds were stopped", "Lin"):  # fmt: skip
        assert words in page, words


def test_another_shop_s_changes_are_not_shown(app: Flask, visit, changed) -> None:
    with app.app_context(), writing():
        for mine in db.session.scalars(select(Grant).where(Grant.account_id == person(OLA), Grant.shop_id == "jd-3p")):
            db.session.delete(mine)
    page = visit(OLA).get("/audit/changes").text
    assert "Outgoing refunds" not in page and DAN not in page


def test_whose_account_is_shut_is_told_with_who_did_it(app: Flask, visit, cast: Cast) -> None:
    with app.app_context():
        ada = db.session.scalars(select(Account.public_id).where(Account.email == ADA)).one()
    visit(SAM).post(f"/people/{ada}/disable")
    visit(SAM).post(f"/people/{ada}/enable")
    page = visit(OLA).get("/audit/changes").text
    assert "The account was shut" in page and "The account was opened again" in page


def test_a_changed_history_of_a_shop_is_found_where_it_was_changed(app: Flask, changed, kind: str) -> None:
    assert app.test_cli_runner().invoke(verify).exit_code == 0
    with app.app_context():
        off = "DROP TRIGGER house_event_no_update" + (" ON house_event" if kind == "postgresql" else "")
        second = select(HouseEvent.id).where(HouseEvent.root == "shop", HouseEvent.seq == 2)
        with writing() as session:
            session.execute(text(off))
            session.execute(
                HouseEvent.__table__.update().where(HouseEvent.id == second.scalar_subquery()).values(role="lead")
            )
    result = app.test_cli_runner().invoke(verify)
    assert result.exit_code == 1 and "shop jd-3p: the history does not hold from event 2 on" in result.output


@pytest.mark.parametrize("statement", ("UPDATE house_event SET role = 'x'", "DELETE FROM house_event"))
def test_the_database_lets_nobody_change_a_history(app: Flask, changed, statement: str) -> None:
    with app.app_context(), pytest.raises(Exception, match="append-only"), writing() as session:
        session.execute(text(statement))
