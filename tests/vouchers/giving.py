"""Give vouchers without HTTP, and look at them."""

from sqlalchemy import select

from disputes.db import db
from disputes.models import Voucher
from disputes.outbox.handlers.voucher import code
from disputes.outbox.worker import drain
from disputes.vouchers import service
from tests.cast import CLEO, LIN
from tests.turns import turn

WORDS = "canary-we are sorry that it took so long"


def give(case_id: int, amount: int, *, number: int | None = None, who: str = CLEO, role: str = "reviewer",
         words: str = WORDS, run: bool = True) -> Voucher:  # fmt: skip
    """Cleo gives a voucher; the worker hands it over and writes the letter."""
    with turn(case_id, who, role) as t:
        given = service.give(t, number=number or service.next_number(case_id), amount_minor=amount, words=words)
    if run:
        drain()
        drain()
    return given


def answer(case_id: int, public_id: str, *, approve: bool = True, who: str = LIN, role: str = "lead") -> None:
    with turn(case_id, who, role) as t:
        service.answer(t, public_id, approve=approve)
    drain()
    drain()


def vouchers() -> list[Voucher]:
    """All of them, as they stand."""
    db.session.rollback()
    return list(db.session.scalars(select(Voucher).order_by(Voucher.id).execution_options(populate_existing=True)))


def code_of(voucher: Voucher) -> str:
    return code(voucher)
