"""What a clause means in a case: the rule's value in words that both sides can read, from the verdicts that cite it."""

from collections.abc import Iterable, Sequence

from disputes.policies.proofs import PROOFS
from disputes.policies.recommend import LAW, Recommendation
from disputes.policies.verdict import Result, Verdict
from disputes.text import N_, Text

from .ruling import topic_of
from .views import Point, RecommendationView

_LENGTHS = {
    "receipt": N_("%(topic)s: %(length)s from receipt"),
    "dispatch": N_("%(topic)s: %(length)s from dispatch"),
    "purchase": N_("%(topic)s: %(length)s from the order"),
    "signature": N_("%(topic)s: %(length)s from the signature"),
}
_WARRANTY = N_("%(topic)s: as long as the warranty")
_ENDS = N_("In time until %(time)s")
_ENDED = N_("That ended %(time)s")
_ASKED = {
    Result.PASS: N_("The shop's rules offer what is asked for"),
    Result.FAIL: N_("The shop's rules do not offer what is asked for"),
}
_PAYS = {
    "buyer": N_("Sending it back: the buyer pays"),
    "seller": N_("Sending it back: the seller pays"),
    "platform": N_("Sending it back: the platform pays"),
    "insurer": N_("Sending it back: the insurer pays"),
}


# Needs no translation: there is no word in it.
_BESIDE = "%(one)s · %(two)s"


def joined(first: Text | str, *rest: Text | str) -> Text:
    """Short sayings side by side, as one Text."""
    # A clause keeps its own order of letters inside right-to-left words.
    one = first if isinstance(first, Text) else Text("%(clause)s", {"clause": {"name": first}})
    return Text(_BESIDE, {"one": one, "two": joined(*rest)}) if rest else one


def points(clauses: Iterable[str], verdicts: Sequence[Verdict]) -> tuple[Point, ...]:
    """Each clause with its meaning; None where no verdict of the case cites it."""
    return tuple(Point((clause,), _cited(clause, verdicts)) for clause in clauses)


def _cited(clause: str, verdicts: Sequence[Verdict]) -> Text | None:
    return next((meaning(v) for v in verdicts if clause in v.clauses), None)


def meaning(verdict: Verdict) -> Text:
    """A verdict as a rule and what came of it, in words of nobody's side."""
    topic = topic_of(verdict.name)
    if "length" in verdict.details:
        return joined(_length(verdict, topic), _end(verdict))
    if verdict.name == "remedy" and verdict.result in _ASKED:
        return Text(_ASKED[verdict.result])
    if "way_back" in verdict.payer and not verdict.name.startswith(LAW):
        return Text(_PAYS[verdict.payer["way_back"]])
    if verdict.proof:
        return joined(topic, *(Text(PROOFS[code]) for code in verdict.proof))
    return joined(topic, verdict.reason)


def _length(verdict: Verdict, topic: Text) -> Text:
    anchor = verdict.details.get("anchor")
    if anchor is None:
        return Text(_WARRANTY, {"topic": topic})
    return Text(_LENGTHS[anchor], {"topic": topic, "length": {"length": verdict.details["length"]}})


def _end(verdict: Verdict) -> Text:
    if verdict.result is Result.UNDETERMINED or verdict.holds_until is None:
        return verdict.reason
    return Text(_ENDS if verdict.result is Result.PASS else _ENDED, {"time": verdict.holds_until})


def recommendation_view(told: Recommendation) -> RecommendationView:
    """What the rules speak for, as the desk reads it."""
    return RecommendationView(
        speaks=told.speaks, headline=told.headline, because=_points(told.because), unknown=_points(told.unknown),
        claimed=told.claimed,
    )  # fmt: skip


def _points(verdicts: Sequence[Verdict]) -> tuple[Point, ...]:
    return tuple(Point(v.clauses, meaning(v)) for v in verdicts)
