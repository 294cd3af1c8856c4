"""What became of a decision: each outcome, how far its money has come, what it restricts."""

from collections import Counter
from typing import Any

from flask import url_for

from disputes.models import Outcome
from disputes.text import N_, Text
from disputes.web.scopes import SCOPES
from disputes.workflows import WORKFLOWS
from disputes.workflows.outcome import CREDIT, DEBIT, RESTRICT
from disputes.workflows.refund import REFUND
from disputes.workflows.restriction import RESTRICTION, UNTOLD
from disputes.workflows.roles import BUYER

from .read import Raw
from .views import OutcomeView, RestrictionView, Stage

OUTCOMES = {
    "refund": N_("Refund"),
    "cancel_order": N_("The order is cancelled"),
    CREDIT: N_("Paid by us to the seller"),
    DEBIT: N_("Taken back from the buyer"),
}
WAITS = N_("Waits until this payment is checked")


def outcome(raw: Raw, row: Outcome) -> OutcomeView:
    """An outcome as its decision's reader sees it: how far its money has come, or what it restricts."""
    parts = [r for r in raw.refunds if r.outcome_id == row.id]
    arrived = [r.arrived_at for r in parts if r.arrived_at]
    reference = next((r.provider_ref for r in parts if r.provider_ref), None)
    label = WORKFLOWS["outcome"].by_name[row.state].label
    if row.kind == "refund" and row.state == "done":
        label = REFUND.by_name[_most_of(parts)].label
    waits = raw.facts.frozen and any(part.state == "reserved" for part in parts)
    if row.kind == RESTRICT:
        return _restricts(raw, row, label)
    return OutcomeView(
        kind=row.kind, label=Text(OUTCOMES[row.kind]), amount_minor=row.amount_minor, state=row.state,
        state_label=Text(WAITS if waits else label),
        at=max(arrived) if arrived and row.state == "done" else row.changed_at, reference=reference,
        steps=_money_path(parts, waits=waits) if parts else (),
    )  # fmt: skip


def _restricts(raw: Raw, row: Outcome, label: str) -> OutcomeView:
    """A restriction as staff see it with the decision it came from."""
    found = next(r for r in raw.restrictions if r.outcome_id == row.id)
    scopes = tuple(scope.scope for scope in raw.scopes if scope.restriction_id == found.id)
    begun = found.state not in UNTOLD
    view = RestrictionView(
        side=row.target, name=raw.buyer.name if row.target == BUYER else raw.seller.name, scopes=scopes,
        scope_labels=tuple(Text(SCOPES[scope]) for scope in scopes), starts_at=found.starts_at, ends_at=found.ends_at,
        reasons=found.reasons, clauses=tuple(found.clauses),
        url=url_for("restrictions.inside", restriction_id=found.public_id) if begun else None,
    )  # fmt: skip
    return OutcomeView(
        kind=row.kind, label=Text(N_("Restriction of %(name)s"), {"name": {"name": view.name}}), amount_minor=None,
        state=row.state, state_label=Text(RESTRICTION.by_name[found.state].label if begun else label),
        at=row.changed_at, reference=None, steps=(), restriction=view,
    )  # fmt: skip


def _most_of(parts: Any) -> str:
    """How a refund that is done ended, by its largest part."""
    ended = Counter[str]()
    for part in parts:
        ended[part.state] += part.amount_minor
    return ended.most_common(1)[0][0] if ended else "arrived"


def _money_path(parts: Any, *, waits: bool) -> tuple[Stage, ...]:
    """How far the slowest part of a refund has come; `waits`: it is not sent, because its payment is frozen."""
    order = ("reserved", "sent", "arrived")
    labels = (N_("Ordered"), N_("Sent to the bank"), N_("Arrived"))
    if any(part.state == "failed" for part in parts):
        return (Stage(Text(N_("Ordered")), "done"), Stage(Text(N_("The bank did not take it; we are on it")), "now"))
    if waits:
        return (Stage(Text(N_("Ordered")), "done"), Stage(Text(WAITS), "now"))
    parts = [part for part in parts if part.state in order]
    if not parts:
        return ()
    reached = min(order.index(part.state) for part in parts)
    done = [i <= reached for i in range(3)]
    status = ["done" if d else "now" if i == reached + 1 else "ahead" for i, d in enumerate(done)]
    return tuple(Stage(Text(label), s) for label, s in zip(labels, status, strict=True))
