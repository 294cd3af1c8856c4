"""Bad input of every kind gets a 4xx with a plain reason, and what was typed is still there."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from disputes.db import db
from disputes.models import Case, Evidence, Message, Order
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, Cast
from tests.pages import fields, send
from tests.turns import HOUR, file_case, notice

GOOD: dict[str, Any] = {
    "lines-0-chosen": "y", "lines-0-quantity": "1", "reason": "not_as_described", "sub_reason": "defective",
    "wish": "full_refund", "words": "Neither lamp lights up.", "do": "send",
}  # fmt: skip
BAD_FILINGS: dict[str, tuple[dict[str, Any], str]] = {
    "no item": ({"lines-0-chosen": ""}, "Choose at least one item."),
    "more than bought": ({"lines-0-quantity": "3"}, "Not more than was bought."),
    "none of an item": ({"lines-0-quantity": "0"}, "Not more than was bought."),
    "a word for a number": ({"lines-0-quantity": "two"}, "Not a valid integer value."),
    "no reason": ({"reason": ""}, "Please choose what happened."),
    "an unknown reason": ({"reason": "boredom"}, "Not a valid choice."),
    "a sub-reason of another reason": ({"sub_reason": "lost"}, "Please choose what fits best."),
    "a wish that does not fit": ({"wish": "cancellation"}, "That does not go with what happened."),
    "no words": ({"words": "  "}, "Please say in a few words what happened."),
    "too many words": ({"words": "x" * 5001}, "cannot be longer than 5000"),
    "a part without amount": ({"wish": "partial_refund"}, "Please enter an amount"),
    "a part as large as the whole": ({"wish": "partial_refund", "wish_amount": "60"}, "A part is less than"),
    "half a cent": ({"wish": "partial_refund", "wish_amount": "1.005"}, "at most 2 decimals"),
    "a negative amount": ({"wish": "partial_refund", "wish_amount": "-5"}, "cannot be less than nothing"),
    "not a number": ({"wish": "partial_refund", "wish_amount": "NaN"}, "Please enter an amount"),
    "an exponent": ({"wish": "partial_refund", "wish_amount": "1e1"}, "Please enter an amount"),
}
BAD_FILES: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "is empty"),
    "a page dressed as a picture": (b"<html><script>alert(1)</script>", "photo.png"),
    "a program": (b"MZ\x90\x00\x03" + bytes(200), "is not a photo"),
    "a drawing that can run script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo.png"),
    "an archive": (b"PK\x03\x04" + bytes(100), "is not a photo"),
}


@pytest.fixture
def page(app: Flask, cast: Cast) -> str:
    with app.app_context():
        order = db.session.scalars(select(Order.public_id).where(Order.id == cast.jd_order)).one()
    return f"/orders/{order}/case/new"


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("name", BAD_FILINGS)
def test_a_filing_that_cannot_be_taken_says_why_and_keeps_every_word(app, visit, page: str, name: str) -> None:
    change, reason = BAD_FILINGS[name]
    answer = send(visit(ADA), page, {**GOOD, **change})
    assert answer.status_code == 422 and reason in answer.text, answer.text
    typed = {**GOOD, **change}["words"].strip()
    assert typed in answer.text
    assert count(app, Case) == 0


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_of_another_kind_is_not_taken(app: Flask, visit, page: str, name: str, tmp_path) -> None:
    content, reason = BAD_FILES[name]
    answer = send(visit(ADA), page, {**GOOD, "files": (io.BytesIO(content), "photo.png")})
    if name in ("a page dressed as a picture", "a drawing that can run script"):
        # Plain text is taken as plain text: it is stored and served as that, never as a page.
        assert answer.status_code == 303
        with app.app_context():
            assert db.session.scalars(select(Evidence.media_type)).one() == "text/plain"
        return
    assert answer.status_code == 422 and reason in answer.text
    assert "Neither lamp lights up." in answer.text
    assert count(app, Case) == 0
    assert [f for f in (tmp_path / "evidence").rglob("*") if f.is_file()] == []


def test_a_file_that_is_too_large_is_refused_and_removed(app: Flask, visit, page: str, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("disputes.storage.store.FILE_BYTES", 100_000)
    large = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
    answer = send(visit(ADA), page, {**GOOD, "files": (io.BytesIO(large), "huge.png")})
    assert answer.status_code == 422 and "larger than" in answer.text
    assert [f for f in (tmp_path / "evidence").rglob("*") if f.is_file()] == []


def test_a_request_larger_than_everything_allowed_is_refused(app: Flask, visit, page: str) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = visit(ADA).post(page, data={**GOOD, "words": "x" * 2000})
    assert answer.status_code == 413 and "too large" in answer.text


def test_evidence_is_served_as_an_attachment_whatever_its_name(app: Flask, visit, page: str) -> None:
    name = "..\\../evil\u202egnp.html"
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    assert send(visit(ADA), page, {**GOOD, "files": (io.BytesIO(png), name)}).status_code == 303
    with app.app_context():
        exhibit = db.session.scalars(select(Evidence)).one()
    answer = visit(ADA).get(f"/evidence/{exhibit.public_id}")
    assert answer.data == png
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert exhibit.filename == "evilgnp.html.png"
    answer.close()


def test_a_late_answer_is_refused_and_its_text_kept_on_the_case(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
        notice(case_id, "seller_response", real_now() - 48 * HOUR - HOUR / 3600)
    ben, url = visit(BEN), f"/cases/{case}/refuse"
    typed = {**fields(ben.get(url).text), "reason": "not_proven", "words": "A second too late."}
    for _ in range(2):  # sent twice by somebody in a hurry, kept once
        proof = (io.BytesIO(b"the test sheet"), "sheet.txt")
        answer = ben.post(url, data={**typed, "files": proof}, content_type="multipart/form-data")
        assert answer.status_code == 409
        assert "A second too late." in answer.text and "marked as late" in answer.text
    with app.app_context():
        kept = db.session.scalars(select(Message).where(Message.kind == "late")).one()
        assert kept.body == "A second too late." and kept.late_by_s in (1, 2)
        assert db.session.scalars(select(Case.state)).one() == "investigated"
        assert db.session.scalars(select(Evidence.filename)).all() == ["sheet.txt"]
    assert "A second too late." in visit(CLEO).get(f"/desk/cases/{case}").text


def test_a_stale_page_is_told_what_happened_and_keeps_the_text(app: Flask, cast: Cast, visit) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
    ben = visit(BEN)
    old = fields(ben.get(f"/cases/{case}/refuse").text)
    assert send(visit(ADA), f"/cases/{case}/ask", {"words": "Is anybody there?"}).status_code == 303
    answer = ben.post(f"/cases/{case}/refuse", data={**old, "reason": "other", "words": "My long reply."})
    assert answer.status_code == 409
    for text in ("Someone has acted on this case", "Is anybody there?", "My long reply."):
        assert text in answer.text


@pytest.mark.parametrize("seen", ("", "x", "1.5", "99999999999999999999999"))
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(app: Flask, cast: Cast, visit, seen: str) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id)).one()
    answer = visit(ADA).post(f"/cases/{case}/close", data={"seen_version": seen})
    assert answer.status_code in (400, 409)
    with app.app_context():
        assert db.session.scalars(select(Case.state)).one() == "seller_contacted"


FAR = ("9" * 30, "-1")
EDGES = ("0001-01-01T00:00:00%2B14:00_1", "9999-12-31T23:59:59-14:00_1")


@pytest.mark.parametrize(
    "query",
    (
        "?after=x", "?after=2026-01-01_1", "?after=_", "?tab=nonsense",
        *(f"?after=2026-01-01T00:00:00%2B00:00_{number}" for number in FAR), *(f"?after={edge}" for edge in EDGES),
    ),
)  # fmt: skip
def test_a_list_with_a_made_up_place_answers_plainly(visit, cast: Cast, query: str) -> None:
    for who, page in ((CLEO, "/desk"), (BEN, "/inbox"), (ADA, "/cases")):
        assert visit(who).get(page + query).status_code in (200, 400, 404)


@pytest.mark.parametrize("call", ("", "yesterday", "2020-01-01T10:00:00+00:00", "2099-01-01T10:00:00+00:00"))
def test_a_caller_s_case_needs_the_time_of_the_call(visit, page: str, call: str) -> None:
    assert visit(CLEO).get(page, query_string={"call": call}).status_code == 400


def test_a_token_of_somebody_else_s_files_is_refused(app: Flask, visit, page: str) -> None:
    answer = send(visit(ADA), page, {**GOOD, "kept": "WyJmb28iXQ.forged"})
    assert answer.status_code == 400 and count(app, Case) == 0


@pytest.mark.parametrize(
    "change", ({"kind": ""}, {"kind": "partial_refund", "amount": "1000"}, {"reasons": ""}, {"clauses": ""})
)
def test_a_decision_without_reasons_amount_or_ground_is_not_saved(app: Flask, cast: Cast, visit, change) -> None:
    with app.app_context():
        file_case(cast.jd_order, ADA, reason="counterfeit", sub_reason="signs_of_fake")
        case = db.session.scalars(select(Case.public_id)).one()
    good = {"kind": "full_refund", "reasons": "Since the seal is missing.", "clauses": "JDT-03"}
    cleo = visit(CLEO)
    offered = cleo.get(f"/cases/{case}/decision").text
    good["clauses"] = offered.split('name="clauses"')[1].split('value="')[1].split('"')[0]
    answer = send(cleo, f"/cases/{case}/decision", {**good, **change})
    assert answer.status_code == 422, answer.status_code
    assert ("Since the seal is missing." in answer.text) == ("reasons" not in change)


@pytest.mark.parametrize("path", ("/orders/%00", "/orders?after=%00", "/cases/%00", "/evidence/%00"))
def test_a_nul_in_an_address_is_no_more_than_a_bad_address(visit, cast: Cast, path: str) -> None:
    assert visit(ADA).get(path).status_code == 400


def test_a_nul_in_a_field_never_breaks_anything(visit, cast: Cast) -> None:
    answer = visit(None).post("/sign-in", data={"email": "a\0@example.org", "password": "x"})
    assert answer.status_code in (400, 422)
