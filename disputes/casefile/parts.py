"""The parts of a case page, each made from its rows."""

from collections.abc import Mapping

from flask import current_app, url_for

from disputes.models import Clock, Decision, Evidence, Offer
from disputes.policies.proofs import PROOFS
from disputes.policies.repay import Worth
from disputes.steps import choices as step_choices
from disputes.text import N_, Text
from disputes.workflows.case import CASE, DECIDED
from disputes.workflows.core import Step
from disputes.workflows.outcome import RESTRICT
from disputes.workflows.roles import DESK, INSIDE, PARTIES, REVIEWER, SELLER

from . import repay, rulings, shown, words
from .meanings import points
from .outcomes import outcome
from .read import Raw
from .views import (
    Choice,
    ClockView,
    DecisionView,
    Exhibit,
    Line,
    OfferView,
    Stage,
)

EXHIBIT_KINDS = {
    "filing": N_("Sent with the case"),
    "refusal": N_("Sent with the refusal"),
    "message": N_("Sent with a message"),
    "appeal": N_("Sent with the appeal"),
    "late": N_("Sent after the deadline"),
    **PROOFS,
}
PATH = ("opened", "seller_contacted", "investigated")
DECISION = "decision"  # the place of whatever is decided, until it is
# States beside the way, and where on it they stand.
STANDS_FOR = {
    "redirected": "opened",
    "awaiting_promise": "opened",
    "offered": "seller_contacted",
    "awaiting_information": "investigated",
    "provisional_decision": "investigated",
    "appealed": "investigated",
    "external_body": "closed",
    "dropped": "closed",
}


def choices(raw: Raw) -> tuple[Choice, ...]:
    """What the reader can do now; a shut step with its reason."""
    taken = step_choices(raw.case, raw.actor, raw.facts)
    return tuple(_choice(raw, step, refused) for step, refused in taken)


def _choice(raw: Raw, step: Step, refused: Text | None) -> Choice:
    case_id = raw.case.public_id
    url = (
        url_for(step.page, case_id=case_id) if step.page else url_for("cases.do", case_id=case_id, trigger=step.trigger)
    )
    opens_page = step.page and any("GET" in (r.methods or ()) for r in current_app.url_map.iter_rules(step.page))
    method = "get" if opens_page else "post"
    # One thing to do stands out, and only where it is the reader's to do.
    primary = step.primary and (words.reader_turn(raw) == "you" or raw.state == "dropped")
    return Choice(step.trigger, Text(step.label), refused, url, method, primary, step.danger)


def clock(raw: Raw) -> ClockView | None:
    """The limit that runs out first, else one that is paused."""
    known = [c for c in raw.clocks if c.due_at is not None]
    if not known:
        return _desk_target(raw)
    running = [c for c in known if c.paused_at is None] or known
    return clock_view(min(running, key=lambda c: c.due_at or raw.now))


def _desk_target(raw: Raw) -> ClockView | None:
    """What the queue orders a case by that no limit runs for; only the desk is shown it."""
    if raw.actor.role not in DESK or CASE.by_name[raw.state].turn != REVIEWER:
        return None
    return ClockView(
        "desk_target",
        raw.case.desk_due_at,
        raw.actor.role,
        Text(N_("Our target")),
        Text(words.NOTHING_THEN),
        "operator",
        (),
    )


def clock_view(row: Clock) -> ClockView:
    assert row.due_at is not None
    then = words.THEN.get(row.pulls or "", words.NOTHING_THEN)
    label = CASE.clock_specs[row.name].label
    return ClockView(
        row.name, row.due_at, row.actor, Text(label), Text(then), row.standing, tuple(row.clauses),
        paused=row.paused_at is not None,
    )  # fmt: skip


def lines(raw: Raw) -> tuple[Line, ...]:
    return tuple(
        Line(
            title=line.title, variant=line.variant, quantity=claimed.quantity, of=line.quantity,
            unit_minor=line.unit_minor, paid_minor=line.paid_minor, category=line.category, listing=None,
            ref=line.ref, worth=Worth(claimed.paid_minor, claimed.discount_minor, claimed.tax_minor),
        )
        for claimed, line in raw.lines
    )  # fmt: skip


