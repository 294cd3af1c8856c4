"""Packs by id, version and moment; children over parents."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from disputes.policies.load import PackError
from disputes.policies.standing import Standing

RULES = """
[windows.refund]
default = { value = "P7D", anchor = "purchase", source = ["P-1"], status = "stated" }
late = { value = "P9D", anchor = "purchase", source = ["P-2"], status = "stated" }
"""


def child(name: str = "child", extends: str = "shop@1.0.0", rules: str = "") -> str:
    meta = f'id = "{name}"\nversion = "1.0.0"\nname = "Child"\neffective_from = 2026-01-01\nextends = "{extends}"\n'
    return f"[meta]\n{meta}\n{rules}"


def test_a_child_has_what_it_does_not_name_from_its_parent(packs):
    registry = packs(shop=RULES, child=child())
    parent, heir = registry.get("shop", "1.0.0"), registry.get("child", "1.0.0")
    assert heir.model_copy(update={"meta": parent.meta}).model_dump() == parent.model_dump()


def test_a_child_changes_only_what_it_names(packs):
    other = '[windows.refund]\nlate = { status = "not_stated" }\n'
    registry = packs(shop=RULES, child=child(rules=other))
    parent, heir = registry.get("shop", "1.0.0"), registry.get("child", "1.0.0")
    assert heir.windows["refund"]["default"] == parent.windows["refund"]["default"]
    assert heir.windows["refund"]["late"].status is Standing.NOT_STATED


def test_a_childs_value_never_keeps_its_parents_clauses(packs):
    other = '[windows.refund]\ndefault = { value = "P14D", anchor = "purchase", status = "operator" }\n'
    heir = packs(shop=RULES, child=child(rules=other)).get("child", "1.0.0")
    assert heir.windows["refund"]["default"].source == ()


def test_a_grandchild_inherits_through_its_parent(packs):
    registry = packs(shop=RULES, child=child(), grandchild=child("grandchild", "child@1.0.0"))
    assert registry.get("grandchild", "1.0.0").windows == registry.get("shop", "1.0.0").windows


def test_an_abstract_pack_cannot_be_used_by_itself(house):
    assert house.get("jd_base", "1.0.0") is None
    assert {pack.meta.id for pack in house.all()} == {"jabra", "catawiki", "jd_self", "jd_3p", "imalent"}


@pytest.mark.parametrize(
    ("extends", "complaint"),
    [
        ("shop@2.0.0", "child.toml: meta.extends: unknown pack 'shop@2.0.0'; did you mean 'shop@1.0.0'?"),
        ("child@1.0.0", "child.toml: meta.extends: 'child@1.0.0' extends itself in the end"),
    ],
)
def test_a_parent_must_be_there(packs, extends, complaint):
    with pytest.raises(PackError) as refused:
        packs(shop="", child=child(extends=extends))
    assert str(refused.value) == complaint


def test_the_version_in_force_is_the_last_that_had_begun_in_the_shops_zone(packs):
    from_april = child("shop", "shop@1.0.0").replace('version = "1.0.0"', 'version = "1.1.0"').replace("01-01", "04-01")
    registry = packs(shop="", april=from_april)
    midnight = datetime(2026, 4, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))

    def version(moment):
        pack = registry.at("shop", moment)
        return pack and pack.meta.version

    assert version(midnight) == "1.1.0"
    assert version(midnight.replace(month=3, day=31, hour=23, minute=59, second=59)) == "1.0.0"
    assert version(midnight.replace(year=2025)) is None
    assert registry.at("no_such_shop", midnight) is None


def test_a_version_with_a_last_day_ends_with_it(packs):
    ended = child("shop", "shop@1.0.0").replace('version = "1.0.0"', 'version = "1.1.0"').replace("01-01", "04-01")
    ended = ended.replace("effective_from", "effective_to = 2026-04-30\neffective_from")
    registry = packs(shop="", ended=ended)
    midnight = datetime(2026, 5, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert registry.at("shop", midnight) is None
    assert registry.at("shop", midnight.replace(month=4, day=30, hour=23, minute=59, second=59)).meta.version == "1.1.0"


def test_a_last_day_before_the_first_is_refused(packs):
    with pytest.raises(PackError, match="effective_to is before effective_from"):
        packs(shop=child("shop").replace("effective_from", "effective_to = 2025-12-31\neffective_from"))


def test_two_files_cannot_be_the_same_version(packs):
    with pytest.raises(PackError, match=r"^twin\.toml: meta\.version: shop@1\.0\.0 already stands in shop\.toml$"):
        packs(shop="", twin=child("shop").replace('extends = "shop@1.0.0"\n', ""))


def test_two_versions_cannot_begin_on_the_same_day(packs):
    twin = child("shop").replace('version = "1.0.0"', 'version = "1.0.1"')
    with pytest.raises(PackError, match="another version of shop begins that day"):
        packs(shop="", twin=twin)


def test_a_shop_can_switch_reasons_and_steps_off(packs):
    rules = '[reasons]\nquestion = { value = false, status = "operator" }\n'
    rules += '[off]\ncounter = { value = true, status = "operator" }\n'
    pack = packs(shop=rules).get("shop", "1.0.0")
    assert "question" not in {reason.code for reason in pack.open_reasons()} and len(pack.open_reasons()) > 5
    assert pack.is_off("counter") and not pack.is_off("offer")


def test_the_packs_of_the_house_say_what_they_are(third_party, auction):
    assert (third_party.zone.key, third_party.currency, third_party.seller.kind.value) == (
        "Asia/Shanghai",
        "CNY",
        "third_party",
    )
    assert (auction.zone.key, auction.currency) == ("Europe/Amsterdam", "EUR")
    assert (third_party.hearing.seller_first.value, auction.hearing.seller_first.value) == ("required", "recommended")
