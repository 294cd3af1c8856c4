"""What people of the demo do: the slices' own services, by the verbs its data names."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from disputes.appeals import service as appeals
from disputes.auth.access import Turn
from disputes.cases.service import drop_case
from disputes.db import db
from disputes.decisions import service as decisions
from disputes.decisions.restricting import Restricts
from disputes.messages import service as messages
from disputes.models import Decision, Referral
from disputes.offers import service as offers
from disputes.policies.repay import LINES, Asked, Part
from disputes.referrals import service as referrals
from disputes.steps import fire_overdue
from disputes.web.configure import settings_of

from . import demo_money as money

Table = Mapping[str, Any]


def _draft(turn: Turn, step: Table) -> Decision:
    exhibits, clauses = step.get("exhibits", ()), step.get("clauses", ())
    restricts = [_restricts(turn, one) for one in step.get("restricts", ())]
    asked = _asked(step["parts"]) if "parts" in step else None
    kind, amount, words = step["kind"], asked.minor if asked else step.get("amount"), step["words"]
    return decisions.draft(
        turn, decisions.Drafted(kind, amount, words, exhibits, clauses, restricts=restricts, asked=asked)
    )


def _asked(parts: Table) -> Asked:
    """{ 1 = [1, 14000], shipping = 600 }: one of line 1, and of what was paid for it 140.00; 6.00 of the shipping."""
    lines = {ref: Part(*part) for ref, part in parts.items() if ref != "shipping"}
    return Asked(LINES, 0, lines, parts.get("shipping", 0))


def _restricts(turn: Turn, one: Table) -> Restricts:
    until = turn.now + timedelta(days=one["days"]) if "days" in one else None
    return Restricts(one["side"], one["scopes"], None, until, one["words"])


def _decide(turn: Turn, step: Table) -> None:
    decisions.decide(turn, digest=_draft(turn, step).digest)


def _propose(turn: Turn, step: Table) -> None:
    _draft(turn, step)
    decisions.propose_draft(turn)


def _second(turn: Turn, step: Table) -> None:
    _draft(turn, step)
    decisions.ask_second(turn)


def _content(step: Table) -> referrals.Content:
    return referrals.Content(
        step["offence"], step["words"], step["authority"], step["basis"], step["law"], step["left_out"],
        ("messages", "offers"), step.get("exhibits", ()),
    )  # fmt: skip


def _refer_now(turn: Turn, step: Table) -> None:
    referral = referrals.draft(turn, _content(step))
    with referrals.packed(turn, referral, settings_of(current_app).instance) as packed:
        referrals.hand_over_urgently(turn, referral, packed, digest=packed.digest, words=step["why"])


def _approve(turn: Turn, _step: Table) -> None:
    """A second person takes the decision as it was drafted."""
    draft = decisions.drafted(turn.case.id)
    assert draft, "a demo case whose draft waits for a second person"
    decisions.decide(turn, digest=draft.digest)


def _refer_proposed(turn: Turn, step: Table) -> None:
    referral = referrals.draft(turn, _content(step))
    referrals.propose(turn, referral, digest=referral.digest)


def _approve_referral(turn: Turn, _step: Table) -> None:
    referral = db.session.scalars(select(Referral).where(Referral.case_id == turn.case.id)).one()
    referrals.approve(turn, referral, digest=referral.digest)


def _pass(turn: Turn, _step: Table) -> None:
    """Nobody does anything: the limits that ran out meanwhile do what they do."""
    fire_overdue(turn.case, now=turn.now, received_at=turn.received_at)


DO: Mapping[str, Callable[[Turn, Table], object]] = {
    "ask": lambda turn, step: messages.ask(turn, words=step["words"]),
    "answer": lambda turn, step: messages.answer(turn, words=step["words"]),
    "reply": lambda turn, step: messages.reply(turn, words=step["words"]),
    "contest": lambda turn, step: messages.contest(turn, words=step["words"]),
    "comment": lambda turn, step: messages.comment(turn, words=step["words"]),
    "offer": lambda turn, step: offers.put_offer(
        turn, kind=step["kind"], amount_minor=step.get("amount"), note=step["words"]
    ),
    "refuse": lambda turn, step: offers.refuse(turn, reason=step["reason"], words=step["words"]),
    "accept": lambda turn, step: offers.accept(turn),
    "step_in": lambda turn, step: offers.step_in(turn),
    "request": lambda turn, step: messages.request_info(turn, side=step["side"], words=step["words"]),
    "decide": _decide,
    "propose": _propose,
    "second": _second,
    "approve": _approve,
    "appeal": lambda turn, step: appeals.appeal(turn, ground=step["ground"], words=step["words"]),
    "outside": lambda turn, step: appeals.go_outside(turn, body=step["body"], words=step["words"]),
    "refer": lambda turn, step: referrals.draft(turn, _content(step)),
    "refer_now": _refer_now,
    "refer_proposed": _refer_proposed,
    "approve_referral": _approve_referral,
    "drop": lambda turn, step: drop_case(turn),
    "pass": _pass,
    "charge_back": money.charge_back,
    "send_past_us": money.send_past_us,
    "cost": money.record_cost,
    "voucher": money.give_voucher,
}
