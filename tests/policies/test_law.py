"""The law stands above the shops' rules: a pack can give more than it, never less."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from disputes.policies.errors import PackError
from disputes.policies.evaluate import evaluate, summary
from disputes.policies.facts import Line, Parcel
from disputes.policies.statutes import read_laws
from disputes.policies.verdict import Result

LAWS = read_laws()
SECOND = timedelta(seconds=1)
INTACT = {
    "accessories_missing": False, "used": False, "activated": False, "scratched": False, "dented": False, "worn": False,
    "washed": False, "tag_damaged": False, "label_altered": False,
}  # fmt: skip


@pytest.fixture
def lawful(house, filing, china):
    """`lawful(pack_id, at, country, line=..., **filing)`: verdicts by name, the law's among them; and the summary."""
    arrived = Parcel(dispatched_at=china("2026-02-27T15:00"), delivered_at=china("2026-03-02T15:00"))

    def ask(pack_id: str, at: datetime, country: str, reason="changed_mind", line=None, trader=True, **more):
        goods = Line(ref="1", parcels=(arrived,), **(line or {}))
        facts = filing(reason, lines=(goods,), seller_is_trader=trader, buyer_country=country, **more)
        verdicts = evaluate(house.get(pack_id, "1.0.0"), facts, at, LAWS)
        return {verdict.name: verdict for verdict in verdicts}, summary(verdicts)

    return ask


def test_fourteen_days_in_the_union_go_over_a_shops_seven(lawful, holland):
    told, short = lawful("jd_3p", holland("2026-03-16T23:59:59"), "NL")
    assert told["window"].result is Result.FAIL and told["law:withdrawal"].result is Result.PASS
    assert not short.shut and short.because == (told["law:withdrawal"],)
    assert told["law:withdrawal"].clauses == ("2011/83/EU art. 9(1)", "2011/83/EU art. 14(1)")
    assert told["law:withdrawal"].payer == {"way_back": "buyer"}
    late, shut = lawful("jd_3p", holland("2026-03-16T23:59:59") + SECOND, "NL")
    assert late["law:withdrawal"].result is Result.FAIL and shut.shut


def test_a_shop_can_give_more_than_the_law(lawful, china):
    told, short = lawful("jabra", china("2026-03-25T12:00"), "NL")
    assert told["law:withdrawal"].result is Result.FAIL and short.result is Result.PASS


def test_a_shop_that_is_silent_stays_silent_and_the_law_speaks(lawful, china):
    told, _ = lawful("catawiki", china("2026-03-10T12:00"), "PL")
    assert (told["window"].result, told["law:withdrawal"].result) == (Result.NOT_STATED, Result.PASS)


def test_a_period_that_would_end_on_a_weekend_ends_on_monday(house, filing, china):
    saturday = Parcel(delivered_at=china("2026-03-07T12:00"))
    facts = filing(parcels=(saturday,), seller_is_trader=True, buyer_country="DE")
    told = evaluate(house.get("jd_3p", "1.0.0"), facts, china("2026-03-10T12:00"), LAWS)[-1]
    assert told.holds_until.astimezone(ZoneInfo("Europe/Berlin")).date() == date(2026, 3, 23)


def test_who_was_not_told_of_the_right_has_twelve_months_more(lawful, china):
    told, _ = lawful("jd_3p", china("2027-03-01T12:00"), "NL", informed=False)
    assert told["law:withdrawal"].result is Result.PASS


def test_rights_are_against_traders(lawful, china):
    private, shut = lawful("jd_3p", china("2026-03-14T12:00"), "NL", trader=False)
    assert private["law:withdrawal"].result is Result.FAIL and shut.shut
    unknown, open_ = lawful("jd_3p", china("2026-03-14T12:00"), "NL", trader=None)
    assert unknown["law:withdrawal"].result is Result.UNDETERMINED and open_.result is Result.UNDETERMINED


@pytest.mark.parametrize(
    ("line", "article"),
    [
        ({"tags": ("custom_made",)}, "2011/83/EU art. 16(c)"),
        ({"category": "fresh"}, "2011/83/EU art. 16(d)"),
        ({"tags": ("hygiene_seal",), "signs": {"seal_opened": True}}, "2011/83/EU art. 16(e)"),
        ({"tags": ("sealed_software",), "signs": {"seal_opened": True}}, "2011/83/EU art. 16(i)"),
        ({"tags": ("magazine",)}, "2011/83/EU art. 16(j)"),
        ({"tags": ("public_auction",)}, "2011/83/EU art. 16(k)"),
    ],
)
def test_the_union_s_exceptions_name_their_article(lawful, china, line, article):
    told, _ = lawful("jd_3p", china("2026-03-10T12:00"), "NL", line=line)
    assert (told["law:withdrawal"].result, told["law:withdrawal"].clauses) == (Result.FAIL, (article,))


