"""Who reads what is noted: cases and notes at the desk, files by anybody; once for each five minutes."""

import io
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from disputes.db import db, writing
from disputes.models import Account, Case, Evidence, Reading
from disputes.moment import real_now
from disputes.storage.attach import attach
from disputes.storage.store import receive
from tests.cast import ADA, BEN, CLEO, DAN, OLA, SAM, Cast
from tests.pages import send
from tests.turns import file_case, person

SECRET = "The buyer rang twice, sounds honest."


@pytest.fixture
def case(app: Flask, cast: Cast, tmp_path) -> Case:
    class Upload:
        filename, stream = "a.txt", io.BytesIO(b"a note")

    with app.app_context():
        case_id = file_case(cast.jd_order, ADA)
        files = receive(tmp_path, [Upload()])
        with writing():
            found = db.session.get(Case, case_id)
            attach(case_id, files, role="buyer", account_id=person(ADA), kind="filing", received_at=found.opened_at)
        return found


def read(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        query = select(Account.email, Reading.role, Reading.what).join(Reading, Reading.account_id == Account.id)
        return sorted(tuple(row) for row in db.session.execute(query))


def test_the_desk_s_page_is_noted_with_each_note_on_it(app: Flask, visit, case: Case) -> None:
    cleo = visit(CLEO)
    send(cleo, f"/cases/{case.public_id}/note", {"words": SECRET})
    assert SECRET in cleo.get(f"/desk/cases/{case.public_id}").text
    assert read(app) == [(CLEO, "reviewer", "case"), (CLEO, "reviewer", "note")]


def test_reloading_is_not_reading_again_but_coming_back_is(app: Flask, visit, case: Case) -> None:
    cleo = visit(CLEO)
    later = (real_now() + timedelta(hours=1)).replace(minute=1, second=0)
    with time_machine.travel(later, tick=False) as clock:
        for _ in range(3):
            cleo.get(f"/desk/cases/{case.public_id}")
        assert len(read(app)) == 1
        clock.shift(timedelta(minutes=6))
        cleo.get(f"/desk/cases/{case.public_id}")
    assert len(read(app)) == 2


def test_a_file_is_noted_whoever_reads_it(app: Flask, visit, case: Case) -> None:
    with app.app_context():
        url = f"/evidence/{db.session.scalars(select(Evidence.public_id)).one()}"
    for email in (ADA, BEN, CLEO, OLA):
        answer = visit(email).get(url)
        assert answer.status_code == 200 and answer.data == b"a note"
        answer.close()
    assert [visit(email).get(url).status_code for email in (DAN, SAM)] == [404, 404]
    assert read(app) == sorted(
        [(ADA, "buyer", "evidence"), (BEN, "seller", "evidence"), (CLEO, "reviewer", "evidence")]
        + [(OLA, "auditor", "evidence")]
    )


def test_a_page_that_cannot_be_noted_is_not_shown(app: Flask, visit, case: Case, monkeypatch) -> None:
    from disputes.db import Busy
    from disputes.desk import routes

    def busy(*_args: object) -> None:
        raise Busy

    monkeypatch.setattr(routes, "note_reading", busy)
    answer = visit(CLEO).get(f"/desk/cases/{case.public_id}")
    assert answer.status_code == 503 and case.ref not in answer.text


@pytest.mark.parametrize("statement", ("UPDATE reading SET role = 'x'", "DELETE FROM reading"))
def test_the_database_lets_nobody_unread_anything(app: Flask, visit, case: Case, statement: str) -> None:
    visit(CLEO).get(f"/desk/cases/{case.public_id}")
    with app.app_context(), pytest.raises(Exception, match="append-only"), writing() as session:
        session.execute(text(statement))
