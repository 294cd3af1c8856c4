"""May I, and until when."""

from datetime import timedelta

import pytest

from disputes.policies.evaluate import evaluate, summary
from disputes.policies.facts import Line, Parcel
from disputes.policies.standing import Standing
from disputes.policies.verdict import Result

SECOND = timedelta(seconds=1)


def window(pack, facts, at):
    return evaluate(pack, facts, at)[0]


@pytest.mark.parametrize("reason", ["changed_mind", "not_as_described"])
def test_a_refund_can_be_asked_for_until_the_last_second_of_day_seven(third_party, filing, china, reason):
    last = china("2026-03-09T23:59:59")
    in_time, late = window(third_party, filing(reason), last), window(third_party, filing(reason), last + SECOND)
    assert (in_time.result, in_time.clauses, in_time.standing) == (Result.PASS, ("JDT-04",), Standing.STATED)
    assert in_time.holds_until == late.holds_until and last <= in_time.holds_until < last + SECOND
    assert late.result is Result.FAIL


@pytest.mark.parametrize("reason", ["changed_mind", "not_as_described"])
def test_from_day_eight_to_fifteen_an_exchange_is_all_that_is_left(third_party, filing, china, reason):
    late = window(third_party, filing(reason), china("2026-03-17T23:59:59"))
    assert late.result is Result.FAIL and late.clauses == ("JDT-04", "JDT-05", "JDC-12")
    assert str(late.reason) == "The time for this has passed. You can still ask for an exchange."


def test_from_day_sixteen_on_nothing_is_left(third_party, filing, china):
    late = window(third_party, filing(), china("2026-03-18T00:00:00"))
    assert late.clauses == ("JDT-04", "JDC-12") and str(late.reason) == "The time for this has passed."


@pytest.mark.parametrize(
    "reason", ["item_not_received", "late", "charged_wrongly", "counterfeit", "unauthorised_payment", "refund_missing"]
)
def test_reasons_without_a_stated_limit_are_never_too_late(third_party, filing, china, reason):
    verdict = window(third_party, filing(reason, parcels=()), china("2031-01-01T00:00"))
    assert (verdict.result, verdict.holds_until) == (Result.NOT_STATED, None)
    assert not summary([verdict]).shut


def test_a_platform_without_deadlines_never_shuts_the_door(auction, filing, china):
    for reason in ("changed_mind", "not_as_described", "item_not_received"):
        verdict = window(auction, filing(reason), china("2031-01-01T00:00"))
        assert (verdict.result, verdict.standing) == (Result.NOT_STATED, Standing.NOT_STATED)


def test_an_unknown_day_of_receipt_is_undetermined_and_names_how_it_is_found(third_party, filing, china):
    under_way = (Parcel(dispatched_at=china("2026-02-27T15:00")),)
    verdict = window(third_party, filing(parcels=under_way), china("2026-06-01T00:00"))
    assert verdict.result is Result.UNDETERMINED and verdict.holds_until is None
    assert verdict.clauses == ("JDT-04", "JDC-78", "JDC-79", "JDC-80")


def test_a_line_without_any_parcel_is_undetermined(third_party, filing, china):
    assert window(third_party, filing(parcels=()), china("2026-06-01T00:00")).result is Result.UNDETERMINED


def test_a_signature_counts_before_the_carriers_scan(third_party, filing, china):
    signed = Parcel(delivered_at=china("2026-03-01T12:00"), signed_at=china("2026-03-02T12:00"))
    verdict = window(third_party, filing(parcels=(signed,)), china("2026-03-09T12:00"))
    assert verdict.result is Result.PASS


def test_a_line_has_arrived_when_its_last_parcel_has(third_party, filing, china):
    first, second = (Parcel(delivered_at=china(day)) for day in ("2026-03-02T12:00", "2026-03-05T12:00"))
    at = china("2026-03-12T23:59:59")
    assert window(third_party, filing(parcels=(first, second)), at).result is Result.PASS
    assert window(third_party, filing(parcels=(first, Parcel())), at).result is Result.UNDETERMINED


def test_of_several_lines_the_worst_counts_and_the_first_end_is_named(third_party, filing, china):
    early, late, unknown = (
        Line(ref=str(day), parcels=(Parcel(delivered_at=day and china(day)),))
        for day in ("2026-03-02T12:00", "2026-03-05T12:00", None)
    )
    both = filing(lines=(early, late))
    assert window(third_party, both, china("2026-03-09T12:00")).result is Result.PASS
    assert window(third_party, both, china("2026-03-10T12:00")).result is Result.FAIL
    assert window(third_party, both, china("2026-03-10T12:00")).holds_until.date() == china("2026-03-09T12:00").date()
    assert window(third_party, filing(lines=(late, unknown)), china("2026-03-09T12:00")).result is Result.UNDETERMINED
    assert window(third_party, filing(lines=(early, unknown)), china("2026-03-10T12:00")).result is Result.FAIL


@pytest.mark.parametrize(("anchor", "last"), [("purchase", "2026-02-28"), ("dispatch", "2026-03-01")])
def test_a_window_can_start_at_purchase_or_dispatch(packs, filing, holland, anchor, last):
    pack = packs(shop=_refund(f'value = "P2D", anchor = "{anchor}", status = "operator"')).get("shop", "1.0.0")
    end = holland(f"{last}T23:59:59")
    assert window(pack, filing(), end).result is Result.PASS
    assert window(pack, filing(), end + SECOND).result is Result.FAIL


@pytest.mark.parametrize("strength", ["soft", "target"])
def test_a_soft_limit_opens_a_review_and_shuts_nothing(packs, filing, holland, strength):
    rule = f'value = "P2D", anchor = "purchase", status = "operator", strength = "{strength}"'
    pack = packs(shop=_refund(rule)).get("shop", "1.0.0")
    assert window(pack, filing(), holland("2026-06-01T00:00")).result is Result.UNDETERMINED


def _refund(rule: str) -> str:
    return f"[windows.refund]\ndefault = {{ {rule} }}\n"
