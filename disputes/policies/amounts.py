"""How much comes back at most, from which tender, and what must have happened before."""

from collections.abc import Iterator
from typing import Any

from disputes.policies.facts import Facts
from disputes.policies.reasons import Wish
from disputes.policies.schema import Pack
from disputes.policies.shares import spread
from disputes.policies.standing import Value
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text


def amount(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `amount` for a refund: at most `max_minor`, how it comes back, and what must have happened before."""
    if facts.asks not in ("refund", "cancellation"):
        return None
    most, rule, tax = _most(pack, facts), pack.refund, _tax_line(pack, facts)
    if most is None:
        return silent("amount", Text(N_("How much comes back is not known yet.")), rule.base)
    details: dict[str, Any] = {"max_minor": most} | dict(_terms(pack, facts))
    asked = facts.asked_minor
    wrong = asked is not None and (asked > most or facts.wish is Wish.PARTIAL_REFUND and not 0 < asked < most)
    partial = pack.remedies.get("partial_refund") if facts.wish is Wish.PARTIAL_REFUND else None
    if wrong:
        text = N_("No more than was paid can come back; a part must be less than that.")
        return by_rule("amount", Result.FAIL, text, rule.base, partial, **details)
    if rule.destination and (shares := by_tender(facts, most if asked is None else asked)):
        details["by_tender"] = shares
    text = N_("Up to what was paid can come back.")
    rules = (rule.base, rule.destination, rule.after, rule.no_deduction, partial, tax)
    return by_rule("amount", Result.PASS, text, *rules, **details)


def _most(pack: Pack, facts: Facts) -> int | None:
    paid = sum(line.paid_minor for line in facts.lines)
    if _tax_line(pack, facts):
        paid += facts.tax_charged_minor or 0
    base = pack.refund.base.value if pack.refund.base else "paid"
    if facts.captures is None:
        return None if base == "captured" else paid
    return min(paid, sum(charge.amount_minor - charge.refunded_minor for charge in facts.captures))


def _tax_line(pack: Pack, facts: Facts) -> Value[Any] | None:
    """The value that makes tax a line of its own, where it is one: it comes back with its goods."""
    rule = tax_apart(pack, facts.buyer_country)
    return rule if rule and facts.tax_charged_minor else None


def tax_apart(pack: Pack, country: str | None) -> Value[Any] | None:
    """The value by which the shop shows tax as a line of its own to buyers of a country; None where prices hold it."""
    rule = pack.payment.tax.get(country or "") or pack.payment.tax.get("default")
    return rule if rule and rule.value == "separate" else None


def by_tender(facts: Facts, total: int) -> dict[str, int]:
    """The sum shared among the tenders by what is left of what each paid."""
    taken: dict[str, int] = {}
    for charge in facts.captures or ():
        if charge.tender is None:
            return {}
        left = charge.amount_minor - charge.refunded_minor
        taken[charge.tender] = taken.get(charge.tender, 0) + left
    if not any(taken.values()):
        return {}
    return dict(zip(taken, spread(total, list(taken.values())), strict=True))


def _terms(pack: Pack, facts: Facts) -> Iterator[tuple[str, Any]]:
    rule = pack.refund
    if rule.destination and rule.destination.value:
        yield "destination", rule.destination.value
    if rule.after and rule.after.value:
        yield "after", rule.after.value
        yield "after_met", rule.after.value in facts.events
