"""From what pages are made of to JSON: codes for machines, and the sentence people read beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from disputes.casefile.views import CaseView, Choice, ClockView, DecisionView
from disputes.text import Text
from disputes.web.formats import say


def case_json(view: CaseView, verdicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A case for its reader. `version` goes back with a form; `available_actions` are the buttons of the page."""
    return {
        "id": view.id, "ref": view.ref, "state": view.state, "version": view.version, "turn": view.turn,
        "headline": plain(view.headline), "next": plain(view.next_text), "shop": view.shop_name,
        "order": view.order_number, "opened_at": view.opened_at.isoformat(),
        "claimed": {"minor": view.claimed_minor, "currency": view.currency},
        "clock": _clock(view.clock) if view.clock else None,
        "available_actions": [_action(choice) for choice in view.choices],
        "verdicts": [said(verdict) for verdict in verdicts],
        "decision": _decision(view.decision, view.currency) if view.decision else None,
    }  # fmt: skip


def said(verdict: Mapping[str, Any]) -> dict[str, Any]:
    """A verdict as stored, with its reason in the reader's words."""
    return {**verdict, "reason": plain(Text.from_dict(verdict["reason"]))}


def _clock(clock: ClockView) -> dict[str, Any]:
    return {
        "name": clock.name, "due_at": clock.due_at.isoformat(), "actor": clock.actor, "then": plain(clock.then),
        "standing": clock.standing, "clauses": list(clock.clauses), "paused": clock.paused,
    }  # fmt: skip


def _action(choice: Choice) -> dict[str, Any]:
    refused = plain(choice.refused) if choice.refused else None
    return {"step": choice.trigger, "label": plain(choice.label), "url": choice.url, "refused": refused}


def _decision(decision: DecisionView, currency: str) -> dict[str, Any]:
    return {
        "kind": decision.kind, "headline": plain(decision.headline), "reasons": decision.reasons,
        "clauses": list(decision.clauses),
        "decided_at": decision.decided_at.isoformat() if decision.decided_at else None,
        "outcomes": [
            {
                "kind": outcome.kind, "state": outcome.state,
                "amount_minor": outcome.amount_minor, "currency": currency,
            }
            for outcome in decision.outcomes
        ],
    }  # fmt: skip


def plain(text: Text) -> str:
    """What people would read, without the marks of a page."""
    found = say(text)
    return found.striptags() if isinstance(found, Markup) else found
