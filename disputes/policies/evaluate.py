"""Pack + facts + moment -> verdicts. Pure: no clock, no database, the same answer every time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from disputes.policies.codes import DEFAULT
from disputes.policies.facts import Facts
from disputes.policies.parts import Evidence
from disputes.policies.reasons import REASONS
from disputes.policies.schema import Pack
from disputes.policies.standing import Standing
from disputes.policies.verdict import Result, Verdict
from disputes.policies.windows import window_verdict
from disputes.text import N_, Text

NAMES = ("window", "remedy", "evidence", "helpful", "way_back")

# The questions whose answer is "may I"; the others say what it takes and who pays.
_MAY_I = ("window", "remedy")


def evaluate(pack: Pack | None, facts: Facts, at: datetime) -> tuple[Verdict, ...]:
    """What the pack says about filing this at an aware moment, one verdict per name of `NAMES`.

    `pack` is the version in force at purchase; None, when there was none, leaves everything undetermined.
    """
    if at.tzinfo is None:
        raise ValueError("a naive moment has no place in a calendar")
    if pack is None:
        nothing = Text(N_("No version of the shop's rules was in force then. A person will check it."))
        return tuple(Verdict(name, Result.UNDETERMINED, nothing) for name in NAMES)
    return (
        window_verdict(pack, facts, at),
        _remedy(pack, facts),
        _evidence(pack, facts),
        _helpful(pack, facts),
        _way_back(pack, facts),
    )


def _remedy(pack: Pack, facts: Facts) -> Verdict:
    rule = pack.remedies.get(facts.wish)
    if rule is None or rule.value is None:
        text = Text(N_("The shop's rules don't say whether you can ask for this. It is decided individually."))
        status = rule.status if rule else Standing.NOT_STATED
        return Verdict("remedy", Result.NOT_STATED, text, rule.source if rule else (), standing=status)
    if rule.value:
        text = Text(N_("The shop's rules know what you ask for."))
        return Verdict("remedy", Result.PASS, text, rule.source, standing=rule.status)
    result = Result.FAIL if rule.strength == "hard" else Result.UNDETERMINED
    text = Text(N_("The shop's rules do not offer what you ask for."))
    return Verdict("remedy", result, text, rule.source, standing=rule.status)


def _asked(pack: Pack, facts: Facts) -> Evidence:
    return pack.evidence.get(facts.reason) or pack.evidence.get(DEFAULT) or Evidence()


def _evidence(pack: Pack, facts: Facts) -> Verdict:
    rule = _asked(pack, facts).one_of
    if rule is None or rule.value is None:
        text = Text(N_("The shop's rules ask for no particular proof."))
        status = rule.status if rule else Standing.NOT_STATED
        return Verdict("evidence", Result.NOT_STATED, text, rule.source if rule else (), standing=status)
    given = any(proof in facts.proofs for proof in rule.value)
    result = Result.PASS if given else Result.UNDETERMINED
    text = Text(N_("You have given proof.") if given else N_("Proof is needed with this reason: one of these."))
    return Verdict("evidence", result, text, rule.source, proof=rule.value, standing=rule.status)


def _helpful(pack: Pack, facts: Facts) -> Verdict:
    rule = _asked(pack, facts).recommended
    text = Text(N_("This helps to decide quickly."))
    if rule is not None and rule.value is not None:
        return Verdict("helpful", Result.PASS, text, rule.source, proof=rule.value, standing=rule.status)
    # The engine's own advice where the shop gives none.
    advice = REASONS[facts.reason].asks.get("buyer", ())
    return Verdict("helpful", Result.PASS, text, proof=advice, standing=Standing.OPERATOR)


_PAYS = {
    "buyer": N_("You pay for sending the goods back."),
    "seller": N_("The seller pays for sending the goods back."),
    "platform": N_("The platform pays for sending the goods back."),
}


def _way_back(pack: Pack, facts: Facts) -> Verdict:
    reason = REASONS[facts.reason]
    if not reason.sends_goods_back(facts.sub_reason, facts.wish):
        text = Text(N_("Nothing has to be sent back."))
        return Verdict("way_back", Result.PASS, text, standing=Standing.OPERATOR)
    rule = pack.costs.way_back.get(reason.fault)
    if rule is None or rule.value is None:
        text = Text(N_("The shop's rules don't say who pays for sending the goods back."))
        status = rule.status if rule else Standing.NOT_STATED
        return Verdict("way_back", Result.NOT_STATED, text, rule.source if rule else (), standing=status)
    payer = {"way_back": rule.value}
    return Verdict("way_back", Result.PASS, Text(_PAYS[rule.value]), rule.source, payer=payer, standing=rule.status)


@dataclass(frozen=True)
class Summary:
    """The short answer to "may I": one result, the verdicts that made it, and the last moment it holds."""

    result: Result
    because: tuple[Verdict, ...]
    holds_until: datetime | None

    @property
    def shut(self) -> bool:
        """Whether filing is shut; only a hard fail does that."""
        return self.result is Result.FAIL


def summary(verdicts: Iterable[Verdict]) -> Summary:
    """Sum up what decides on filing: a fail shuts it, what is undetermined or not stated goes to a person."""
    deciding = [verdict for verdict in verdicts if verdict.name in _MAY_I]
    for result in (Result.FAIL, Result.UNDETERMINED, Result.NOT_STATED, Result.PASS):
        because = tuple(verdict for verdict in deciding if verdict.result is result)
        if because:
            break
    until = min((verdict.holds_until for verdict in deciding if verdict.holds_until), default=None)
    return Summary(result, because, until)
