"""How much can be handed in: per case, and per person and hour."""

import io

import pytest
from flask import Flask
from sqlalchemy import select, update

from disputes.db import db, writing
from disputes.models import Case, Evidence
from disputes.storage.sniff import CASE_BYTES
from tests.cast import ADA, BEN, Cast
from tests.pages import send
from tests.turns import file_case


@pytest.fixture
def case(app: Flask, cast: Cast) -> str:
    with app.app_context():
        file_case(cast.jd_order, ADA)
        return db.session.scalars(select(Case.public_id)).one()


def add(browser, case: str):  # type: ignore[no-untyped-def]
    data = {"kind": "photo_of_item", "files": (io.BytesIO(b"a note"), "a.txt")}
    return send(browser, f"/cases/{case}/evidence", data)


def test_the_files_of_a_case_have_room_together_and_no_more(app: Flask, visit, case: str) -> None:
    ada = visit(ADA)
    assert add(ada, case).status_code == 303
    with app.app_context(), writing() as session:
        session.execute(update(Evidence).values(size=CASE_BYTES - 6))
    assert add(visit(BEN), case).status_code == 303
    full = add(ada, case)
    assert full.status_code == 413 and "up to 200 MB together" in full.text


def test_whoever_sends_files_too_often_is_told_and_can_still_write(app: Flask, visit, case: str, settings) -> None:
    object.__setattr__(settings, "upload_limit", "2 per hour")
    ada, ben = visit(ADA), visit(BEN)
    assert [add(ada, case).status_code for _ in range(2)] == [303, 303]
    question = {"words": "My question.", "files": (io.BytesIO(b"a note"), "a.txt")}
    over = send(ada, f"/cases/{case}/ask", question)
    assert over.status_code == 429
    assert "You have sent files too often within an hour." in over.text and "My question." in over.text
    assert send(ada, f"/cases/{case}/ask", {"words": "My question."}).status_code == 303
    assert add(ben, case).status_code == 303
