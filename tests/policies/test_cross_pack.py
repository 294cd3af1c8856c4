"""The same facts, another file, another answer: the cross-pack table, cell by cell."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from disputes.commands.policy import packs_for
from disputes.explain.answers import answer_all
from disputes.policies.clocks import clock_rule
from disputes.rules import registry
from tests.policies.cases.expecting import met

SHANGHAI = ZoneInfo("Asia/Shanghai")
PACKS = ("jabra", "catawiki", "jd_self", "jd_3p", "imalent")
SIGNS = {"packaging_damaged": False, "accessories_missing": False, "packaging_opened": False, "used": False}

# Dispatched on 27 February, received on 2 March: day 5 after receipt is day 8 after dispatch.
ORDER = {
    "shop": "shop", "number": "GE1002163706301", "placed_at": "2026-02-26T10:00:00+08:00", "channel": "web",
    "currency": "CNY", "country": "CN", "shipping_minor": 3000,
    "buyer": {"email": "ada@example.com", "name": "Ada"}, "seller": {"ref": "s", "name": "Ben"},
    "lines": [{"ref": "1", "title": "Headset", "category": "audio", "quantity": 1, "unit_minor": 149900,
               "paid_minor": 149900, "tags": ["sealed"]}],
    "parcels": [{"ref": "P1", "tracking": "T1", "dispatched_at": "2026-02-27T15:00:00+08:00",
                 "delivered_at": "2026-03-02T15:00:00+08:00"}],
    "payments": [{"ref": "p", "method": "visa", "label": "Card", "payer": "Ada", "paid_at": "2026-02-26T10:00:00+08:00",
                  "allocations": [{"tender": "card", "amount_minor": 152900, "captures": [
                      {"ref": "c", "amount_minor": 152900, "captured_at": "2026-02-27T16:00:00+08:00"}]}]}],
}  # fmt: skip
NOT_SENT = ORDER | {"parcels": []}

MIND = {"kind": "refund", "reason": "changed_mind"}
DEFECT = {"kind": "refund", "reason": "not_as_described", "sub_reason": "defective", "mode": "pickup"}
SEALED = MIND | {"lines": [{"ref": "1", "signs": SIGNS | {"seal_opened": False}}]}
OPENED = MIND | {"lines": [{"ref": "1", "signs": SIGNS | {"seal_opened": True}}]}
SHIPPING = {
    "kind": "fee",
    "reason": "charged_wrongly",
    "sub_reason": "shipping",
    "shipping_charged_minor": [3000, 3000],
}
RETURNED = {
    "kind": "undeliverable",
    "cause": "insufficient_address",
    "events": {"returned_to_sender": "2026-03-08T10:00:00+08:00", "warehouse_received": "2026-03-09T10:00:00+08:00"},
}

SILENT = "window=not_stated"
MANUAL = "window=not_stated remedy=not_stated"
TABLE = [
    ("a change of mind, sealed, day 5", ORDER, SEALED, "2026-03-07T10:00", (
        "window=pass remedy=pass way_back=pass/payer=buyer -condition",
        SILENT,
        "window=pass remedy=pass way_back=pass/payer=buyer",
        "window=pass remedy=pass way_back=pass/payer=buyer",
        MANUAL,
    )),
    ("a change of mind, seal opened, day 5", ORDER, OPENED, "2026-03-07T10:00", (
        "window=pass -condition",
        SILENT,
        "window=pass condition=fail/codes=seal,seal_broken",
        "window=pass condition=undetermined",
        MANUAL,
    )),
    ("a change of mind, day 12", ORDER, MIND, "2026-03-14T10:00", (
        "window=pass",
        SILENT,
        "window=fail choices=fail",
        "window=fail choices=pass/open=exchange",
        MANUAL,
    )),
    ("a defect, day 12", ORDER, DEFECT | {"approved": True, "in_pickup_area": True}, "2026-03-14T10:00", (
        "window=pass way_back=pass/payer=buyer",
        SILENT,
        "window=pass choices=pass/open=refund,exchange,repair pickup=pass/payer=platform",
        "window=fail choices=pass/open=exchange,repair -pickup",
        MANUAL,
    )),
    ("a defect, day 20 after receipt, 23 after dispatch", ORDER, DEFECT, "2026-03-22T10:00", (
        "window=pass",
        SILENT,
        "window=fail choices=pass/open=repair",
        "window=fail choices=pass/open=repair",
        MANUAL,
    )),
    ("a defect, day 31 after dispatch, 28 after receipt", ORDER, DEFECT, "2026-03-30T10:00", (
        "window=fail/until=2026-03-29T23:59:59",
        SILENT,
        "window=fail choices=pass/open=repair",
        "window=fail choices=pass/open=repair",
        MANUAL,
    )),
    ("cancelling the same day, not released", NOT_SENT, {"kind": "cancellation"}, "2026-02-26T10:30", (
        "window=pass stage=pass remedy=pass",
        "window=not_stated remedy=pass",
        MANUAL,
        MANUAL,
        MANUAL,
    )),
    ("another address after 24 hours, not dispatched", NOT_SENT, {"kind": "address_change"}, "2026-02-27T10:30", (
        "window=not_stated stage=undetermined",
        SILENT,
        SILENT,
        SILENT,
        "window=fail/until=2026-02-27T09:00:00",
    )),
    ("a parcel back for a bad address", ORDER, RETURNED, "2026-03-10T10:00", (
        "undeliverable=pass/action=refund_goods/refund_minor=149900",
        "undeliverable=not_stated",
        "undeliverable=not_stated",
        "undeliverable=not_stated",
        "undeliverable=pass/action=reship cost=pass/payer=buyer",
    )),
    ("the seller silent for 30 hours, no reason needed", ORDER,
     MIND | {"events": {"submitted": "2026-03-05T10:00:00+08:00"}}, "2026-03-06T16:00", (
        "timer:seller_response=pass/code=running",
        "-timer:seller_response",
        "timer:seller_response=pass/code=running/target_missed=True timer:first_response=undetermined",
        "timer:seller_response=fail/code=breach",
        "timer:seller_response=pass/code=running",
    )),
    ("customs of 18.00 on delivery", ORDER, {"kind": "customs", "cost_minor": 1800}, "2026-03-05T10:00", (
        "-cost",
        "-cost",
        "-cost",
        "-cost",
        "cost=pass/payer=buyer/negotiable=True",
    )),
    ("shipping charged twice for two parcels", ORDER, SHIPPING, "2026-03-05T10:00", (
        "charge=pass/refund_minor=3000",
        "charge=not_stated",
        "charge=not_stated",
        "charge=not_stated",
        "charge=pass/refund_minor=6000",
    )),
]  # fmt: skip
CELLS = [
    pytest.param(pack, order, request_, at, cell, id=f"{pack}: {row}")
    for row, order, request_, at, cells in TABLE
    for pack, cell in zip(PACKS, cells, strict=True)
]


@pytest.mark.parametrize(("pack", "order", "request_", "at", "cell"), CELLS)
def test_the_file_decides(pack, order, request_, at, cell):
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    answers = answer_all(lambda placed: packs_for(pack, placed), order | {"request": request_}, moment)
    met(answers.as_dict()["verdicts"], cell, SHANGHAI)


def test_an_insured_sellers_insurer_pays_first():
    request = MIND | {"insured": True, "cost_minor": 1200, "tariff_minor": 1000}
    moment = datetime(2026, 3, 7, 10, tzinfo=SHANGHAI)
    answers = answer_all(lambda placed: packs_for("jd_3p", placed), ORDER | {"request": request}, moment)
    met(answers.as_dict()["verdicts"], "way_back=pass/split=insurer:1000,buyer:200", SHANGHAI)


@pytest.mark.parametrize(
    ("pack", "cell"),
    [(pack, "content:email=fail/action=block" if pack == "jd_3p" else "content=not_stated") for pack in PACKS],
)
def test_a_sellers_own_address_in_a_message_is_blocked_in_one_shop_only(pack, cell):
    request = {"kind": "message", "text": "write to ben@shop.example"}
    answers = answer_all(lambda placed: packs_for(pack, placed), {"request": request}, datetime.now(SHANGHAI))
    met(answers.as_dict()["verdicts"], cell, SHANGHAI)


def test_the_way_outside_is_named_by_one_shop_only():
    assert [pack.meta.id for pack in registry().all() if pack.adr] == ["catawiki"]


def test_one_shop_lets_silence_run_for_ever(auction):
    assert clock_rule(auction, "seller_response", "changed_mind") is None


def test_an_order_with_both_kinds_of_lines_stands_under_both_packs():
    both = [ORDER["lines"][0] | {"tags": ["supplied_by_jd"]}, ORDER["lines"][0] | {"ref": "2"}]
    moment = datetime(2026, 3, 14, 10, tzinfo=SHANGHAI)
    order = ORDER | {"lines": both, "request": MIND}
    answers = answer_all(lambda placed: packs_for("jd_base", placed), order, moment).as_dict()
    windows = {v["pack"]: (v["lines"], v["clauses"][0]) for v in answers["verdicts"] if v["name"] == "window"}
    assert windows == {"jd_self@1.0.0": (["1"], "JDS-02"), "jd_3p@1.0.0": (["2"], "JDT-04")}
