"""Promises and the law to the last microsecond: in time at it, and one microsecond later not."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.policies.evaluate import every_answer
from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.load import PACKS, Registry
from disputes.policies.statutes import read_laws
from disputes.policies.verdict import Result

LAWS = read_laws()
INSTANT = timedelta.resolution
house = Registry()
house.load_dir(PACKS)
COUNTRIES = sorted((country, ZoneInfo(zone)) for law in LAWS for country, zone in law.countries.items())

moments = st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 30), timezones=st.just(ZoneInfo("UTC")))
PROMISING = [pack for pack in house.all() if any(p.latest.value for p in pack.promises.values())]


def asked(placed, parcel=None, reason="item_not_received", **more):
    line = Line(ref="1", parcels=(parcel,) if parcel else ())
    wish = "full_refund"
    return Facts(reason=reason, wish=wish, lines=(line,), currency="EUR", placed_at=placed, paid_at=placed, **more)


def promised(pack, facts, at):
    return {v.name: v for v in every_answer(pack, facts, at) if v.name.startswith("promise:")}


@given(st.sampled_from(PROMISING), moments, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(1, 9))
def test_a_promise_is_kept_at_its_last_microsecond_and_broken_after_it(pack, placed, later, days):
    parcel = Parcel(dispatched_at=placed + later, tracking_at=None)
    for facts in (asked(placed, method_days=days), asked(placed, parcel, method_days=days)):
        early = {n: v for n, v in promised(pack, facts, placed).items() if v.details.get("code") == "premature"}
        for name, verdict in early.items():
            end = datetime.fromisoformat(verdict.details["wake_at"])
            at_end, after = promised(pack, facts, end)[name], promised(pack, facts, end + INSTANT)[name]
            assert at_end.result is Result.FAIL and at_end.details["code"] == "premature"
            assert after.details["code"] == "late" and after.result is not Result.FAIL


def test_some_promises_were_waited_for(china):
    placed = china("2026-03-02T09:00")
    kinds = {n for p in PROMISING for n, v in promised(p, asked(placed), placed).items() if "wake_at" in v.details}
    assert kinds


def told_by_law(facts, at):
    pack = house.get("catawiki", "1.0.0")
    return next(v for v in every_answer(pack, facts, at, LAWS) if v.name.startswith("law:"))


@given(st.sampled_from(COUNTRIES), moments, st.sampled_from([("changed_mind", None), ("not_as_described", "repair")]))
def test_a_right_holds_at_its_last_microsecond_and_falls_after_it(country, arrived, meant):
    (code, zone), (reason, request) = country, meant
    if (code, reason) == ("CN", "not_as_described"):
        return  # no such right is known here
    parcel = Parcel(delivered_at=arrived)
    facts = asked(arrived - timedelta(days=3), parcel, reason, request=request, buyer_country=code,
                  seller_is_trader=True)  # fmt: skip
    end = told_by_law(facts, arrived).holds_until
    local = end.astimezone(zone) + INSTANT
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)  # a day's end, there
    at_end, after = told_by_law(facts, end), told_by_law(facts, end + INSTANT)
    assert at_end.result is not Result.FAIL and after.result is Result.FAIL
    assert at_end.holds_until == after.holds_until == end


@pytest.mark.parametrize(
    ("code", "zone"), [("NL", "Europe/Amsterdam"), ("CN", "Asia/Shanghai"), ("FI", "Europe/Helsinki")]
)
def test_one_second_either_side_of_the_last_day(code, zone):
    arrived = datetime(2026, 3, 2, 15, tzinfo=ZoneInfo(zone))
    facts = asked(arrived - timedelta(days=3), Parcel(delivered_at=arrived), "changed_mind", buyer_country=code,
                  seller_is_trader=True)  # fmt: skip
    last = datetime(2026, 3, 9 if code == "CN" else 16, 23, 59, 59, tzinfo=ZoneInfo(zone))
    assert told_by_law(facts, last).result is not Result.FAIL
    assert told_by_law(facts, last + timedelta(seconds=1)).result is Result.FAIL
