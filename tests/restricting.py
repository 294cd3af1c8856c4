"""Restrict somebody in a case, through the services, and let the worker carry it out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from disputes.db import db
from disputes.decisions import service as decisions
from disputes.decisions.restricting import Restricts
from disputes.decisions.service import Drafted
from disputes.models import Restriction
from disputes.moment import real_now
from disputes.outbox.worker import drain
from tests.cast import ADA, CLEO, LIN
from tests.turns import file_case, turn

ALONE = "account_restriction"
WHY = "canary-three parcels with stones instead of lamps"
CLAUSE = "JDT-03"
MONTH = timedelta(days=30)


def counterfeit(order_id: int, line: int = 0) -> int:
    """A case of Ada's that waits for a decision."""
    return file_case(order_id, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=line)


def restricts(
    side: str = "seller", *scopes: str, ends: timedelta | None = MONTH, starts: timedelta | None = None,
    now: datetime | None = None, reasons: str = WHY,
) -> Restricts:  # fmt: skip
    """A restriction of a side, of filing if nothing else is said, for a month."""
    now = now or real_now()
    starts_at = now + starts if starts is not None else None
    return Restricts(side, scopes or ("filing",), starts_at, now + ends if ends else None, reasons, (CLAUSE,))


def draft(
    case_id: int, *wanted: Restricts, kind: str = ALONE, amount: int | None = None, cancel: bool = False,
    who: str = CLEO, role: str = "reviewer", at: datetime | None = None,
) -> str:  # fmt: skip
    """Write a draft; returns its digest."""
    drafted = Drafted(kind, amount, "The seal is missing.", [], [CLAUSE], cancel, wanted)
    with turn(case_id, who, role, at=at) as t:
        return decisions.draft(t, drafted).digest


def ask(case_id: int, who: str = CLEO, role: str = "reviewer") -> None:
    with turn(case_id, who, role) as t:
        decisions.ask_second(t)


def decide(case_id: int, digest: str, who: str = CLEO, role: str = "reviewer", at: datetime | None = None) -> None:
    with turn(case_id, who, role, at=at) as t:
        decisions.decide(t, digest=digest)


def decided(case_id: int, *wanted: Restricts, suspends: bool = False, run: bool = True, **about: object) -> None:
    """Draft and decide, with a second person where a suspension needs one; then let the worker run."""
    digest = draft(case_id, *wanted, **about)  # type: ignore[arg-type]
    if suspends:
        ask(case_id)
    decide(case_id, digest, *((LIN, "lead") if suspends else (CLEO, "reviewer")))
    if run:
        drain()


def found(case_id: int | None = None) -> Sequence[Restriction]:
    """The restrictions of a case, or all of them, as they stand."""
    db.session.rollback()
    query = select(Restriction).order_by(Restriction.id)
    return db.session.scalars(query if case_id is None else query.where(Restriction.case_id == case_id)).all()


def the_one() -> Restriction:
    """The only restriction there is."""
    (row,) = found()
    return row
