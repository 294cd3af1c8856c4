"""Walk cases from their filing, step by step, through the services people's pages call.

A walk looks at what the table offers everybody now and takes what was not taken before, so that a few hundred cases
see every row of the table. The same seed walks the same way."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from disputes.appeals import service as appeals
from disputes.cases import service as cases
from disputes.costs import service as costs
from disputes.db import db, writing
from disputes.decisions import service as decisions
from disputes.decisions.restricting import Restricts
from disputes.effects.facts import case_facts
from disputes.effects.outside import dispute_told, refund_told
from disputes.evidence import service as evidence
from disputes.late import keep_late
from disputes.messages import service as messages
from disputes.models import Allocation, Clock, Event, Outcome, Payment, Referral, Refund, Shop
from disputes.moment import real_now
from disputes.offers import service as offers
from disputes.outbox.away import hold
from disputes.outbox.provider import Answer, DisputeStatus, DisputeTold, RefundTold
from disputes.outbox.refunds import note as note_refund
from disputes.policies.reasons import Fault
from disputes.referrals import service as referrals
from disputes.reports import service as reports
from disputes.steps import Actor, Refused, choices, take_step
from disputes.storage.store import receive
from disputes.workflows.case import CASE, DECIDED, RESTRICTED
from disputes.workflows.roles import BUYER, LEAD, REVIEWER, SELLER, SYSTEM
from tests.cast import ADA, BEN, CLEO, LIN, RITA
from tests.referrals.making import content
from tests.turns import case_of, person, sweep, turn

Row = tuple[str, str]  # a trigger, and the state it was taken from
Option = tuple[Row, Callable[[], Any]]
PEOPLE = ((ADA, BUYER), (BEN, SELLER), (CLEO, REVIEWER), (RITA, REVIEWER), (LIN, LEAD))
TWO = "two@example.org"  # leads, too
GRACE = timedelta(seconds=31)
LONG, IDLE = 60, 25  # steps after which a case has seen enough, in all and without anything new


@dataclass
class Walk:
    """One case on its way, and the clock on the wall."""

    case_id: int
    random: Random
    folder: Path
    now: datetime = field(default_factory=real_now)
    wanted: set[Row] = field(default_factory=set)

    def options(self, wanted: set[Row]) -> list[Option]:
        """What somebody, or the house, can do now: a row of the table and how to take it. `wanted` ones, if any."""
        state, offered = case_of(self.case_id).state, list(self._house())
        people = list(PEOPLE)
        self.random.shuffle(people)
        for email, role in people:
            if any(row in wanted for row, _ in offered):
                break  # no need to look further
            for trigger in self._open_to(email, role):
                if act := ACTS.get(_family(trigger)):
                    do = partial(self._take, act, email, role)
                    offered.append(((trigger, state), do))
        return offered

    def taken(self) -> set[Row]:
        """Every row of the table this case has taken so far."""
        events = select(Event.trigger, Event.source).where(Event.case_id == self.case_id, Event.record == "case")
        return {(trigger, source) for trigger, source in db.session.execute(events) if source is not None}

    def _open_to(self, email: str, role: str) -> list[str]:
        case, actor = case_of(self.case_id), Actor(person(email), role)
        facts, _, _ = case_facts(case, actor, self.now)
        return [step.trigger for step, refused in choices(case, actor, facts) if refused is None]

    def _take(self, act: Callable[["Walk", Any], Any], email: str, role: str) -> None:
        self.now += timedelta(seconds=1)
        with turn(self.case_id, email, role, at=self.now) as t:
            act(self, t)

    def _house(self) -> Iterator[Option]:
        """What happens by itself: notices go out, limits run out, money arrives."""
        state = case_of(self.case_id).state
        clocks = db.session.scalars(select(Clock).where(Clock.case_id == self.case_id, Clock.closed_at.is_(None))).all()
        for clock in clocks:
            if clock.due_at is None:
                yield ("notice_sent", state), partial(self._system, "notice_sent", clock=clock.name)
            elif clock.held_at is not None:
                yield ("extend", state), partial(self._extend, clock.name, clock.actor)
            elif clock.pulls and clock.paused_at is None:
                yield (clock.pulls, state), partial(self._until, clock.due_at)
                if clock.actor in (BUYER, SELLER):
                    after = CASE.dest_of(CASE.by_trigger[clock.pulls], state)
                    yield ("extend", state), partial(self._away, clock.due_at)
                    yield ("keep_late", after), partial(self._late, clock.due_at, clock.actor)
                    yield (f"answer_in_time_{state}", after), partial(self._in_time, clock.due_at, clock.actor)
        yield from self._outside(state)
        if case_of(self.case_id).cover:
            yield ("end_referral", "law_enforcement_referral"), self._end_referral
        else:
            yield ("refer", state), self._refer
        for refund in db.session.scalars(
            select(Refund).where(Refund.case_id == self.case_id, Refund.state != "arrived")
        ).all():
            yield ("measures_done", state), partial(self._arrives, refund.id)
        for outcome in db.session.scalars(
            select(Outcome).where(Outcome.case_id == self.case_id, Outcome.state == "ordered")
        ).all():
            if outcome.kind in BY_HAND:
                yield ("measures_done", state), partial(self._finish, outcome, *BY_HAND[outcome.kind])

    def _outside(self, state: str) -> Iterator[Option]:
        """What a bank and a back office do to the payment, each once."""
        seen = {trigger for trigger, _ in self.taken()}
        if "payment_frozen" not in seen:
            yield ("payment_frozen", state), partial(self._bank, "needs_answer")
        elif "payment_freed" not in seen:
            yield ("payment_freed", state), partial(self._bank, "won")
        if "refund_seen" not in seen:
            yield ("refund_seen", state), self._past_us

    def _payment(self) -> Payment:
        of = select(Payment).join(Allocation).where(Allocation.order_id == case_of(self.case_id).order_id)
        return db.session.scalars(of).one()

    def _bank(self, status: DisputeStatus) -> None:
        payment, currency = self._payment(), case_of(self.case_id).currency
        told = DisputeTold(f"dp-{payment.id}", payment.ref, "c1", 1, currency, status, "fraudulent", None, self.now)
        with writing():
            assert dispute_told(payment.shop_id, told, self.now)

    def _past_us(self) -> None:
        payment, currency = self._payment(), case_of(self.case_id).currency
        told = RefundTold(f"re-{payment.id}", None, payment.ref, "c1", 1, currency, "succeeded", self.now)
        with writing():
            assert refund_told(payment.shop_id, told, self.now)

    def _refer(self) -> None:
        """A lead hands the case over in an emergency."""
        with turn(self.case_id, LIN, LEAD, at=self.now) as t:
            referral = referrals.draft(t, content())
            with referrals.packed(t, referral, self.folder) as packed:
                referrals.hand_over_urgently(t, referral, packed, digest=packed.digest, words="Tonight.")

    def _end_referral(self) -> None:
        """Another lead reviews what was handed over, and objects."""
        with turn(self.case_id, TWO, LEAD, at=self.now) as t:
            newest = select(Referral).where(Referral.case_id == self.case_id).order_by(Referral.id.desc()).limit(1)
            referrals.review(t, db.session.scalars(newest).one(), right=False, words="It was no emergency.")

    def _system(self, trigger: str, **details: Any) -> None:
        with turn(self.case_id, None, SYSTEM, at=self.now) as t:
            t.take(trigger, details=details)

    def _until(self, due: datetime) -> None:
        self.now = max(self.now, due + GRACE)
        sweep(self.case_id, self.now)

    def _away(self, due: datetime) -> None:
        """The worker was not there when the limit ran out."""
        self.now = max(self.now, due + GRACE)
        with writing() as session:
            shop = session.get(Shop, case_of(self.case_id).shop_id)
            assert shop
            hold(shop, due - GRACE, self.now)

    def _extend(self, clock: str, side: str) -> None:
        details = {"clock": clock, "side": side, "due_at": (self.now + timedelta(days=2)).isoformat()}
        with turn(self.case_id, LIN, LEAD, at=self.now) as t:
            t.take("extend", details=details)

    def _late(self, due: datetime, side: str) -> None:
        self.now = max(self.now, due + GRACE)
        actor = Actor(person(ADA if side == BUYER else BEN), side)
        public_id = case_of(self.case_id).public_id
        keep_late(public_id, actor, f"Too late, {self.random.random()}", [], now=self.now, received_at=self.now)

    def _in_time(self, due: datetime, side: str) -> None:
        """The sweep comes first, the answer had arrived before."""
        email = ADA if side == BUYER else BEN
        wanted = [t for t in self._open_to(email, side) if t in IN_TIME]
        self._until(due)
        if wanted:
            with turn(self.case_id, email, side, at=self.now, arrived=due - timedelta(seconds=1)) as t:
                ACTS[self.random.choice(wanted)](self, t)

    def _arrives(self, refund_id: int) -> None:
        refund = db.session.get(Refund, refund_id, populate_existing=True)
        assert refund
        status = self.random.choice(("pending", "succeeded", "failed")) if refund.state == "reserved" else "succeeded"
        if refund.state == "failed":
            with turn(self.case_id, CLEO, REVIEWER, at=self.now) as t:
                take_step(refund, "retry", t.actor, now=self.now, received_at=self.now)
            return
        with writing():
            note_refund(self.case_id, refund.key, (refund.state,), Answer(status, f"re-{refund.key}", None, None))

    def _finish(self, outcome: Outcome, trigger: str, email: str | None, role: str) -> None:
        with turn(self.case_id, email, role, at=self.now) as t:
            t.take(trigger, outcome)


def _family(trigger: str) -> str:
    """Rows that stand once for each state share what a person does."""
    return next((name.rstrip("_") for name in COMES_BACK if trigger.startswith(name)), trigger)


def _words(walk: Walk) -> str:
    return walk.random.choice(("Please look.", "It was whole when it left.", "الرجاء النظر", "请看"))


def _offer(walk: Walk, t: Any) -> None:
    kind = walk.random.choice(("full_refund", "partial_refund", "cancellation"))
    offers.put_offer(t, kind=kind, amount_minor=100 if kind == "partial_refund" else None, note="")


def _file(walk: Walk, t: Any) -> None:
    class Upload:
        filename, stream = "a.txt", BytesIO(f"a note {walk.random.random()}".encode())

    evidence.add(t, kind="photo", files=receive(walk.folder, [Upload()]))


def _draft(walk: Walk, t: Any) -> None:
    kinds = decisions.on_top_of(t.case.state) if t.case.state in DECIDED else tuple(decisions.TAKES)
    new = [kind for kind in kinds if (decisions.TAKES[kind], t.case.state) in walk.wanted]
    kind = walk.random.choice(new or kinds)
    part = 100 + walk.random.randrange(100) if kind == "partial_refund" else None
    until = walk.random.choice((None, t.now + timedelta(days=7)))
    restricts = [Restricts(BUYER, ("messaging",), None, until, "You wrote threats.")] if kind == RESTRICTED else []
    decisions.draft(t, decisions.Drafted(kind, part, "The photos show it.", [], [], restricts=restricts))


def _decide(_walk: Walk, t: Any) -> None:
    draft = decisions.drafted(t.case.id)
    assert draft
    decisions.decide(t, digest=draft.digest)


def _report(walk: Walk, t: Any) -> None:
    found = reports.reportable(t)
    if not found:
        raise Refused(reports.NOT_THAT)
    reports.report(t, message_id=found[0].id, reason="threat", words="He threatens me.")


ACTS: dict[str, Callable[[Walk, Any], Any]] = {
    "bypass_seller": lambda w, t: t.take("bypass_seller"),
    "settle_full": lambda w, t: offers.accept(t),
    "settle_partial": lambda w, t: offers.accept(t),
    "settle_cancel": lambda w, t: offers.accept(t),
    "offer": _offer,
    "counter": _offer,
    "refuse": lambda w, t: offers.refuse(t, reason="not_proven", words=_words(w)),
    "reply": lambda w, t: messages.reply(t, words=_words(w)),
    "decline_offer": lambda w, t: offers.decline(t),
    "ask": lambda w, t: messages.ask(t, words=_words(w)),
    "answer": lambda w, t: messages.answer(t, words=_words(w)),
    "contest_redirect": lambda w, t: messages.contest(t, words=_words(w)),
    "add_evidence": _file,
    "report_message": _report,
    "judge_report": lambda w, t: reports.judge_report(t, keep_hidden=w.random.random() < 0.5, words=_words(w)),
    "step_in": lambda w, t: offers.step_in(t),
    "request_info": lambda w, t: messages.request_info(t, side=w.random.choice((BUYER, SELLER)), words=_words(w)),
    "answer_info": lambda w, t: messages.answer_info(t, words=_words(w)),
    "stop_waiting": lambda w, t: messages.stop_waiting(t),
    **{trigger: _draft for trigger in ("draft", "draft_on_top")},
    **{trigger: _decide for trigger in (*decisions.TAKES.values(), "restrict", "top_up")},
    "ask_second": lambda w, t: decisions.ask_second(t),
    "return_draft": lambda w, t: decisions.send_back(t, words=_words(w)),
    "record_cost": lambda w, t: costs.record(
        t, costs.Spent("loss", 100, BUYER, percents={"platform": 100}, reasons=_words(w), fault=Fault.BUYER)
    ),
    "note": lambda w, t: messages.note(t, words=_words(w)),
    "propose": lambda w, t: decisions.propose_draft(t),
    "comment": lambda w, t: messages.comment(t, words=_words(w)),
    "revise": lambda w, t: t.take("revise"),
    "appeal": lambda w, t: appeals.appeal(t, ground="new_evidence", words=_words(w)),
    "uphold": lambda w, t: appeals.uphold(t, words=_words(w)),
    "go_external": lambda w, t: appeals.go_outside(t, body="The ombudsman", words=_words(w)),
    "external_result": lambda w, t: appeals.come_back(t, words=_words(w)),
    "reopen": lambda w, t: decisions.reopen(t, words=_words(w)),
    "drop_case": lambda w, t: cases.drop_case(t),
    "resume": lambda w, t: cases.resume(t),
}
BY_HAND = {
    "cancel_order": ("finish", None, SYSTEM),
    "credit_seller": ("confirm_paid", LIN, LEAD),
    "debit_buyer": ("confirm_paid", LIN, LEAD),
}
COMES_BACK = ("answer_in_time_", "uphold_", "external_result_", "resume_")  # rows that stand once for each state
# What other steps wait for.
SETS_UP = (
    "draft", "draft_on_top", "ask_second", "ask", "report_message", "offer", "counter", "refuse", "notice_sent",
    "appeal", "go_external", "drop_case",
)  # fmt: skip
IN_TIME = ("answer", "reply", "refuse", "offer", "counter", "decline_offer", "answer_info", "contest_redirect")


def walk_on(walk: Walk, seen: set[Row], rows: set[Row]) -> None:
    """Take steps towards rows not taken yet, until none has come up for a while or the case is long enough."""
    idle, far = 0, _distances(rows - seen)
    for _ in range(LONG):
        walk.wanted = rows - seen
        offered = walk.options(walk.wanted)
        if not offered or idle > IDLE:
            break
        with suppress(Refused):
            walk.random.choice(_nearer(offered, far, rows - seen) or offered)[1]()
        db.session.rollback()
        before = len(seen)
        seen |= walk.taken()
        idle = 0 if len(seen) > before else idle + 1
        if not idle:
            far = _distances(rows - seen)


def _distances(wanted: set[Row]) -> dict[str, int]:
    """How many steps each state is away from one with a row still wanted, guards aside."""
    far = {_begins(row): 0 for row in wanted}
    for steps in range(1, len(CASE.state_names)):
        for state in CASE.state_names:
            ways = {CASE.dest_of(step, state) for step in CASE.by_state[state]}
            if state not in far and any(far.get(way) == steps - 1 for way in ways):
                far[state] = steps
    return far


def _begins(row: Row) -> str:
    """The state to be in for a row: where a limit ran, an appeal began or a case was closed, not where that led."""
    trigger, state = row
    return next((trigger.removeprefix(name) for name in COMES_BACK if trigger.startswith(name)), state)


def _nearer(offered: Sequence[Option], far: dict[str, int], wanted: set[Row]) -> list[Option]:
    """Rows that are wanted themselves, else those that lead on towards one, or that make one possible where we are."""
    if found := [option for option in offered if option[0] in wanted]:
        return found
    state = offered[0][0][1]
    here = far.get(state, 99)
    return [
        (row, do)
        for row, do in offered
        if row[0] in CASE.by_trigger
        and (
            far.get(CASE.dest_of(CASE.by_trigger[row[0]], state), 99) < max(here, 1)
            or (here == 0 and row[0] in SETS_UP)
        )
    ]
