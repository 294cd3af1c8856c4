"""The queue and a case's page, in a house with few cases and in one with many."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from disputes.db import db
from disputes.models import Case
from tests.bench.measure import Report, interleaved, ms, p50
from tests.bench.place import Make
from tests.cast import ADA, CLEO, Cast
from tests.crowd import crowd
from tests.signing import sign_in_as
from tests.turns import file_case

GOAL = 1.2
AT_ONCE = 20_000  # rows written in one go
PAGES = ("the queue", "a case's page")


def measure(make: Make, report: Report, sizes: tuple[int, int], rounds: int) -> None:
    """How much slower a page is where there are many more cases."""
    few, many = sizes
    visits = {size: _house(*make(f"of_{size}"), size) for size in sizes}
    acts = {f"{page} {size}": visits[size][n] for size in sizes for n, page in enumerate(PAGES)}
    times = interleaved(rounds, acts)
    for page in PAGES:
        before, after = p50(times[f"{page} {few}"]), p50(times[f"{page} {many}"])
        report.add(
            f"{page} at {many:,} cases / at {few:,} (goal {GOAL})", after / before, f"{ms(after)} / {ms(before)}"
        )


def _house(app: Flask, cast: Cast, size: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """What a reviewer opens: the queue, and the page of one case."""
    with app.app_context():
        for done in range(0, size, AT_ONCE):
            crowd(cast.other_order, min(AT_ONCE, size - done))
        case_id = file_case(cast.jd_order, ADA)
        case = db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()
        db.session.remove()
    cleo = app.test_client()
    sign_in_as(app, cleo, CLEO)
    return _opens(cleo, "/desk"), _opens(cleo, f"/desk/cases/{case}")


def _opens(browser: FlaskClient, page: str) -> Callable[[], None]:
    def act() -> None:
        answer = browser.get(page)
        assert answer.status_code == 200, (page, answer.status_code)

    return act
