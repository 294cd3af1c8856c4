"""What was changed about people and shops, told as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from disputes.effects.house import HOUSES
from disputes.models import Account, HouseEvent
from disputes.text import N_, Text
from disputes.web.roles import ROLES
from disputes.workflows.roles import CLOCK, SYSTEM

from . import queries

OPERATOR = N_("the command line")
HOUSE = {SYSTEM: N_("the system"), CLOCK: N_("the clock")}
STORIES = {
    "give_role": N_("The role was given: %(role)s"),
    "take_role": N_("The role was taken away: %(role)s"),
    "accept_invitation": N_("The invitation was accepted: %(role)s"),
    "end_sessions": N_("Signed out everywhere"),
    "disable": N_("The account was shut"),
    "enable": N_("The account was opened again"),
    "reset_codes": N_("The second step was turned off"),
    "add_shop": N_("The shop was added"),
    "change_shop": N_("Limits were set: one decision %(refund)s, a day %(daily)s"),
    "new_key": N_("A secret for hand-off links was made"),
    "stop_steps": N_("What happens by itself was stopped"),
    "start_steps": N_("What happens by itself goes on"),
    "stop_refunds": N_("Outgoing refunds were stopped"),
    "impose": N_("A restriction was decided"),
    "begin": N_("A restriction began"),
    "end": N_("A restriction ended"),
    "lift": N_("A restriction was lifted"),
    "call_off": N_("A restriction was called off before it began"),
    "appeal": N_("An appeal against a restriction came in"),
    "uphold": N_("A restriction stays after an appeal"),
    "vary": N_("A restriction became less after an appeal"),
    "overturn": N_("A restriction was lifted after an appeal"),
    "start_refunds": N_("Outgoing refunds go on"),
}


@dataclass(frozen=True)
class Change:
    """One line: when, who in which role, about whom or what, and what it was."""

    at: datetime
    who: Text
    role: Text | None
    about: str
    beside: str
    told: Text


def changes(events: Sequence[HouseEvent]) -> list[Change]:
    """The lines of a page, names read in as many statements as there are kinds of roots."""
    names = {table.__tablename__: queries.named(table, events) for table in HOUSES}
    people = queries.people(events)
    return [_change(event, names[event.root].get(event.root_id), people) for event in events]


def _change(event: HouseEvent, root: Any, people: Mapping[int, str]) -> Change:
    actor = people.get(event.actor_id or 0)
    return Change(
        at=event.at,
        who=Text("%(name)s", {"name": {"name": actor}}) if actor else Text(HOUSE.get(event.role, OPERATOR)),
        role=Text(ROLES[event.role]) if event.role in ROLES else None,
        about=root.name,
        beside=root.email if isinstance(root, Account) else event.shop_id or "",
        told=Text(STORIES[event.trigger], _params(event.details)),
    )


def _params(details: Mapping[str, Any]) -> dict[str, Any]:
    params: dict[str, Any] = {"role": Text(ROLES[details["role"]])} if "role" in details else {}
    for name in ("refund", "daily"):
        minor = details.get(f"{name}_limit_minor")
        amount = Text("%(amount)s", {"amount": {"minor": minor, "currency": details.get("currency")}})
        params[name] = Text(N_("without limit")) if minor is None else amount
    return params