def test_a_seal_that_is_whole_is_no_exception(lawful, china):
    told, _ = lawful("jd_3p", china("2026-03-10T12:00"), "NL", line={"tags": ("hygiene_seal",)})
    assert told["law:withdrawal"].result is Result.PASS


def test_for_two_years_a_defect_is_repaired_or_the_goods_replaced(lawful, holland):
    told, short = lawful("jd_3p", holland("2028-03-02T23:59:59"), "NL", "not_as_described", request="repair")
    assert told["window"].result is Result.FAIL and not short.shut
    assert told["law:conformity"].payer == {"way_back": "seller"}
    assert told["law:conformity"].details["presumed"] is False
    late, _ = lawful("jd_3p", holland("2028-03-02T23:59:59") + SECOND, "NL", "not_as_described", request="repair")
    assert late["law:conformity"].result is Result.FAIL


def test_in_the_first_year_a_defect_counts_as_there_from_the_start(lawful, china):
    told, _ = lawful("jd_3p", china("2027-03-02T23:59:59"), "NL", "not_as_described", request="exchange")
    assert told["law:conformity"].details["presumed"] is True


def test_money_comes_when_repair_and_replacement_failed(lawful, china):
    first, _ = lawful("jd_3p", china("2026-06-02T12:00"), "NL", "not_as_described")
    assert first["law:conformity"].result is Result.UNDETERMINED
    then, _ = lawful("jd_3p", china("2026-06-02T12:00"), "NL", "not_as_described", failed_remedy="unrepairable")
    assert then["law:conformity"].result is Result.PASS


def test_china_s_seven_days_hold_although_the_shop_refuses_what_was_opened(lawful, china):
    line = {"signs": INTACT | {"seal_opened": True}}
    told, short = lawful("jd_self", china("2026-03-09T23:59:59"), "CN", line=line)
    assert told["condition"].result is Result.FAIL and told["law:seven_days"].result is Result.PASS
    assert not short.shut
    late, shut = lawful("jd_self", china("2026-03-10T00:00:00"), "CN", line=line)
    assert late["law:seven_days"].result is Result.FAIL and shut.shut


@pytest.mark.parametrize(
    ("line", "article"),
    [
        ({"tags": ("custom_made",)}, "Consumer Rights Protection Law art. 25(1)"),
        ({"category": "fresh"}, "Consumer Rights Protection Law art. 25(2)"),
        ({"category": "software"}, "Consumer Rights Protection Law art. 25(3)"),
        ({"tags": ("newspaper",)}, "Consumer Rights Protection Law art. 25(4)"),
    ],
)
def test_china_s_exceptions_name_their_article(lawful, china, line, article):
    told, _ = lawful("jd_self", china("2026-03-05T12:00"), "CN", line=line | {"signs": INTACT})
    assert (told["law:seven_days"].result, told["law:seven_days"].clauses) == (Result.FAIL, (article,))


def test_goods_that_are_not_intact_are_left_out_and_unknown_ones_go_to_a_person(lawful, china):
    worn, _ = lawful("jd_self", china("2026-03-05T12:00"), "CN", line={"signs": INTACT | {"worn": True}})
    assert worn["law:seven_days"].result is Result.FAIL
    unknown, _ = lawful("jd_self", china("2026-03-05T12:00"), "CN")
    assert unknown["law:seven_days"].result is Result.UNDETERMINED


def test_a_redirect_is_no_refusal_that_the_law_could_lift(lawful, china):
    told, short = lawful("jabra", china("2026-03-10T12:00"), "NL", channel="amazon")
    assert told["law:withdrawal"].result is Result.PASS and short.shut


def test_elsewhere_no_law_is_known_here(lawful, china):
    told, _ = lawful("jabra", china("2026-03-10T12:00"), "US")
    assert not [name for name in told if name.startswith("law:")]


def test_law_that_is_not_in_order_is_refused(tmp_path):
    (tmp_path / "xx.toml").write_text('id = "xx"\nnmae = "X"\n', "utf-8")
    with pytest.raises(PackError, match=r"xx\.toml: nmae: unknown key; did you mean 'name'"):
        read_laws(tmp_path)
