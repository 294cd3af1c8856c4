"""Ask the rules, and spell out what they say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from disputes.policies.evaluate import every_answer, summary
from disputes.policies.facts import Facts
from disputes.policies.schema import Pack
from disputes.policies.standing import STANDING_LABELS
from disputes.policies.variants import pack_of_line
from disputes.policies.verdict import RESULT_LABELS, Result, Verdict
from disputes.rules import laws
from disputes.text import N_, Text

from .facts import BadFacts, facts_of, kind_of, order_of
from .questions import WITHOUT_ORDER

Table = Mapping[str, Any]
Find = Callable[[datetime | None], tuple[Pack, ...]]

_RANK = (Result.FAIL, Result.UNDETERMINED, Result.NOT_STATED, Result.PASS)


@dataclass(frozen=True)
class Part:
    """What one pack says about some lines; without lines it was asked about something else than an order."""

    pack: Pack | None
    lines: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Answers:
    """All parts, at that moment."""

    at: datetime
    parts: tuple[Part, ...]

    def as_dict(self) -> dict[str, Any]:
        """As docs/facts.md describes it."""
        asked = [part.verdicts for part in self.parts if part.lines]
        by_shop = _short([v for v in verdicts if not v.name.startswith("law:")] for verdicts in asked)
        with_law = _short(asked)
        return {
            "at": self.at.isoformat(),
            "packs": [_name(part.pack) for part in self.parts],
            "result": by_shop[0],
            "holds_until": by_shop[1],
            "result_with_law": with_law[0],
            "verdicts": [_verdict(part, verdict) for part in self.parts for verdict in part.verdicts],
        }

    def as_text(self) -> str:
        """For a terminal."""
        lines = []
        for part in self.parts:
            about = f", lines {', '.join(part.lines)}" if part.lines else ""
            lines.append(f"{_name(part.pack) or 'no pack in force'}{about}")
            lines += [_sentence(verdict) for verdict in part.verdicts]
        return "\n".join(lines)


def _short(parts: Iterable[Sequence[Verdict]]) -> tuple[str | None, str | None]:
    """The worst result of several parts, and the first end."""
    short = [summary(verdicts) for verdicts in parts]
    worst = min((s.result for s in short), key=_RANK.index, default=None)
    ends = [s.holds_until for s in short if s.holds_until]
    return (worst.value if worst else None), (min(ends).isoformat() if ends else None)


def _name(pack: Pack | None) -> str | None:
    return f"{pack.meta.id}@{pack.meta.version}" if pack else None


def _verdict(part: Part, verdict: Verdict) -> dict[str, Any]:
    return verdict.as_dict() | {"text": str(verdict.reason), "pack": _name(part.pack), "lines": list(part.lines)}


def _sentence(verdict: Verdict) -> str:
    until = f" until {verdict.holds_until.isoformat()}" if verdict.holds_until else ""
    payer = "".join(f" [{line}: {who}]" for line, who in verdict.payer.items())
    rests = ", ".join(verdict.clauses) or STANDING_LABELS[verdict.standing]
    return f"  {verdict.name}: {RESULT_LABELS[verdict.result]}{until}. {verdict.reason}{payer} ({rests})"


def answer_all(find: Find, given: Any, at: datetime) -> Answers:
    """Every verdict; BadFacts when FACTS is not what docs/facts.md describes."""
    if not isinstance(given, dict) or not isinstance(given.get("request"), dict):
        raise BadFacts("request: is missing, or not an object")
    request = given["request"]
    kind = kind_of(request)
    if kind in WITHOUT_ORDER:
        more = {name: value for name, value in request.items() if name != "kind"}
        return Answers(at, tuple(Part(pack, (), WITHOUT_ORDER[kind](pack, more, at)) for pack in find(None)))
    order = order_of(given)
    facts = facts_of(order, request)
    packs = find(order.placed_at)
    if not packs:
        nothing = Text(N_("No version of the shop's rules was in force then. A person will check it."))
        refs = tuple(line.ref for line in facts.lines)
        return Answers(at, (Part(None, refs, (Verdict("pack", Result.UNDETERMINED, nothing),)),))
    return answer_facts(packs, facts, at)


def answer_facts(packs: tuple[Pack, ...], facts: Facts, at: datetime) -> Answers:
    """Every verdict on facts that are facts already, each line by the pack it stands under."""
    parts = []
    for pack in packs:
        lines = tuple(line for line in facts.lines if len(packs) == 1 or pack_of_line(packs, line) is pack)
        if lines:
            own = facts.model_copy(update={"lines": lines})
            parts.append(Part(pack, tuple(line.ref for line in lines), every_answer(pack, own, at, laws())))
    return Answers(at, tuple(parts))
