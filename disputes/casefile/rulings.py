"""What the rules said at filing and at a decision, kept with a case: what each reader is shown of it."""

from collections.abc import Sequence

from disputes.models import Case, Decision, StoredVerdict
from disputes.policies.reasons import Wish
from disputes.policies.recommend import recommend
from disputes.policies.verdict import Verdict
from disputes.text import N_, Text
from disputes.verdicts import AT_FILING, at_decision
from disputes.workflows.case import UNDECIDED

from .meanings import points, recommendation_view
from .read import Raw
from .ruling import verdict_views, verdicts_of
from .views import Point, RecommendationView, Ruling

WHEN_FILED = N_("When the case was opened")
WHEN_DECIDED = N_("When it was decided")


def shown_to(raw: Raw, role: str) -> tuple[Ruling, ...]:
    """At filing, then at the decision in force; a draft's answer is nobody's to see before it is taken."""
    filed, decided = _stored(raw, None), _stored(raw, raw.in_force) if raw.in_force else None
    shown = [_ruling(filed, role, WHEN_FILED)] if filed else []
    if filed and decided:
        shown.append(_ruling(decided, role, WHEN_DECIDED, filed))
    return tuple(shown)


def _ruling(row: StoredVerdict, role: str, label: str, before: StoredVerdict | None = None) -> Ruling:
    """Beside an earlier answer, only what is otherwise."""
    verdicts = verdicts_of(row.verdicts)
    said = set(_said(verdicts_of(before.verdicts))) if before else set()
    new = [v for v, words in zip(verdicts, _said(verdicts), strict=True) if words not in said]
    gone = {words[0] for words in said} - {v.name for v in verdicts}
    differs = before is not None and bool(new or gone)
    return Ruling(
        label=Text(label), at=row.at, version=row.pack_version, differs=differs,
        verdicts=verdict_views(new if before else verdicts, role), as_before=before is not None and not differs,
    )  # fmt: skip


def _said(verdicts: Sequence[Verdict]) -> list[tuple[object, ...]]:
    """What a reader could tell apart."""
    return [
        (v.name, v.result, v.reason.msgid, v.clauses, v.holds_until, v.proof, tuple(sorted(v.payer.items())))
        for v in verdicts
    ]


def known(raw: Raw, decision: Decision) -> tuple[Verdict, ...]:
    """The verdicts a decision could name: its own, then those of the filing."""
    rows = [row for row in (_stored(raw, decision), _stored(raw, None)) if row]
    return tuple(verdict for row in rows for verdict in verdicts_of(row.verdicts))


def recommended(raw: Raw) -> RecommendationView | None:
    """What the rules last said speaks for; None once nothing is left to decide."""
    last = max(raw.rulings, key=lambda row: row.id, default=None)
    if last is None or raw.case.state not in (*UNDECIDED, "appealed"):
        return None
    return advice(verdicts_of(last.verdicts), wished(raw), raw.case)


def advice(verdicts: Sequence[Verdict], wish: str, case: Case) -> RecommendationView:
    """What these verdicts speak for in a case in which `wish` is asked for."""
    return recommendation_view(recommend(verdicts, Wish(wish), case.reason))


def wished(raw: Raw) -> str:
    """What the buyer asked for at filing: a code of `Wish`."""
    return str(raw.story[0][0].details.get("wish", Wish.ANSWER))


def citable(raw: Raw) -> tuple[Point, ...]:
    """Every clause the stored verdicts name, with its meaning, the newest answer first."""
    newest = sorted(raw.rulings, key=lambda row: -row.id)
    return citable_of(tuple(verdict for row in newest for verdict in verdicts_of(row.verdicts)))


def citable_of(verdicts: Sequence[Verdict]) -> tuple[Point, ...]:
    """Every clause these verdicts name, with its meaning."""
    return points(sorted({clause for verdict in verdicts for clause in verdict.clauses}), verdicts)


def _stored(raw: Raw, decision: Decision | None) -> StoredVerdict | None:
    phase = at_decision(decision.id) if decision else AT_FILING
    return next((row for row in raw.rulings if row.phase == phase), None)
