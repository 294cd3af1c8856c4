"""A case's page shows what the rules said at filing and at the decision, and that they differ where they do."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.service import Drafted
from disputes.models import Case, Decision, Order, Parcel, StoredVerdict
from disputes.moment import real_now
from disputes.offers import service as offers
from tests import restricting
from tests.cast import ADA, BEN, CLEO, LIN, OLA, Cast
from tests.turns import file_case, turn

DIFFERS = "The rules said something else by then"
SAME = "The rules said the same as when the case was opened."


def receipt(order_id: int, at) -> None:
    """When the order's parcel arrived, as far as the shop has told us."""
    with writing():
        changed = update(Parcel).where(Parcel.order_id == order_id).values(delivered_at=at)
        db.session.execute(changed)


@pytest.fixture
def case(app: Flask, cast: Cast) -> tuple[int, str]:
    """A case to decide: Ada changed her mind, and when her parcel arrived nobody knew."""
    with app.app_context():
        receipt(cast.jd_order, None)
        with writing():  # where no law is known that would answer in the shop's place
            db.session.execute(update(Order).where(Order.id == cast.jd_order).values(country="US"))
        case_id = file_case(cast.jd_order, ADA, reason="changed_mind", sub_reason="does_not_suit")
        with turn(case_id, BEN, "seller") as t:
            offers.refuse(t, reason="too_late", words="No.")
        with turn(case_id, ADA, "buyer") as t:
            offers.step_in(t)
        return case_id, db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def draft(app: Flask, case_id: int, reasons: str = "In time.") -> Decision:
    with app.app_context(), turn(case_id, CLEO, "reviewer") as t:
        return decisions.draft(t, Drafted("full_refund", None, reasons, (), ("JDT-04",)))


def decide(app: Flask, case_id: int) -> None:
    drafted = draft(app, case_id)
    with app.app_context(), turn(case_id, CLEO, "reviewer") as t:
        decisions.decide(t, digest=drafted.digest)


def shown(html: str) -> str:
    """The page's words."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_a_receipt_that_became_known_is_said_beside_what_was_said_before(app, cast, case, visit) -> None:
    case_id, public = case
    with app.app_context():
        receipt(cast.jd_order, real_now() - timedelta(days=2))
    decide(app, case_id)
    for person, url in ((ADA, "/cases/"), (BEN, "/cases/"), (CLEO, "/desk/cases/"), (OLA, "/audit/cases/")):
        told = shown(visit(person).get(url + public).text)
        before, _, after = told.partition("When it was decided ·")
        assert "When the case was opened ·" in before and "version 1.0.0" in before and "version 1.0.0" in after
        assert "The time limit cannot be worked out yet" in before
        assert DIFFERS in after and "You are in time." in after and SAME not in after


def test_the_same_answer_is_said_to_be_the_same(app, case, visit) -> None:
    decide(app, case[0])
    told = shown(visit(ADA).get(f"/cases/{case[1]}").text)
    assert SAME in told and DIFFERS not in told


@pytest.mark.parametrize("person", [ADA, BEN])
def test_what_the_rules_said_for_a_draft_is_the_desk_s_alone(app, cast, case, visit, person) -> None:
    before = shown(visit(person).get(f"/cases/{case[1]}").text)
    with app.app_context():
        receipt(cast.jd_order, real_now() - timedelta(days=2))
    draft(app, case[0])
    assert shown(visit(person).get(f"/cases/{case[1]}").text) == before
    told = shown(visit(CLEO).get(f"/desk/cases/{case[1]}").text)
    assert "The rules speak for a full refund." in told  # by what is known now


def test_a_draft_on_top_changes_nothing_that_a_side_reads(app, cast, case, visit) -> None:
    decide(app, case[0])
    before = shown(visit(ADA).get(f"/cases/{case[1]}").text)
    with app.app_context():
        receipt(cast.jd_order, real_now() - timedelta(days=2))
        restricting.draft(case[0], restricting.restricts("seller"))
    assert shown(visit(ADA).get(f"/cases/{case[1]}").text) == before


def test_drafts_that_another_took_the_place_of_leave_nothing(app, case) -> None:
    for reasons in ("One.", "Two.", "Three."):
        drafted = draft(app, case[0], reasons)
    with app.app_context():
        phases = db.session.scalars(select(StoredVerdict.phase).order_by(StoredVerdict.id)).all()
        assert phases == ["filing", f"decision:{drafted.id}"]


def test_the_desk_reads_what_the_rules_speak_for_and_no_side_does(app, case, visit) -> None:
    url = f"/cases/{case[1]}"
    told = shown(visit(CLEO).get(f"/desk{url}").text)
    assert "What the rules speak for" in told and "The rules do not decide this." in told
    assert "JDT-04" in told.partition("What the rules leave to you")[2]
    for person in (ADA, BEN):
        assert "What the rules speak for" not in visit(person).get(url).text
    decide(app, case[0])
    assert "What the rules speak for" not in visit(CLEO).get(f"/desk{url}").text
    assert "What the rules speak for" not in visit(LIN).get(f"/desk{url}").text
