"""What the rules' answers speak for, told to whoever decides. It decides nothing itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from disputes.policies.evaluate import DOORS, summary
from disputes.policies.reasons import REASONS, Fault, Wish
from disputes.policies.verdict import Result, Verdict
from disputes.text import N_, Text

LAW = "law:"
FOR = {
    Wish.FULL_REFUND: N_("The rules speak for a full refund."),
    Wish.PARTIAL_REFUND: N_("The rules speak for a partial refund."),
    Wish.CANCELLATION: N_("The rules speak for cancelling the order."),
}
BY_LAW = {
    Wish.FULL_REFUND: N_("The law speaks for a full refund, whatever the shop's rules say."),
    Wish.PARTIAL_REFUND: N_("The law speaks for a partial refund, whatever the shop's rules say."),
    Wish.CANCELLATION: N_("The law speaks for cancelling the order, whatever the shop's rules say."),
}
AGAINST = {
    Wish.FULL_REFUND: N_("The rules speak against a full refund."),
    Wish.PARTIAL_REFUND: N_("The rules speak against a partial refund."),
    Wish.CANCELLATION: N_("The rules speak against cancelling the order."),
}
OPEN = Text(N_("The rules do not decide this."))
ELSEWHERE = Text(N_("The shop's rules send the buyer elsewhere."))
NOTHING_ASKED = Text(N_("An answer is asked for: there is nothing for the rules to grant."))

# Goods are looked at when they are back. Whatever else is unknown of the doors leaves the matter open.
_LOOKED_AT_LATER = ("condition",)
_UNKNOWN = (Result.UNDETERMINED, Result.NOT_STATED)


@dataclass(frozen=True)
class Recommendation:
    """`because` carries it; `unknown` is what the rules leave to a person; `claimed`: it also hangs on whether the
    goods or the events are as the buyer says, which no rule can know."""

    speaks: Literal["for", "against", "open"]
    headline: Text
    because: tuple[Verdict, ...] = ()
    unknown: tuple[Verdict, ...] = ()
    claimed: bool = False


def recommend(verdicts: Iterable[Verdict], wish: Wish, reason: str) -> Recommendation:
    """For whoever decides a case about `reason` in which `wish` is asked for; pure.

    What is undetermined or not stated never speaks for or against anything."""
    given = tuple(verdicts)
    elsewhere = tuple(v for v in given if v.name == "channel" and v.result is Result.FAIL)
    unknown = tuple(v for v in given if v.result in _UNKNOWN and not _no_proof_asked(v))
    if elsewhere:
        return Recommendation("open", ELSEWHERE, elsewhere)
    if wish is Wish.ANSWER:
        return Recommendation("open", NOTHING_ASKED, unknown=unknown)
    short, lawful = summary(given), tuple(v for v in given if v.name.startswith(LAW) and v.result is Result.PASS)
    claimed = REASONS[reason].fault is not Fault.BUYER
    if short.result is Result.PASS and short.because[0] not in lawful and not _barred(unknown):
        return Recommendation("for", Text(FOR[wish]), (*short.because, *_way_back(given)), unknown, claimed)
    if lawful:
        return Recommendation("for", Text(BY_LAW[wish]), lawful, unknown, claimed)
    if short.result is Result.FAIL:
        return Recommendation("against", Text(AGAINST[wish]), short.because, unknown)
    return Recommendation("open", OPEN, unknown=unknown, claimed=claimed)


def _no_proof_asked(verdict: Verdict) -> bool:
    """That a shop asks for no particular proof leaves nothing open."""
    return verdict.name == "evidence" and verdict.result is Result.NOT_STATED


def _barred(unknown: Sequence[Verdict]) -> bool:
    return any(v.name in DOORS and v.name not in _LOOKED_AT_LATER and v.result is Result.UNDETERMINED for v in unknown)


def _way_back(given: Sequence[Verdict]) -> tuple[Verdict, ...]:
    return tuple(v for v in given if v.name == "way_back" and v.payer)
