"""What the shop's document tells whoever asks, and what its notices must hold."""

from collections.abc import Mapping
from typing import Any

from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.text import N_, Text


def info(pack: Pack, topic: str) -> Verdict:
    """The verdict `info`: the document's answer on a topic, or that it is silent."""
    rule = pack.info.get(topic)
    if rule is None or rule.value is None:
        return silent("info", Text(N_("The shop's rules say nothing about this.")), rule)
    link = rule.link.value if rule.link else None
    return by_rule("info", Result.PASS, Text("%(answer)s", {"answer": rule.value}), rule, link=link)


def rule_at(pack: Pack, path: str) -> Verdict:
    """The verdict `rule`: the value at a dotted path such as `hearing.no_conflict`, whoever wrote it; or silence."""
    part: Any = pack
    for name in path.split("."):
        part = part.get(name) if isinstance(part, Mapping) else getattr(part, name, None)
    if not isinstance(part, Value) or part.value is None:
        rule = part if isinstance(part, Value) else None
        return silent("rule", Text(N_("The shop's rules say nothing about this.")), rule)
    value = part.model_dump(mode="json")["value"]
    return by_rule(
        "rule", Result.PASS, Text("%(path)s: %(value)s", {"path": path, "value": str(value)}), part, value=value
    )


def notice(pack: Pack, event: str, given: Mapping[str, str], channels: tuple[str, ...]) -> Verdict:
    """The verdict `notice`: whether it may go out as it is. `given` has its fields and its `text`."""
    rule = pack.notices.get(event)
    if rule is None:
        return silent("notice", Text(N_("The shop's rules promise no such notice.")), None)
    rules = (rule.fields, rule.channels, rule.sender, rule.subject)
    missing = [field for field in (rule.fields.value or () if rule.fields else ()) if not given.get(field)]
    if missing:
        text = N_("The notice waits: something it must hold is missing.")
        return by_rule("notice", Result.FAIL, text, rule.fields, code="missing", missing=missing)
    for pattern in rule.forbidden.value or () if rule.forbidden else ():
        if pattern.search(given.get("text", "")):
            text = N_("The notice says something that it must not say.")
            return by_rule("notice", Result.FAIL, text, rule.forbidden, code="forbidden")
    promised = rule.channels.value or () if rule.channels else ()
    lacking = [name for name in promised if name not in channels]
    everywhere = bool(rule.all_channels and rule.all_channels.value)
    if promised and (lacking if everywhere else len(lacking) == len(promised)):
        text = N_("The notice does not go the way that was promised.")
        return by_rule("notice", Result.FAIL, text, rule.channels, rule.all_channels, code="channels", missing=lacking)
    subject = rule.subject.value if rule.subject else None
    sender = rule.sender.value if rule.sender else None
    return by_rule("notice", Result.PASS, N_("The notice can go out."), *rules, subject=subject, sender=sender)
