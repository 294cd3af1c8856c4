"""What the rules say, in the reader's words: one short answer, then each verdict with its topic, payers and proof."""

from collections.abc import Iterable, Sequence
from typing import Any

from disputes.policies.evaluate import Summary, summary
from disputes.policies.proofs import PROOFS
from disputes.policies.recommend import LAW
from disputes.policies.verdict import RESULT_LABELS, Result, Verdict
from disputes.text import N_, Text
from disputes.workflows.roles import BUYER, SELLER

from .views import VerdictView

# What each question is about. The law's rights have their own names: `disputes/policies/law` says what they are.
TOPICS = {
    "window": N_("Time limit"),
    "remedy": N_("What is asked for"),
    "evidence": N_("Proof we ask for"),
    "helpful": N_("What helps us decide quickly"),
    "way_back": N_("Sending it back"),
    "channel": N_("Where to turn"),
    "stage": N_("How far the order is"),
    "address": N_("The new address"),
    "condition": N_("The goods themselves"),
    "exchange": N_("Exchange"),
}
RIGHTS = {
    "withdrawal": N_("By law: changing one's mind"),
    "conformity": N_("By law: goods that are not as they should be"),
    "seven_days": N_("By law: sending it back without a reason"),
}
PAYERS = {
    "buyer": N_("The buyer"),
    "seller": N_("The seller"),
    "platform": N_("The platform"),
    "insurer": N_("The insurer"),
}
COSTS = {
    "way_back": N_("Sending it back is paid by"),
    "way_out": N_("Sending it out was paid by"),
    "reship": N_("Sending it again is paid by"),
    "customs": N_("Customs are paid by"),
    "repair": N_("The repair is paid by"),
    "loss": N_("The loss is borne by"),
}
# "What does it take", not "may I": these carry no answer of their own.
_NO_ANSWER = ("evidence", "helpful", "way_back")
_ENDED = N_("You can't: it ended %(time)s.")
_UNTIL = N_("You can, until %(time)s.")
_LAWFUL = N_("By law you can.")
_LAWFUL_UNTIL = N_("By law you can, until %(time)s.")
_LAW_LABELS = {
    Result.PASS: N_("By law you can"),
    Result.FAIL: N_("The law does not give you this"),
    Result.UNDETERMINED: N_("By law: we need to check"),
    Result.NOT_STATED: N_("The law does not say"),
}
_PAYS_BACK = {
    "you": N_("You pay for sending it back."),
    "buyer": N_("The buyer pays for sending it back."),
    "seller": N_("The seller pays for sending it back."),
    "platform": N_("The platform pays for sending it back."),
    "insurer": N_("The insurer pays for sending it back."),
}
_SHORT = {
    Result.PASS: N_("You can."),
    Result.FAIL: N_("You can't."),
    Result.UNDETERMINED: N_("We need to check."),
}


def verdicts_of(stored: Any) -> tuple[Verdict, ...]:
    """Verdicts as they were stored with a case."""
    return tuple(Verdict.from_dict(verdict) for verdict in stored)


def verdict_views(verdicts: Iterable[Verdict], reader: str) -> tuple[VerdictView, ...]:
    """The rules' answers for a reader."""
    return tuple(_view(verdict, reader) for verdict in verdicts)


def topic_of(name: str) -> Text:
    """What a verdict is about, by its name; a KeyError is a name without words."""
    return Text(RIGHTS[name.removeprefix(LAW)] if name.startswith(LAW) else TOPICS[name])


def _view(verdict: Verdict, reader: str) -> VerdictView:
    return VerdictView(
        name=verdict.name, result=str(verdict.result), topic=topic_of(verdict.name), answer=_answer(verdict),
        reason=verdict.reason, clauses=verdict.clauses, standing=str(verdict.standing),
        proof=tuple(Text(PROOFS[code]) for code in verdict.proof), payer=_payers(verdict, reader),
        lawful=verdict.name.startswith(LAW),
    )  # fmt: skip


def _answer(verdict: Verdict) -> Text | None:
    if verdict.name in _NO_ANSWER:
        return None
    lawful, time = verdict.name.startswith(LAW), {"time": verdict.holds_until}
    if verdict.holds_until and verdict.result is Result.PASS:
        return Text(_LAWFUL_UNTIL if lawful else _UNTIL, time)
    if verdict.holds_until and verdict.result is Result.FAIL and not lawful:
        return Text(_ENDED, time)
    return Text((_LAW_LABELS if lawful else RESULT_LABELS)[verdict.result])


def _payers(verdict: Verdict, reader: str) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """Each cost with who pays it, in turn: an insurer up to its tariff, then the next."""
    split = tuple(verdict.details.get("split") or ())
    return tuple(
        (Text(COSTS[line]), tuple(_payer(each, reader) for each in split or (who,)))
        for line, who in verdict.payer.items()
    )


def _payer(who: str, reader: str) -> Text:
    return Text(N_("You")) if who == reader and reader in (BUYER, SELLER) else Text(PAYERS[who])


def short_answer(verdicts: Sequence[Verdict], reader: str) -> tuple[Text, ...]:
    """The answer in a sentence or three: may I, until when, who pays; what the law gives beside the shop's rules."""
    short = summary(verdicts)
    said = (*_by_shop(verdicts, short), *_by_law(verdicts, short))
    way_back = [v.payer["way_back"] for v in (*short.because, *verdicts) if v.payer.get("way_back")]
    if way_back and short.result is not Result.FAIL:
        said = (*said, Text(_PAYS_BACK["you" if way_back[0] == reader else way_back[0]]))
    if short.result is Result.PASS and any(v.name == "condition" for v in verdicts):
        said = (*said, Text(N_("The state of the goods is still to be checked.")))
    return said


def _by_shop(verdicts: Sequence[Verdict], short: Summary) -> tuple[Text, ...]:
    """The shop's own answer; nothing where the law answers in its place."""
    because = short.because[0]
    if because.name == "channel":
        return (because.reason,)
    if because.name.startswith(LAW):
        refused = next(v for v in verdicts if v.result is Result.FAIL)
        return (Text(N_("By the shop's rules you can't.")), refused.reason)
    if short.result is Result.PASS:
        until = {"time": short.holds_until}
        return (Text(_UNTIL, until) if short.holds_until else Text(_SHORT[Result.PASS]),)
    if short.result is Result.NOT_STATED:
        return (because.reason, Text(N_("A person decides it.")))
    return (Text(_SHORT[short.result]), because.reason)


def _by_law(verdicts: Sequence[Verdict], short: Summary) -> tuple[Text, ...]:
    """What the law gives, or may give, that the shop does not give as long."""
    rights = [v for v in verdicts if v.name.startswith(LAW)]
    given = [v for v in rights if v.result is Result.PASS]
    by_shop = short.result is Result.PASS and short.because[0] not in rights
    for right in given:
        if by_shop and not _longer(right, short):
            continue
        return (Text(_LAWFUL_UNTIL, {"time": right.holds_until}) if right.holds_until else Text(_LAWFUL),)
    if not by_shop and not given:
        return tuple(v.reason for v in rights if v.result is Result.UNDETERMINED)
    return ()


def _longer(right: Verdict, short: Summary) -> bool:
    return bool(short.holds_until and right.holds_until and right.holds_until > short.holds_until)