def exhibits(raw: Raw) -> tuple[Exhibit, ...]:
    return tuple(_exhibit(raw, row) for row in raw.exhibits)


def _exhibit(raw: Raw, row: Evidence) -> Exhibit:
    by = words.name_of(raw, row.role) if row.role in PARTIES else None
    return Exhibit(
        no=row.number, label=Text(EXHIBIT_KINDS.get(row.kind, row.kind)), filename=row.filename, size=row.size,
        media_type=row.media_type, sha256=row.sha256, by=Text("%(name)s", {"name": by}) if by else Text(N_("Us")),
        side=row.role if by else "us", at=row.received_at, url=url_for("evidence.show", evidence_id=row.public_id),
    )  # fmt: skip


def offer(raw: Raw) -> OfferView | None:
    """The offer the reader should look at: the other side's, else their own."""
    mine = raw.actor.role
    on_table = [o for o in raw.offers if o.side == SELLER or raw.state != "seller_contacted" or mine == SELLER]
    on_table = on_table if raw.state in ("seller_contacted", "offered") else []
    theirs = [o for o in on_table if o.side != mine] or on_table
    return _offer(raw, max(theirs, key=lambda o: o.id)) if theirs else None


def _offer(raw: Raw, row: Offer) -> OfferView:
    limit = next((c for c in raw.clocks if c.name == "offer_answer" and c.due_at), None)
    return OfferView(
        by=Text("%(name)s", {"name": words.name_of(raw, row.side)}), side=row.side,
        kind=Text(CASE.by_name[row.kind].label),
        # What really comes back when it is accepted: of the whole, what has not been sent back already.
        amount_minor=row.amount_minor or min(raw.case.claimed_minor, raw.facts.refundable_minor) or None,
        currency=row.currency, note=row.note, at=row.made_at, expires=clock_view(limit) if limit else None,
        mine=row.side == raw.actor.role,
    )  # fmt: skip


def decision(raw: Raw, row: Decision | None, known: Mapping[int, Exhibit]) -> DecisionView | None:
    """A decision with its reasons, what it names, and what became of each outcome."""
    if row is None:
        return None
    cited = [c for c in raw.citations if c.decision_id == row.id]
    clauses = tuple(c.clause for c in cited if c.clause)
    by = Text(N_("The platform"))
    if row.settled:
        by = Text(N_("Agreed by both sides"))
    told = [o for o in raw.outcomes if o.kind != RESTRICT or raw.actor.role in INSIDE]
    outcomes = tuple(outcome(raw, o) for o in told if o.decision_id == row.id)
    return DecisionView(
        headline=words.decided(raw, row), reasons=row.reasons,
        exhibits=tuple(known[c.evidence_id] for c in cited if c.evidence_id is not None and c.evidence_id in known),
        clauses=clauses, points=points(clauses, rulings.known(raw, row)), decided_at=row.decided_at, by=by,
        outcomes=outcomes, kind=shown.kind_of(raw, row), amount_minor=row.amount_minor, digest=row.digest,
        platform_minor=row.platform_minor, fraud=row.fraud,
        repayment=repay.told(row.repayment, raw.actor.role),
    )  # fmt: skip


def stages(raw: Raw) -> tuple[Stage, ...]:
    """The way of a case, drawn from the table's states and what happened; what was skipped is not shown."""
    # Only where the state changed: a private step must not show by its time.
    moves = [e for e, _, _ in raw.story if e.record == "case" and e.source != e.dest]
    hidden = {s.trigger for s in CASE.steps if s.private} if raw.actor.role in PARTIES else CASE.covering
    reached = {shown.dest_of(raw, e): e.at for e in moves if e.trigger not in hidden}
    decided = max((state for state in DECIDED if state in reached), key=lambda state: reached[state], default=None)
    way = [*PATH, decided or DECISION, "closed"]
    here = way.index(STANDS_FOR.get(raw.state, raw.state))
    way[here] = raw.state  # e.g. an offer, where the way says that the seller is waited for
    return tuple(
        Stage(_stage_label(state), "done" if i < here else "now" if i == here else "ahead", reached.get(state))
        for i, state in enumerate(way)
        if i >= here or state in reached
    )


def _stage_label(state: str) -> Text:
    return Text(CASE.by_name[state].label if state in CASE.by_name else N_("Decision"))
