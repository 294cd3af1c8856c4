"""Record what something cost, correct it, and note what was paid to the buyer by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from disputes.auth.access import Turn
from disputes.db import db
from disputes.effects.costs import book_cost, book_payment, in_force, owed_now
from disputes.effects.words import Words, keep
from disputes.models import Case, Cost, CostPayment, CostShare, Evidence
from disputes.policies.costs import Borne, borne, by_percent
from disputes.policies.expenses import in_cover
from disputes.policies.parts_goods import Cause, CostLine, Mode
from disputes.policies.reasons import Fault
from disputes.policies.standing import Standing
from disputes.steps import Refused
from disputes.text import N_, Text
from disputes.verdicts import facts_again

NOT_SAID = Text(N_("The shop's rules don't say who pays this. Share it among them, and say why."))
SAID = Text(N_("The shop's rules say who pays this. Leave the shares empty."))
NOT_WHOLE = Text(N_("The shares do not add up to 100 percent."))
GONE = Text(N_("That entry was corrected already."))
NO_MORE = Text(N_("There is nothing to pay here any more."))


@dataclass(frozen=True)
class Spent:
    """What something cost, in minor units, and what the rules must know to say who bears it. `percents` by payer and
    `reasons` are a person's, for what the rules leave open. `exhibit` is its number in the case."""

    line: CostLine
    amount_minor: int
    laid_out_by: str
    exhibit: int | None = None
    mode: Mode | None = None
    cause: Cause | None = None
    fault: Fault | None = None
    insured: bool = False
    tariff_minor: int | None = None
    percents: Mapping[str, int] = field(default_factory=dict)
    reasons: str = ""


def who_bears(case: Case, spent: Spent) -> Borne:
    """The rules' answer, by the version in force at purchase."""
    pack, facts, at = facts_again(case)
    known = {
        "cost_minor": spent.amount_minor, "mode": spent.mode, "cause": spent.cause, "fault": spent.fault,
        "insured": spent.insured, "tariff_minor": spent.tariff_minor,
    }  # fmt: skip
    facts = facts.model_copy(update=known)
    covered = in_cover(pack, facts, at) if pack and spent.line == "repair" else None
    return borne(pack, spent.line, facts, covered)


def record(turn: Turn, spent: Spent, *, corrects: int | None = None) -> Cost:
    """Record a cost with its shares and book them; `corrects`: in place of that one, whose movements go back.

    Refused when the rules leave something open and nobody shared it, or the other way round."""
    before = _correctable(turn.case.id, corrects) if corrects is not None else None
    found = who_bears(turn.case, spent)
    shares = _shares(found, spent)
    words = Words.typed(spent.reasons)
    details = {
        "line": spent.line, "amount_minor": spent.amount_minor, "laid_out_by": spent.laid_out_by, "shares": shares,
        "clauses": list(found.clauses), "corrects": corrects, "text": words.commitment,
    }  # fmt: skip
    turn.take("record_cost", details=details)
    cost = Cost(
        case_id=turn.case.id, line=spent.line, amount_minor=spent.amount_minor, currency=turn.case.currency,
        laid_out_by=spent.laid_out_by, evidence_id=_exhibit(turn.case.id, spent.exhibit),
        clauses=list(found.clauses) if found.shares else [], standing=_standing(found), reasons=words.body,
        salt=words.salt, corrects_id=corrects, account_id=turn.actor.id or 0, at=turn.now,
    )  # fmt: skip
    db.session.add(cost)
    db.session.flush()
    rows = [CostShare(cost_id=cost.id, payer=payer, amount_minor=minor) for payer, minor in shares.items() if minor]
    db.session.add_all(rows)
    if before is not None:
        book_cost(turn.case, before, shares_of(before.id), back_for=cost)
    book_cost(turn.case, cost, rows)
    return cost


def _standing(found: Borne) -> Standing:
    """Where the shares come from: the rules, or a person of the platform."""
    return found.standing if found.shares else Standing.NOT_STATED


def _shares(found: Borne, spent: Spent) -> dict[str, int]:
    """Who bears what: the rules first, then what a person chose for the rest. Together all of it, never more."""
    shares = dict(found.shares)
    if not found.rest_minor:
        if spent.percents:
            raise Refused(SAID)
        return shares
    if not spent.percents or not spent.reasons.strip():
        raise Refused(NOT_SAID)
    try:
        chosen = by_percent(found.rest_minor, spent.percents)
    except ValueError:
        raise Refused(NOT_WHOLE) from None
    for payer, minor in chosen.items():
        shares[payer] = shares.get(payer, 0) + minor
    return shares


def _correctable(case_id: int, cost_id: int) -> Cost:
    query = select(Cost).where(Cost.id == cost_id, Cost.case_id == case_id, in_force())
    cost = db.session.scalars(query).one_or_none()
    if cost is None:
        raise Refused(GONE)
    return cost


def shares_of(cost_id: int) -> Sequence[CostShare]:
    """Who bears what of a cost."""
    return db.session.scalars(select(CostShare).where(CostShare.cost_id == cost_id).order_by(CostShare.id)).all()


def _exhibit(case_id: int, number: int | None) -> int | None:
    query = select(Evidence.id).where(Evidence.case_id == case_id, Evidence.number == number)
    return db.session.scalar(query) if number is not None else None


def pay(turn: Turn, *, amount_minor: int, reference: str) -> None:
    """A lead has paid the buyer what others bear of what the buyer had laid out. Refused unless it is still that."""
    if amount_minor <= 0 or owed_now(turn.case.id) != amount_minor:
        raise Refused(NO_MORE)
    words = Words.typed(reference)
    taken = turn.take("note", details={"amount_minor": amount_minor, "words": words.commitment})
    keep(turn.case, turn.actor, words, kind="note", seq=taken.seq, at=turn.now)
    payment = CostPayment(
        case_id=turn.case.id, amount_minor=amount_minor, reference=reference, account_id=turn.actor.id or 0, at=turn.now
    )
    db.session.add(payment)
    db.session.flush()
    book_payment(turn.case, payment)
