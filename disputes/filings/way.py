"""Which way a new case goes: to the seller, straight to a person, elsewhere, or it waits for a promised day."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from disputes.policies.evaluate import summary
from disputes.policies.reasons import REASONS
from disputes.policies.verdict import Result, Verdict
from disputes.text import Text
from disputes.verdicts import Judged


@dataclass(frozen=True)
class Way:
    """The step that sends a new case on its way, and what its event tells."""

    step: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def until(self) -> datetime | None:
        """How long a case that comes too early waits."""
        return datetime.fromisoformat(self.details["until"]) if "until" in self.details else None


def way_of(reason: str, judged: Judged) -> Way:
    """The way of a case. What is a matter of safety or fraud goes to a person, whatever the rules say."""
    if REASONS[reason].straight:
        return Way("bypass_seller")
    if elsewhere := belongs_elsewhere(judged):
        return Way("redirect", {"where": elsewhere.reason.as_dict(), "clauses": list(elsewhere.clauses)})
    if early := _too_early(judged):
        until = {"until": early.details["wake_at"], "standing": str(early.standing)}
        return Way("park", {**until, "clauses": list(early.clauses)})
    return Way("contact_seller")


def belongs_elsewhere(judged: Judged) -> Verdict | None:
    """The shop's rules send whoever bought there to somebody else: it is noted as a case, and decided there."""
    return next((v for v in judged.verdicts if v.name == "channel" and v.result is Result.FAIL), None)


def why_shut(judged: Judged) -> Text | None:
    """Why nothing can be filed by the shop's rules; None: it can. What belongs elsewhere is noted all the same."""
    said = summary(judged.verdicts)
    return said.because[0].reason if said.shut and not belongs_elsewhere(judged) else None


def _too_early(judged: Judged) -> Verdict | None:
    """The promise that is due first, where none is broken or open to a person's view."""
    if any(promise.result is not Result.FAIL for promise in judged.promises):
        return None
    due = [promise for promise in judged.promises if promise.details.get("code") == "premature"]
    return min(due, key=lambda promise: str(promise.details["wake_at"]), default=None)
