"""What pages cost: statements counted, plans on their indexes, the same at 500 and at 20,000 cases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql, sqlite

from disputes.auth.people import Person
from disputes.db import db
from disputes.desk import queries as desk
from disputes.inbox import queries as inbox
from disputes.models import Case, Clock, Outbox
from disputes.moment import real_now
from tests.cast import ADA, BEN, CLEO, Cast
from tests.crowd import crowd
from tests.pages import fields
from tests.turns import file_case

SIZES = (500, 20_000)
# DESIGN 8, and one more for a decision: its books (decision note 15).
BUDGET = {"queue": 3, "party": 8, "desk": 14, "step": 8, "decision": 15}


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements a request sends, but for BEGIN and COMMIT."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement not in ("BEGIN", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def case(app: Flask, cast: Cast, size: int) -> str:
    with app.app_context():
        crowd(cast.other_order, size)
        case_id = file_case(cast.jd_order, ADA)
        return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def test_every_page_and_step_keeps_to_its_budget(app: Flask, visit, case: str) -> None:
    ada, ben, cleo = visit(ADA), visit(BEN), visit(CLEO)
    url, spent = f"/cases/{case}", {}
    for name, browser, page in (
        ("queue", cleo, "/desk"),
        ("inbox", ben, "/inbox"),
        ("party", ada, url),
        ("party", ben, url),
    ):
        with counted(app) as seen:
            assert browser.get(page).status_code == 200
        spent[name] = seen
    version = fields(ben.get(f"{url}/refuse").text)["seen_version"]
    ben.post(f"{url}/refuse", data={"seen_version": version, "reason": "not_proven", "words": "No."})
    version = fields(ada.get(url).text, f"{url}/do/step_in")["seen_version"]
    with counted(app) as spent["step"]:
        assert ada.post(f"{url}/do/step_in", data={"seen_version": version}).status_code == 303
    data = {"kind": "partial_refund", "amount": "10", "reasons": "Because.", "clauses": "JDT-04"}
    cleo.post(f"{url}/decision", data={**fields(cleo.get(f"{url}/decision").text), **data})
    with counted(app) as spent["desk"]:
        assert cleo.get(f"/desk{url}").status_code == 200
    with counted(app) as spent["decision"]:
        data = fields_of_confirm(cleo, url, spent)
        assert cleo.post(f"{url}/decide", data=data).status_code == 303
    over = {name: (len(seen), seen) for name, seen in spent.items() if len(seen) > BUDGET.get(name, BUDGET["queue"])}
    assert over == {}, "\n".join(f"{name} {len(seen)}\n" + "\n".join(seen) for name, (_, seen) in over.items())


def fields_of_confirm(cleo, url: str, spent: dict[str, list[str]]) -> dict[str, str]:
    """What the confirming page sends; reading that page is not part of the decision's cost."""
    sent = fields(cleo.get(f"{url}/decide").text)
    spent["decision"].clear()
    return sent


def plan(query) -> str:
    """How the database would run a query."""
    dialect = sqlite.dialect() if db.engine.dialect.name == "sqlite" else postgresql.dialect()
    sql = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True, "render_postcompile": True}))
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    if db.engine.dialect.name == "postgresql":
        # A table of a few pages is rightly read whole; asked here is whether the index fits the query at all.
        db.session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = db.session.connection().exec_driver_sql(explain + sql.replace("%%", "%")).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.unplanned
def test_lists_and_sweeps_run_on_their_indexes(app: Flask, case: str, size: int) -> None:
    with app.app_context():
        cleo, ben = _person(CLEO), _person(BEN)
        now = real_now()
        plans = {
            "ix_case_": plan(desk.queue(cleo, "decide", (now, 1))),
            "ix_case_assignee": plan(desk.queue(cleo, "mine", None)),
            "ix_case_seller": plan(inbox.inbox(ben, "answer", None)),
            "ix_clock_due": plan(
                select(Clock.id).where(
                    Clock.closed_at.is_(None), Clock.paused_at.is_(None), Clock.due_at.is_not(None), Clock.due_at < now
                )
            ),
            "ix_outbox_pending": plan(
                select(Outbox.id)
                .where(Outbox.done_at.is_(None), Outbox.stuck_at.is_(None), Outbox.run_at <= now)
                .order_by(Outbox.run_at, Outbox.id)
                .limit(1)
            ),
        }
        for index, steps in plans.items():
            assert index in steps, (index, steps)


def _person(email: str) -> Person:
    from disputes.auth.people import load_person
    from disputes.auth.service import open_session
    from disputes.db import writing
    from tests.turns import person

    account = person(email)
    with writing():
        token = open_session(account, now=real_now(), browser="tests")
    found = load_person(token)
    assert found
    return found
