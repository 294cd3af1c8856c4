"""Who pays what besides the goods: the way back and its insurance, sending again, customs, repair; and collecting."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from disputes.policies.anchors import event_of
from disputes.policies.costs import cost_row, payers, split
from disputes.policies.facts import Facts
from disputes.policies.goods import in_warranty
from disputes.policies.kinds import Request
from disputes.policies.parts_goods import CostLine
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.policies.windows import judge
from disputes.text import N_, Text

_LINES: dict[Request, CostLine] = {
    "repair": "repair", "maintenance": "repair", "undeliverable": "reship", "customs": "customs",
}  # fmt: skip
_PAYS = {
    "buyer": N_("You pay for this."),
    "seller": N_("The seller pays for this."),
    "platform": N_("The platform pays for this."),
    "insurer": N_("The insurer pays for this."),
}


def cost(pack: Pack, facts: Facts, at: datetime) -> Verdict | None:
    """The verdict `cost` for a repair, a parcel sent again, or customs; None where the request has no such cost."""
    line = _LINES.get(facts.asks) if facts.asks else None
    if line is None or not pack.costs.get(line):
        return None
    covered = None
    if line == "repair":
        covered = False if facts.asks == "maintenance" else in_cover(pack, facts, at)
    row = cost_row(pack, line, facts, covered)
    if row is None and line == "repair":
        text = N_("Who pays depends on the warranty, which is not known. A person will check it.")
        return by_rule("cost", Result.UNDETERMINED, text, *pack.costs[line].values())
    if row is None or row.value is None:
        return silent("cost", Text(N_("The shop's rules don't say who pays for this.")), row)
    chain = payers(row, facts)
    details: dict[str, Any] = {"negotiable": True} if row.negotiable and row.negotiable.value else {}
    if facts.cost_minor is not None:
        details["split"] = dict(split(chain, facts.cost_minor, facts.tariff_minor))
    return by_rule("cost", Result.PASS, _PAYS[chain[0]], row, row.negotiable, payer={line: chain[0]}, **details)


def in_cover(pack: Pack, facts: Facts, at: datetime) -> bool | None:
    """Whether the goods are in warranty: by their own, else by the time the shop gives for repairs."""
    own = [in_warranty(line, pack, at) for line in facts.lines]
    if None not in own:
        return all(own)
    window = pack.window("repair", facts.reason)
    if window is None or window.value is None:
        return None
    result = judge(window, pack, facts, at)[0]
    return None if result is Result.UNDETERMINED else result is Result.PASS


def insurance(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `insurance` for the freight back: what the insurer pays (`amount_minor`), once everything is done."""
    rule = pack.insurance
    if rule is None or facts.insured is None:
        return None
    if not facts.insured:
        return by_rule("insurance", Result.FAIL, N_("The seller has no insurance for the way back."), rule.holder)
    open_steps = [step for step in rule.after.value or () if step not in (facts.claim_steps or ())]
    if facts.claim_steps is None or open_steps:
        text = N_("Once the return is complete, the insurer is asked automatically.")
        return by_rule("insurance", Result.UNDETERMINED, text, rule.after, missing=open_steps)
    known = facts.cost_minor is not None and facts.tariff_minor is not None
    details: dict[str, Any] = {}
    if known:
        details["amount_minor"] = min(facts.cost_minor or 0, facts.tariff_minor or 0)
    text = N_("The insurer pays the way back by its tariff, one way only.")
    return by_rule("insurance", Result.PASS, text, rule.pays, rule.after, **details)


def pickup(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `pickup`: whether the goods are collected for nothing; None where the pack knows no collecting."""
    rule = pack.pickup
    if rule is None or facts.asks not in ("refund", "exchange") or facts.mode not in (None, "pickup"):
        return None
    if facts.reason not in rule.reasons:
        return by_rule("pickup", Result.FAIL, N_("For this reason, free collection is not offered."), rule.own_area)
    needed = (facts.approved, facts.in_pickup_area)
    if False in needed:
        text = N_("The goods cannot be collected there; please send them.")
        return by_rule("pickup", Result.FAIL, text, rule.own_area, rule.approved, instead="mail_in")
    if None in needed:
        text = N_("Goods are collected after approval, in the shop's own delivery area.")
        return by_rule("pickup", Result.UNDETERMINED, text, rule.own_area, rule.approved)
    text = N_("The goods are collected from you for nothing.")
    rules = (rule.own_area, rule.preferred)
    return by_rule("pickup", Result.PASS, text, *rules, payer={"way_back": "platform"}, preferred=True)


def undeliverable(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `undeliverable` for a parcel that came back: what happens now, and how much comes back."""
    rule = pack.undeliverable
    if facts.asks != "undeliverable":
        return None
    if rule is None or rule.action.value is None:
        return silent(
            "undeliverable", Text(N_("The shop's rules don't say what happens to a parcel that came back.")), None
        )
    back = event_of("returned_to_sender", pack, facts, facts.lines[0])
    if back is None:
        text = N_("The parcel is not on its way back.")
        return by_rule("undeliverable", Result.FAIL, text, rule.action, code="not_returned")
    if rule.action.value == "reship":
        text = N_("The parcel is sent again once the cost of that is settled.")
        return by_rule("undeliverable", Result.PASS, text, rule.action, action="reship")
    if "warehouse_received" not in facts.events:
        text = N_("Your money for the goods comes back when the parcel has reached the warehouse.")
        return by_rule("undeliverable", Result.UNDETERMINED, text, rule.action, code="on_its_way_back")
    goods = sum(line.paid_minor for line in facts.lines)
    text = N_("Your money for the goods comes back; you need not ask.")
    return by_rule("undeliverable", Result.PASS, text, rule.action, action="refund_goods", refund_minor=goods)


def extras(pack: Pack, facts: Facts, at: datetime) -> Iterator[Verdict]:
    """Every question of this file that arises here."""
    for verdict in (cost(pack, facts, at), insurance(pack, facts), pickup(pack, facts), undeliverable(pack, facts)):
        if verdict:
            yield verdict
