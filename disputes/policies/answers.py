"""The questions that do not depend on the moment: remedy, proof, who pays."""

from typing import Any

from disputes.policies.codes import DEFAULT
from disputes.policies.costs import cost_row, payers, split
from disputes.policies.facts import Facts
from disputes.policies.kinds import Remedy, Request
from disputes.policies.parts import Evidence
from disputes.policies.reasons import REASONS, Wish
from disputes.policies.schema import Pack
from disputes.policies.standing import Standing
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text

_BY_WISH: dict[Wish, Remedy] = {
    Wish.FULL_REFUND: "full_refund",
    Wish.PARTIAL_REFUND: "partial_refund",
    Wish.CANCELLATION: "cancellation",
    Wish.ANSWER: "answer",
}
_BY_REQUEST: dict[Request | None, Remedy] = {
    "exchange": "exchange",
    "repair": "repair",
    "cancellation": "cancellation",
    "complaint": "answer",
    "consultation": "answer",
}


def _wanted(facts: Facts) -> Remedy:
    return _BY_REQUEST.get(facts.request) or _BY_WISH[facts.wish]


def remedy(pack: Pack, facts: Facts) -> Verdict:
    """Whether the shop knows what is wished for."""
    rule = pack.remedies.get(_wanted(facts))
    if rule is None or rule.value is None:
        text = Text(N_("The shop's rules don't say whether you can ask for this. It is decided individually."))
        return silent("remedy", text, rule)
    if rule.value:
        text = Text(N_("The shop's rules know what you ask for."))
        return Verdict("remedy", Result.PASS, text, rule.source, standing=rule.status)
    result = Result.FAIL if rule.strength == "hard" else Result.UNDETERMINED
    text = Text(N_("The shop's rules do not offer what you ask for."))
    return Verdict("remedy", result, text, rule.source, standing=rule.status)


def _asked(pack: Pack, facts: Facts) -> Evidence:
    return pack.evidence.get(facts.reason) or pack.evidence.get(DEFAULT) or Evidence()


def evidence(pack: Pack, facts: Facts) -> Verdict:
    """The proof the shop asks for: one of these."""
    rule = _asked(pack, facts).one_of
    if rule is None or rule.value is None:
        return silent("evidence", Text(N_("The shop's rules ask for no particular proof.")), rule)
    given = any(proof in facts.proofs for proof in rule.value)
    result = Result.PASS if given else Result.UNDETERMINED
    text = Text(N_("You have given proof.") if given else N_("Proof is needed with this reason: one of these."))
    return Verdict("evidence", result, text, rule.source, proof=rule.value, standing=rule.status)


def helpful(pack: Pack, facts: Facts) -> Verdict:
    """What else helps; advice, never a condition."""
    rule = _asked(pack, facts).recommended
    text = Text(N_("This helps to decide quickly."))
    if rule is not None and rule.value is not None:
        return Verdict("helpful", Result.PASS, text, rule.source, proof=rule.value, standing=rule.status)
    # The engine's own advice where the shop gives none.
    advice = REASONS[facts.reason].asks.get("buyer", ())
    return Verdict("helpful", Result.PASS, text, proof=advice, standing=Standing.OPERATOR)


_PAYS = {
    "insurer": N_("The insurer pays for sending the goods back."),
    "buyer": N_("You pay for sending the goods back."),
    "seller": N_("The seller pays for sending the goods back."),
    "platform": N_("The platform pays for sending the goods back."),
}


def way_back(pack: Pack, facts: Facts) -> Verdict:
    """Who pays for sending the goods back, where they go back at all."""
    reason = REASONS[facts.reason]
    if not reason.sends_goods_back(facts.sub_reason, facts.wish):
        text = Text(N_("Nothing has to be sent back."))
        return Verdict("way_back", Result.PASS, text, standing=Standing.OPERATOR)
    rule = cost_row(pack, "way_back", facts)
    if rule is None or rule.value is None:
        text = Text(N_("The shop's rules don't say who pays for sending the goods back."))
        return silent("way_back", text, rule)
    chain = payers(rule, facts)
    paid = pack.insurance.pays if pack.insurance and "insurer" in chain else None
    details: dict[str, Any] = {}
    if facts.cost_minor is not None:
        details["split"] = dict(split(chain, facts.cost_minor, facts.tariff_minor))
    return by_rule("way_back", Result.PASS, _PAYS[chain[0]], rule, paid, payer={"way_back": chain[0]}, **details)
