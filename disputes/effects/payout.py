"""What a seller is not paid while a case about it is open, and its release."""

from disputes.db import db
from disputes.models import Case, PayoutHold
from disputes.models.book import HELD, SELLER
from disputes.outbox import put
from disputes.rules import version

from .books import Moved
from .measures import refundable
from .unit import Unit


def hold(unit: Unit, case: Case) -> None:
    """Keep back what is claimed, or what is left of it, where somebody else than the shop sells; also from an empty
    purse: what comes in later fills it."""
    if not _third_party(case):
        return
    amount = min(case.claimed_minor, refundable(case.order_id))
    if amount <= 0:
        return
    db.session.add(
        PayoutHold(
            case_id=case.id, seller_id=case.seller_id, amount_minor=amount, currency=case.currency, held_at=unit.now
        )
    )
    _move(unit, case, amount, "payout_held", (SELLER, case.seller_id), (HELD, case.seller_id))
    unit.outbox.append(put.row("payout_hold", f"payout-hold-{case.id}", {}, case_id=case.id))


def release(unit: Unit, case: Case) -> None:
    """It is decided: the worker lets the seller have it again, what goes back has left the seller's purse by then."""
    if _third_party(case):
        # A case can be decided again; there is nothing to let go then, and the worker finds that out.
        key = f"payout-release-{case.id}-{case.head_seq}"
        unit.outbox.append(put.row("payout_release", key, {}, case_id=case.id))


def released(unit: Unit, case: Case, held: PayoutHold) -> None:
    """The marketplace keeps it back no longer."""
    held.released_at = unit.now
    _move(unit, case, held.amount_minor, "payout_released", (HELD, case.seller_id), (SELLER, case.seller_id))


def _third_party(case: Case) -> bool:
    pack = version(case.pack, case.procedure_version) if case.procedure_version else None
    return pack is not None and pack.seller.kind.value == "third_party"


def _move(unit: Unit, case: Case, amount: int, what: str, source: tuple[str, int], dest: tuple[str, int]) -> None:
    unit.moved.append(
        Moved(
            f"{what}-{case.id}", what, source, dest, amount, case.currency, case.shop_id, unit.now, case_id=case.id,
            order_id=case.order_id, account_id=unit.actor.id,
        )
    )  # fmt: skip
