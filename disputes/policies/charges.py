"""Whether too much was taken, too early, or twice; and how a payment may be made."""

from datetime import datetime
from typing import Any

from disputes.policies.anchors import begun
from disputes.policies.facts import Charge, Facts
from disputes.policies.goods import context
from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text

_SILENT = N_("The shop's rules say nothing about this charge.")
_UNKNOWN = N_("What was charged is not fully known. A person will check it.")
_NOTHING = N_("Nothing was charged that should not have been.")
_BACK = N_("This was charged without a right to it and is due back.")


def charge(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `charge` for "charged wrongly": `pass` says that money is due back, `refund_minor` how much."""
    if facts.reason != "charged_wrongly":
        return None
    checks = {"shipping": _shipping, "tax": _tax, "coupon": _coupon, "too_early": _too_early, "twice": _twice}
    check = checks.get(facts.sub_reason or "")
    return check(pack, facts) if check else silent("charge", Text(_SILENT), None)


def _shipping(pack: Pack, facts: Facts) -> Verdict:
    rule, charged = pack.payment.shipping, sum(facts.shipping_charged_minor)
    if rule is None or rule.value is None:
        return silent("charge", Text(_SILENT), rule)
    quoted = 0 if rule.value == "free" else facts.shipping_quoted_minor
    if quoted is None or not facts.shipping_charged_minor:
        return by_rule("charge", Result.UNDETERMINED, _UNKNOWN, rule)
    return _excess(charged - quoted, rule)


def _excess(over: int, *rules: Value[Any]) -> Verdict:
    if over > 0:
        return by_rule("charge", Result.PASS, _BACK, *rules, refund_minor=over)
    return by_rule("charge", Result.FAIL, _NOTHING, *rules, refund_minor=0)


def _tax(pack: Pack, facts: Facts) -> Verdict:
    rule = pack.payment.tax.get(facts.buyer_country or "") or pack.payment.tax.get("default")
    if rule is None or rule.value is None:
        return silent("charge", Text(_SILENT), rule)
    if rule.value == "separate":
        text = N_("Tax is a line of its own there; it comes back with its goods, not by itself.")
        return by_rule("charge", Result.FAIL, text, rule, refund_minor=0)
    if facts.tax_charged_minor is None:
        return by_rule("charge", Result.UNDETERMINED, _UNKNOWN, rule)
    return _excess(facts.tax_charged_minor, rule)


def _coupon(pack: Pack, facts: Facts) -> Verdict:
    rule = pack.payment.coupons
    if rule is None or rule.value is None:
        return silent("charge", Text(_SILENT), rule)
    if len(facts.coupons) > rule.value:
        text = Text(N_("Only so many coupons can be used in one order: %(most)s."), {"most": rule.value})
        return by_rule("charge", Result.FAIL, text, rule, refund_minor=0)
    return by_rule("charge", Result.UNDETERMINED, _UNKNOWN, rule)


def _too_early(pack: Pack, facts: Facts) -> Verdict:
    rule = pack.payment.capture.get(facts.method or "") or pack.payment.capture.get("default")
    if rule is None or rule.value is None:
        return silent("charge", Text(_SILENT), rule)
    if rule.value == "on_order":
        text = N_("With this way of paying the money is taken when you order.")
        return by_rule("charge", Result.FAIL, text, rule, refund_minor=0)
    if facts.method is None or not facts.captures or any(taken.at is None for taken in facts.captures):
        return by_rule("charge", Result.UNDETERMINED, _UNKNOWN, rule)
    sent = [begun("dispatched", pack, facts, line) for line in facts.lines]
    first = min((moment for moment in sent if moment), default=None)
    early = [taken for taken in facts.captures if taken.amount_minor and _before(taken, first)]
    if early:
        text = N_("The money was taken before the goods were sent.")
        return by_rule("charge", Result.PASS, text, rule, code="too_early", refund_minor=0)
    return by_rule("charge", Result.FAIL, _NOTHING, rule, refund_minor=0)


def _before(taken: Charge, first: datetime | None) -> bool:
    return first is None or taken.at is not None and taken.at < first


def _twice(pack: Pack, facts: Facts) -> Verdict:
    """More was taken than the goods and the shipping cost: no shop's rule is needed to send that back."""
    taken = sum(charge.amount_minor - charge.refunded_minor for charge in facts.captures or ())
    owed = sum(line.paid_minor for line in facts.lines) + (facts.shipping_quoted_minor or 0)
    if not facts.captures:
        return by_rule("charge", Result.UNDETERMINED, _UNKNOWN)
    return _excess(taken - owed)


def payment(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `payment` for a question about a way to pay; None where nothing is asked about it."""
    if facts.asks != "payment" or not pack.payment.methods:
        return None
    every = [method.accepted for method in pack.payment.methods.values()]
    method = pack.payment.methods.get(facts.method or "")
    if method is None:
        result = Result.UNDETERMINED if facts.method is None else Result.FAIL
        return by_rule("payment", result, N_("This way of paying is not among those the shop takes."), *every)
    if method.accepted.value is None:
        return silent(
            "payment", Text(N_("The shop's rules do not say whether this way of paying is taken.")), method.accepted
        )
    fits = True if method.when is None else method.when.holds(context(facts, facts.lines[0]))
    if fits is not True:
        result = Result.UNDETERMINED if fits is None else Result.FAIL
        return by_rule(
            "payment", result, N_("The shop takes this way of paying only under a condition."), method.accepted
        )
    if method.needs_3ds and method.needs_3ds.value and not facts.three_d_secure:
        text = N_("The payment needs a further check by the bank; the order waits for a person.")
        return by_rule("payment", Result.UNDETERMINED, text, method.needs_3ds, code="no_3d_secure")
    rules = (method.accepted, method.preferred, pack.payment.acceptance)
    return by_rule("payment", Result.PASS, N_("The shop takes this way of paying."), *rules)
