"""What a message may not hold: the pack's filters over the text made plain. Nothing is sent or kept here."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from disputes.policies.parts_talk import Content, Filter
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_

_LINK = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})(/\S*)?", re.IGNORECASE | re.ASCII)
_GAP = re.compile(r"(?<=\d)[\s\-.·*]+(?=\d)")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")

_TEXTS = {
    "block": N_("The shop's rules do not allow this in a message."),
    "hold": N_("A person looks at this message before it is sent."),
    "warn": N_("Please mind your tone."),
}


class Message(BaseModel):
    """A message before it is sent. `registered` are contacts and domains this sender may name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = ""
    sender: Literal["seller", "agent", "buyer"] = "seller"
    field: str = "message"
    registered: tuple[str, ...] = ()
    has_image_code: bool | None = None
    reported: bool = False


def plain(text: str) -> str:
    """Full-width signs made narrow, invisible ones dropped, gaps inside numbers closed."""
    narrow = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _GAP.sub("", narrow)


def scan(pack: Pack, message: Message) -> tuple[Verdict, ...]:
    """A verdict `content:<filter>` for each filter that found something; one `content` that passes when none did."""
    rules = pack.content
    exempt = rules.exempt_fields.value if rules.exempt_fields else None
    found = () if message.field in (exempt or ()) else tuple(_found(rules, message))
    if found:
        return found
    if not any(message.sender in filter_.senders for filter_ in rules.filters.values()):
        text = N_("The shop's rules do not limit what may be written.")
        return (by_rule("content", Result.NOT_STATED, text),)
    return (by_rule("content", Result.PASS, N_("Nothing speaks against this message."), rules.allow, rules.domains),)


def _found(rules: Content, message: Message) -> Iterator[Verdict]:
    text = _without_allowed(rules, message)
    for name, rule in rules.filters.items():
        if message.sender not in rule.senders or not _hits(rule, rules, message, text):
            continue
        result = Result.FAIL if rule.action == "block" else Result.UNDETERMINED
        yield by_rule(f"content:{name}", result, _TEXTS[rule.action], rule, action=rule.action)


def _without_allowed(rules: Content, message: Message) -> str:
    """The text without what passes all filters: numbers are told apart from longer ones that only hold them."""
    text = plain(message.text)
    for allowed in (*(rules.allow.value or () if rules.allow else ()), *message.registered):
        bounded = rf"(?<![\w@.-]){re.escape(plain(allowed))}(?![\w@-]|\.\w)"
        text = re.sub(bounded, " ", text, flags=re.IGNORECASE)
    return text


def _hits(rule: Filter, rules: Content, message: Message, text: str) -> bool:
    if rule.kind == "image_code":
        return message.has_image_code is True
    if rule.kind == "reported":
        return message.reported
    if rule.kind == "link":
        return any(_bad_link(rule, rules, message, host, path) for host, path in _links(text))
    return any(pattern.search(text) for pattern in rule.value or ())


def _links(text: str) -> Iterator[tuple[str, str]]:
    for match in _LINK.finditer(text):
        if not text[: match.start()].endswith("@"):
            yield match[1].casefold(), match[2] or ""


def _bad_link(rule: Filter, rules: Content, message: Message, host: str, path: str) -> bool:
    own = rules.domains.value or () if rules.domains else ()
    if any(host == domain or host.endswith(f".{domain}") for domain in own):
        return False
    if rule.registered and any(host == domain.casefold() for domain in message.registered):
        return False
    return any(pattern.search(host + path) for pattern in rule.value or ())
