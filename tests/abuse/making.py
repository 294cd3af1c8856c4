"""Cases that wait to be decided, and drafts of them, as the abuse of money needs them."""

from sqlalchemy import func, select, update

from disputes.db import db, writing
from disputes.decisions import service
from disputes.decisions.service import Drafted
from disputes.models import Case, Refund, Shop
from tests.cast import ADA, CLEO
from tests.turns import file_case, turn

LIMIT = 2_000


def limit(**columns: int | None) -> None:
    """Set limits of every shop."""
    with writing() as session:
        session.execute(update(Shop).values(**columns))


def waiting(order_id: int, line: int = 0) -> int:
    """A case of Ada's that waits to be decided."""
    return file_case(order_id, ADA, reason="counterfeit", sub_reason="signs_of_fake", line=line)


def draft(case_id: int, amount: int | None = LIMIT + 1, who: str = CLEO, role: str = "reviewer") -> str:
    """Write a draft of a part refund, or of a full one without an amount; returns its digest."""
    kind = "partial_refund" if amount else "full_refund"
    with turn(case_id, who, role) as t:
        return service.draft(t, Drafted(kind, amount, "The seal is missing.", [], ["JDT-03"])).digest


def ask(case_id: int, who: str = CLEO, role: str = "reviewer") -> None:
    """Ask a second person."""
    with turn(case_id, who, role) as t:
        service.ask_second(t)


def asked(order_id: int) -> str:
    """A case whose draft is over the limit and waits for a lead: its public id."""
    limit(refund_limit_minor=LIMIT)
    case_id = waiting(order_id)
    draft(case_id)
    ask(case_id)
    return public(case_id)


def public(case_id: int) -> str:
    """A case's public id."""
    return db.session.scalars(select(Case.public_id).where(Case.id == case_id)).one()


def refunds() -> list[int]:
    """What was ever promised back, each in minor units."""
    db.session.rollback()
    return list(db.session.scalars(select(Refund.amount_minor).order_by(Refund.amount_minor)))


def promised() -> int:
    """The same together, as the captures have it."""
    from disputes.models import Capture

    both = Capture.refund_reserved_minor + Capture.refunded_minor
    return int(db.session.scalar(select(func.sum(both))) or 0)
