"""The story of a case, from its history and what people wrote."""

from collections.abc import Mapping
from typing import Any

from disputes.models import Event, Message
from disputes.text import N_, Text
from disputes.workflows import WORKFLOWS
from disputes.workflows.case import CASE
from disputes.workflows.core import Step
from disputes.workflows.roles import DESK, INSIDE, PARTIES

from . import shown, words
from .read import Raw
from .views import Entry, Exhibit


def timeline(raw: Raw, by_number: Mapping[int, Exhibit]) -> tuple[Entry, ...]:
    """Every event a reader may see, with the words that belong to it; the desk sees its own steps and notes too."""
    entries: list[Entry] = []
    told = set()
    for event, message, actor_name in raw.story:
        step = WORKFLOWS[event.record].by_trigger[event.trigger]
        own = message is not None and message.kind in ("late", "note")
        if event.seq not in told and step.story and (not step.private or raw.actor.role in INSIDE):
            told.add(event.seq)
            entries.append(_entry(raw, event, step, actor_name, None if own else message, by_number))
        if own and message is not None:
            entries.append(_own(raw, message))
    return tuple(entries)


def _entry(
    raw: Raw,
    event: Event,
    step: Step,
    actor_name: str | None,
    message: Message | None,
    by_number: Mapping[int, Exhibit],
) -> Entry:
    side = event.role if event.role in PARTIES else "us" if event.role in DESK else "system"
    told = shown.step_of(raw, event, step)
    exhibits = [by_number[n] for n in event.details.get("exhibits", ()) if n in by_number]
    return Entry(
        at=event.at, who=_who(raw, side, actor_name), side=side, text=Text(told.story, _params(raw, event, side)),
        body=_body(raw, message) if message else None, hidden=bool(message and message.hidden),
        exhibits=tuple(exhibits), internal=step.private,
    )  # fmt: skip


def _own(raw: Raw, message: Message) -> Entry:
    late = message.kind == "late"
    side = message.role if message.role in PARTIES else "us"
    text = N_("%(who)s sent this too late") if late else N_("Note")
    names = {"who": words.name_of(raw, side)} if side in PARTIES else {}
    return Entry(
        at=message.at, who=_who(raw, side, None), side=side, text=Text(text, names), body=_body(raw, message),
        late=late, hidden=message.hidden, internal=not late,
    )  # fmt: skip


def _body(raw: Raw, message: Message) -> str | None:
    """What was written; a reported message is read by its author and the desk alone."""
    reads = raw.actor.role in DESK or raw.actor.role == message.role
    return None if message.hidden and not reads else message.body


def _who(raw: Raw, side: str, actor_name: str | None) -> Text:
    if side in PARTIES:
        return Text("%(name)s", {"name": words.name_of(raw, side)})
    if side == "us" and actor_name and raw.actor.role in INSIDE:
        return Text("%(name)s", {"name": {"name": actor_name}})
    return Text(N_("The platform"))


def _params(raw: Raw, event: Event, side: str) -> dict[str, Any]:
    details = event.details
    kind, minor = details.get("kind") or details.get("wish"), details.get("amount_minor") or details.get("wish_minor")
    if minor is None and kind == "full_refund":
        minor = raw.case.claimed_minor
    amount = {"minor": raw.case.claimed_minor if minor is None else minor, "currency": raw.case.currency}
    what = Text(CASE.by_name[kind].label) if kind in CASE.by_name else Text(N_("an answer"))
    if minor is not None and kind:
        what = Text(N_("%(what)s, %(amount)s"), {"what": what, "amount": amount})
    who = words.name_of(raw, side) if side in PARTIES else Text(N_("The platform"))
    why = Text(words.REFUSALS.get(details.get("code", ""), words.REFUSALS["other"]))
    ground = Text(words.GROUNDS.get(details.get("ground", ""), ""))
    where = Text.from_dict(details["where"]) if "where" in details else Text("")
    return {"who": who, "what": what, "amount": amount, "why": why, "ground": ground, "where": where}
