"""Whether the goods themselves shut a request: exclusions, with their exceptions; and the signs that prove a reason."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from disputes.policies.duration import end_of_day
from disputes.policies.facts import Facts, Line
from disputes.policies.parts_goods import Exclusion
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_

_TEXTS = {
    Result.FAIL: N_("The shop's rules leave out these goods."),
    Result.UNDETERMINED: N_("Whether the goods are as the shop's rules ask is not known yet. A person will check it."),
    Result.PASS: N_("The goods are as the shop's rules ask."),
}


def condition(pack: Pack, facts: Facts, at: datetime) -> Verdict | None:
    """The verdict `condition`; None where the pack says nothing about such goods. Codes of what was found: details."""
    asked = [(name, rule) for name, rule in pack.exclusions.items() if concerns(rule, facts)]
    found = [(name, rule, hit(rule, pack, facts, line, at)) for name, rule in asked for line in facts.lines]
    found = [(name, rule, result) for name, rule, result in found if result is not None]
    if not found:
        return None
    for result in (Result.FAIL, Result.UNDETERMINED, Result.PASS):
        those = [(name, rule) for name, rule, this in found if this is result]
        if those:
            break
    codes = list(dict.fromkeys(name for name, _ in those))
    flags = [name for name, rule in those if rule.effect == "flag"] if result is Result.UNDETERMINED else []
    more: dict[str, Any] = {} if result is Result.PASS else {"codes": codes, "flags": list(dict.fromkeys(flags))}
    return by_rule("condition", result, _TEXTS[result], *(rule for _, rule in those), **more)


def concerns(rule: Exclusion, facts: Facts) -> bool:
    """Whether a rule speaks about this request and reason."""
    return (not rule.requests or facts.asks in rule.requests) and (not rule.reasons or facts.reason in rule.reasons)


def hit(rule: Exclusion, pack: Pack, facts: Facts, line: Line, at: datetime) -> Result | None:
    """FAIL: it shuts the request for that line; UNDETERMINED: a person looks; PASS: it does not; None: not meant."""
    if rule.categories and line.category not in rule.categories:
        return None
    there = _there(rule, pack, facts, line, at)
    if there is None or not there:
        return Result.PASS if there is False else Result.UNDETERMINED
    if _lifted(rule, facts, line, pack, at):
        return Result.PASS
    waits = rule.unless_defect and facts.reason == "not_as_described" and facts.defect is None
    soft = rule.manual or rule.effect == "flag" or rule.strength != "hard"
    return Result.UNDETERMINED if waits or soft else Result.FAIL


def _there(rule: Exclusion, pack: Pack, facts: Facts, line: Line, at: datetime) -> bool | None:
    """Whether what the rule describes is so; None when nobody knows."""
    answers = list(_answers(rule, pack, facts, line, at))
    if False in answers:
        return False
    return None if None in answers else True


def _answers(rule: Exclusion, pack: Pack, facts: Facts, line: Line, at: datetime) -> Iterator[bool | None]:
    if rule.value:
        signs = [_seen(sign, rule, facts, line) for sign in rule.value]
        yield True if True in signs else None if None in signs else False
    if rule.sealed_goods:
        yield line.sealed_goods
    if rule.notice:
        shown = line.notices.get(rule.notice)
        yield shown is not None and shown <= facts.placed_at
    if rule.warranty_over:
        covered = in_warranty(line, pack, at)
        yield None if covered is None else not covered
    if rule.when:
        yield rule.when.holds(context(facts, line))


def _seen(sign: str, rule: Exclusion, facts: Facts, line: Line) -> bool | None:
    if line.signs.get(sign) and sign.endswith("_missing") and set(rule.cured_by) & set(facts.proofs):
        return False
    return line.signs.get(sign)


def _lifted(rule: Exclusion, facts: Facts, line: Line, pack: Pack, at: datetime) -> bool:
    if rule.unless_defect and facts.reason == "not_as_described" and facts.defect == "proven":
        return True
    plans = [plan for plan in line.plans if plan.kind in rule.lifted_by]
    return any(at <= end_of_day(plan.until, pack.zone) for plan in plans)


def in_warranty(line: Line, pack: Pack, at: datetime) -> bool | None:
    """Whether the goods' own warranty, or one bought with them, still runs; None when neither is known."""
    ends = [plan.until for plan in line.plans if plan.kind == "extended_warranty"]
    if line.warranty_until:
        ends.append(line.warranty_until)
    return at <= end_of_day(max(ends), pack.zone) if ends else None


def context(facts: Facts, line: Line) -> dict[str, Any]:
    """What a `when` can speak about."""
    return {
        "reason": facts.reason, "sub_reason": facts.sub_reason, "request": facts.asks, "category": line.category,
        "brand": line.brand, "product": line.product, "channel": facts.channel,
        "order_type": facts.order_type or "standard", "country": facts.buyer_country, "region": facts.region,
        "mode": facts.mode, "cause": facts.cause, "tier": facts.tier, "method": facts.method, "issuer": facts.issuer,
        "approved": facts.approved, "in_pickup_area": facts.in_pickup_area,
        "backordered": bool(line.backordered), "insured": facts.insured,
    }  # fmt: skip


def ground(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `ground`: signs that prove the reason, or speak against it; None where the pack names none."""
    rule = pack.grounds.get(facts.reason)
    if rule is None:
        return None
    for signs, result, text in (
        (rule.negated_by, Result.FAIL, N_("What was found speaks against this reason; other rules may help.")),
        (rule.proven_by, Result.PASS, N_("What was found proves this reason.")),
    ):
        if signs and any(line.signs.get(sign) for line in facts.lines for sign in signs.value or ()):
            return by_rule("ground", result, text, signs)
    named = [rule for rule in (rule.proven_by, rule.negated_by) if rule]
    every = [line.signs.get(sign) for line in facts.lines for signs in named for sign in signs.value or ()]
    if None in every:
        return by_rule("ground", Result.UNDETERMINED, N_("A person will check whether this reason is so."), *named)
    if facts.defect == "proven" or not rule.proven_by:
        return by_rule("ground", Result.PASS, N_("Nothing that was found speaks against this reason."), *named)
    return by_rule("ground", Result.UNDETERMINED, N_("A person will check whether this reason is so."), *named)
