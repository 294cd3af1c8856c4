"""Questions about a shop alone: a message, a way to reach it, a topic, a value, a figure, a notice, a form."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from disputes.policies.contacting import Wanted, contacts
from disputes.policies.content import Message, scan
from disputes.policies.intake import filled
from disputes.policies.schema import Pack
from disputes.policies.scores import score
from disputes.policies.telling import info, notice, rule_at
from disputes.policies.verdict import Result, Verdict
from disputes.text import N_, Text

from .facts import validated

Table = Mapping[str, Any]


def _message(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    return scan(pack, validated(Message, "request", given))


def _contact(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    return contacts(pack, validated(Wanted, "request", given), at)


class _Asked(BaseModel):
    """What the questions about a shop alone hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Topic(_Asked):
    topic: str = ""


class _Path(_Asked):
    path: str = ""


class _Counts(_Asked):
    metric: str = ""
    counts: dict[str, Annotated[int, Field(ge=0)]] = {}


class _Notice(_Asked):
    event: str = ""
    fields: dict[str, str] = {}
    channels: list[str] = []


class _Form(_Asked):
    form: str = ""
    filled: list[str] = []


def _question(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    return (info(pack, validated(_Topic, "request", given).topic),)


def _rule(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    return (rule_at(pack, validated(_Path, "request", given).path),)


def _score(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    asked = validated(_Counts, "request", given)
    return (score(pack, asked.metric, asked.counts),)


def _notice(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    asked = validated(_Notice, "request", given)
    return (notice(pack, asked.event, asked.fields, tuple(asked.channels)),)


def _form(pack: Pack, given: Table, at: datetime) -> tuple[Verdict, ...]:
    asked = validated(_Form, "request", given)
    form = next((form for name, form in pack.forms.items() if name == asked.form), None)
    if form is None:
        text = Text(N_("The shop's rules say nothing about this."))
        return (Verdict("intake", Result.NOT_STATED, text),)
    return (filled(form, tuple(asked.filled)),)


WITHOUT_ORDER: dict[str | None, Callable[[Pack, Table, datetime], tuple[Verdict, ...]]] = {
    "message": _message, "contact": _contact, "question": _question, "scorecard": _score, "notice": _notice,
    "form": _form, "rule": _rule,
}  # fmt: skip
