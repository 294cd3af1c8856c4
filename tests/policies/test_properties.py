"""What holds for every pack, every filing and every moment."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from disputes.policies.evaluate import NAMES, evaluate, every_answer
from disputes.policies.events import EVENTS
from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.kinds import Request
from disputes.policies.load import PACKS, Registry
from disputes.policies.reasons import REASONS, Wish
from disputes.policies.signs import SIGNS
from disputes.policies.standing import Standing
from disputes.policies.verdict import Result, Verdict

house = Registry()
house.load_dir(PACKS)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
maybe = st.none() | moments
parcels = st.builds(Parcel, dispatched_at=maybe, delivered_at=maybe, signed_at=maybe)
lines = st.builds(Line, ref=st.just("1"), parcels=st.lists(parcels, max_size=3).map(tuple))
filings = st.builds(
    Facts,
    reason=st.sampled_from(sorted(REASONS)),
    sub_reason=st.none(),
    wish=st.sampled_from(Wish),
    lines=st.lists(lines, min_size=1, max_size=3).map(tuple),
    currency=st.just("EUR"),
    placed_at=moments,
    paid_at=maybe,
    asked_minor=st.none(),
    proofs=st.just(()),
    seller_is_trader=st.none(),
    buyer_country=st.none(),
)
signs = st.dictionaries(st.sampled_from(sorted(SIGNS)), st.booleans(), max_size=5)
days = st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31))
goods = st.builds(
    Line,
    ref=st.just("1"),
    category=st.sampled_from(["", "phone", "watch", "fresh", "appliance"]),
    parcels=st.lists(parcels, max_size=2).map(tuple),
    signs=signs,
    sealed_goods=st.none() | st.booleans(),
    warranty_until=days,
    promised_dispatch=days,
    exchanges=st.none() | st.integers(0, 2),
    backordered=st.none() | st.booleans(),
)
rich = st.builds(
    Facts,
    reason=st.sampled_from(sorted(REASONS)),
    sub_reason=st.none(),
    wish=st.sampled_from(Wish),
    lines=st.lists(goods, min_size=1, max_size=2).map(tuple),
    currency=st.just("EUR"),
    placed_at=moments,
    paid_at=maybe,
    request=st.none() | st.sampled_from(get_args(Request)),
    topic=st.none() | st.sampled_from(["brand", "tax_exemption"]),
    channel=st.none() | st.sampled_from(["web", "amazon"]),
    events=st.dictionaries(st.sampled_from(EVENTS), moments, max_size=6),
    filled=st.none() | st.just(("topic",)),
    defect=st.none() | st.sampled_from(["proven", "disproved"]),
    insured=st.none() | st.booleans(),
    cost_minor=st.none() | st.integers(0, 5000),
    method=st.none() | st.sampled_from(["card", "paypal", "cash"]),
    method_days=st.none() | st.integers(0, 9),
)
rules = st.sampled_from(house.all())
spans = st.timedeltas(timedelta(0), timedelta(days=90))


@given(rules, filings, moments, spans)
def test_a_later_moment_never_turns_too_late_into_in_time(pack, facts, at, later):
    if evaluate(pack, facts, at)[0].result is Result.FAIL:
        assert evaluate(pack, facts, at + later)[0].result is Result.FAIL


@given(rules, filings, moments, spans)
def test_a_later_moment_changes_nothing_but_lateness(pack, facts, at, later):
    first, then = evaluate(pack, facts, at), evaluate(pack, facts, at + later)
    always = len(NAMES)
    assert first[1:always] == then[1:always] and first[0].holds_until == then[0].holds_until
    # A door that is shut stays shut; one may fall shut, when the order has moved on.
    assert {door.name for door in first[always:]} <= {door.name for door in then[always:]}


@given(rules, rich, moments, spans)
def test_a_limit_that_was_broken_stays_broken(pack, facts, at, later):
    broken = {v.name for v in every_answer(pack, facts, at) if v.name.startswith("timer:") and v.result is Result.FAIL}
    then = {v.name: v.result for v in every_answer(pack, facts, at + later)}
    assert all(then[name] is Result.FAIL for name in broken)


@given(rules, rich, moments)
def test_every_answer_is_pure_and_names_a_clause_or_its_standing(pack, facts, at):
    verdicts = every_answer(pack, facts, at)
    assert verdicts == every_answer(pack, Facts.from_dict(facts.as_dict()), at)
    for verdict in verdicts:
        assert verdict.clauses or verdict.standing in (Standing.NOT_STATED, Standing.OPERATOR)
        json.dumps(verdict.as_dict())
        assert Verdict.from_dict(verdict.as_dict()) == verdict


@given(rules, filings, moments)
def test_the_same_question_has_the_same_answer(pack, facts, at):
    again = Facts.from_dict(facts.as_dict())
    assert evaluate(pack, facts, at) == evaluate(pack, again, at)
    assert facts.facts_hash() == again.facts_hash()


@given(rules, filings, moments)
def test_every_verdict_names_a_clause_or_says_why_it_has_none(pack, facts, at):
    for verdict in evaluate(pack, facts, at):
        assert verdict.clauses or verdict.standing in (Standing.NOT_STATED, Standing.OPERATOR)
        assert verdict.result is not Result.NOT_STATED or verdict.standing in (
            Standing.NOT_STATED,
            Standing.STATED_NO_FIGURE,
        )


@given(rules, filings, moments)
def test_a_window_holds_exactly_until_the_moment_it_names(pack, facts, at):
    verdict = evaluate(pack, facts, at)[0]
    if verdict.result is Result.PASS:
        assert at <= verdict.holds_until
    if verdict.result is Result.FAIL:
        assert at > verdict.holds_until
