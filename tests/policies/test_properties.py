"""What holds for every pack, every filing and every moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from disputes.policies.evaluate import evaluate
from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.load import PACKS, Registry
from disputes.policies.reasons import REASONS, Wish
from disputes.policies.standing import Standing
from disputes.policies.verdict import Result

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
rules = st.sampled_from(house.all())
spans = st.timedeltas(timedelta(0), timedelta(days=90))


@given(rules, filings, moments, spans)
def test_a_later_moment_never_turns_too_late_into_in_time(pack, facts, at, later):
    if evaluate(pack, facts, at)[0].result is Result.FAIL:
        assert evaluate(pack, facts, at + later)[0].result is Result.FAIL


@given(rules, filings, moments, spans)
def test_a_later_moment_changes_nothing_but_lateness(pack, facts, at, later):
    first, then = evaluate(pack, facts, at), evaluate(pack, facts, at + later)
    assert first[1:] == then[1:] and first[0].holds_until == then[0].holds_until


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
