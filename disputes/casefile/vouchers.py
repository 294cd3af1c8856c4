"""The goodwill vouchers of a case: to the buyer theirs, with its code; to staff what was given and what waits."""

from collections.abc import Iterator

from disputes.models import Voucher
from disputes.text import Text
from disputes.web.secret import code_of, hash_of
from disputes.workflows.roles import BUYER, INSIDE
from disputes.workflows.voucher import VOUCHER

from .read import Raw
from .views import VoucherView

THEIRS = ("given", "ready")  # a buyer hears of a voucher when it is given


def vouchers(raw: Raw) -> tuple[VoucherView, ...]:
    """Those the reader may see."""
    return tuple(_shown(raw))


def _shown(raw: Raw) -> Iterator[VoucherView]:
    for voucher in raw.vouchers:
        if raw.actor.role in INSIDE or (raw.actor.role == BUYER and voucher.state in THEIRS):
            code = _code(voucher) if raw.actor.role == BUYER and voucher.state == "ready" else None
            yield VoucherView(
                id=voucher.public_id, amount_minor=voucher.amount_minor, currency=voucher.currency,
                words=voucher.words, state_label=Text(VOUCHER.by_name[voucher.state].label), code=code,
                waits=voucher.state == "waiting",
            )  # fmt: skip


def _code(voucher: Voucher) -> str | None:
    """None when the installation's key was changed since: a wrong code would be worse than none."""
    code = code_of(voucher.code_salt, "voucher")
    return code if hash_of(code) == voucher.code_hash else None
