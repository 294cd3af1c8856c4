"""Give a voucher, approve it, turn it down."""

from sqlalchemy import func, select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.words import Words
from disputes.models import Voucher
from disputes.text import N_, Text
from disputes.web.secret import code_of, hash_of, new_salt
from disputes.workflows.core import Refused
from disputes.workflows.voucher import COUNTS, VOUCHER

GIVEN = Text(N_("Somebody has given a voucher here since you opened this. Look again before you give another."))
GONE = Text(N_("There is no such voucher in this case."))


def next_number(case_id: int) -> int:
    """The number of the next voucher of a case."""
    return (db.session.scalar(select(func.max(Voucher.number)).where(Voucher.case_id == case_id)) or 0) + 1


def give(turn: Turn, *, number: int, amount_minor: int, words: str) -> Voucher:
    """Give a voucher, or ask a lead where all of the case together go over the shop's limit. The form names its
    `number`, so that it gives once: sent again it finds what it gave. Refused when another has that number."""
    typed = Words.typed(words)
    query = select(Voucher).where(Voucher.case_id == turn.case.id, Voucher.number == number)
    had = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if had is not None and (had.given_by, had.amount_minor, had.words) == (turn.actor.id, amount_minor, typed.body):
        return had
    if had is not None or number != next_number(turn.case.id):
        raise Refused(GIVEN)
    salt = new_salt()
    voucher = Voucher(
        case_id=turn.case.id, number=number, amount_minor=amount_minor, currency=turn.case.currency, words=typed.body,
        salt=typed.salt, code_salt=salt, code_hash=hash_of(code_of(salt, "voucher")), given_by=turn.actor.id,
        state=VOUCHER.begin.dest, version=1, planned_at=turn.now, changed_at=turn.now,
    )  # fmt: skip
    db.session.add(voucher)
    db.session.flush()
    turn.take(_trigger(turn, voucher), record=voucher)
    return voucher


def _trigger(turn: Turn, voucher: Voucher) -> str:
    mine = Voucher.case_id == turn.case.id, Voucher.state.in_(COUNTS)
    total = db.session.scalar(select(func.sum(Voucher.amount_minor)).where(*mine)) or 0
    limit = turn.shop.voucher_limit_minor
    return "give" if limit is None or total <= limit else "ask_lead"


def answer(turn: Turn, public_id: str, *, approve: bool) -> None:
    """A lead gives what somebody else wrote, or does not. Refused when it is not there, or answered already."""
    query = select(Voucher).where(Voucher.public_id == public_id, Voucher.case_id == turn.case.id)
    voucher = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if voucher is None:
        raise Refused(GONE)
    turn.take("approve" if approve else "turn_down", record=voucher)
