"""The rules' answers in words: nothing raw on a page, and one short answer on top."""

from dataclasses import replace
from typing import get_args

import pytest
from flask import Flask

from disputes.casefile.meanings import meaning
from disputes.casefile.ruling import COSTS, PAYERS, RIGHTS, TOPICS, short_answer, topic_of, verdict_views
from disputes.policies.evaluate import DOORS, NAMES, evaluate
from disputes.policies.facts import Facts, Line, Parcel
from disputes.policies.parts_goods import CostLine, Payer
from disputes.policies.statutes import read_laws
from disputes.policies.verdict import Result, Verdict
from disputes.rules import registry
from disputes.text import Text
from disputes.web.formats import length, say
from tests.cast import utc

LAWS = read_laws()
LAWFUL = [f"law:{right}" for law in LAWS for right in law.rights]
EVERY = [*NAMES, *DOORS, *LAWFUL]
THURSDAY, MONDAY = utc(2026, 3, 5, 12), utc(2026, 3, 2, 7)
READERS = ("buyer", "seller", "reviewer")


@pytest.fixture
def reading(app: Flask):
    with app.test_request_context():
        yield


def asked(pack_id="jd_3p", reason="changed_mind", at=THURSDAY, arrived=MONDAY, **more):
    """The verdicts for one line that arrived on 2 March."""
    parcel = Parcel(dispatched_at=utc(2026, 2, 27), delivered_at=arrived)
    facts = Facts(
        reason=reason, wish=more.pop("wish", "full_refund"), lines=(Line(ref="1", parcels=(parcel,)),), currency="CNY",
        placed_at=utc(2026, 2, 26), channel="official_site", **more,
    )  # fmt: skip
    return evaluate(registry().at(pack_id, facts.placed_at), facts, at, LAWS)


def short(verdicts, reader="buyer") -> str:
    """The short answer, with moments as they are."""
    return " ".join(
        str(text) if not text.params else text.msgid % {k: f"{v:%d %b %H:%M}" for k, v in text.params.items()}
        for text in short_answer(verdicts, reader)
    )


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", EVERY)
def test_no_name_and_no_payer_reaches_a_reader_raw(reading: None, name: str, reader: str) -> None:
    codes = {
        name,
        name.removeprefix("law:"),
        *get_args(Payer),
        *get_args(CostLine),
        *(str(result) for result in Result),
    }
    for result in Result:
        for line in get_args(CostLine):
            for payer in get_args(Payer):
                verdict = Verdict(name, result, Text("Because."), payer={line: payer}, holds_until=utc(2026, 3, 9))
                for told in (verdict, replace(verdict, details={"split": {who: 100 for who in get_args(Payer)}})):
                    (view,) = verdict_views((told,), reader)
                    shown = [view.topic, view.answer, *(t for cost, who in view.payer for t in (cost, *who))]
                    texts = {str(say(text)) for text in (*shown, meaning(told)) if text}
                    assert not texts & codes, texts & codes
                    assert all(text and "_" not in text for text in texts), texts


def test_the_words_are_those_of_the_schema_and_no_others() -> None:
    assert set(TOPICS) == {*NAMES, *DOORS} and {f"law:{right}" for right in RIGHTS} == set(LAWFUL)
    assert (set(PAYERS), set(COSTS)) == (set(get_args(Payer)), set(get_args(CostLine)))
    with pytest.raises(KeyError):
        topic_of("window2")


def test_every_pack_s_answers_have_words(reading: None) -> None:
    for pack in registry().all():
        for reason in ("changed_mind", "not_as_described", "item_not_received"):
            given = asked(pack.meta.id, reason, seller_is_trader=True, buyer_country="NL")
            assert all(say(meaning(v)) for v in given) and short(given)


def test_in_time_the_buyer_reads_until_when_and_who_pays_first() -> None:
    assert short(asked()).startswith("You can, until 09 Mar 15:59. You pay for sending it back.")
    assert short(asked(), "reviewer").startswith("You can, until 09 Mar 15:59. The buyer pays for sending it back.")


def test_too_late_says_so_with_the_reason() -> None:
    assert short(asked(at=utc(2026, 5, 1))) == "You can't. The time for this has passed."


def test_the_law_stands_beside_a_shop_that_refuses() -> None:
    given = asked(at=utc(2026, 3, 14), seller_is_trader=True, buyer_country="NL")
    told = short(given)
    assert told.startswith("By the shop's rules you can't. The time for this has passed.")
    assert "By law you can, until 16 Mar 22:59. You pay for sending it back." in told.replace(
        "You can still ask for an exchange. ", ""
    )
    (law,) = [view for view in verdict_views(given, "buyer") if view.lawful]
    assert law.clauses == ("2011/83/EU art. 9(1)", "2011/83/EU art. 14(1)")


def test_a_law_that_lasts_longer_than_the_shop_s_days_is_named_besides() -> None:
    told = short(asked(seller_is_trader=True, buyer_country="NL"))
    assert told.startswith("You can, until 09 Mar 15:59. By law you can, until 16 Mar 22:59.")


def test_silence_is_shown_as_silence_and_the_law_speaks_beside_it() -> None:
    assert short(asked("imalent")).startswith("The shop's rules set no time limit for this. A person decides it.")
    told = short(asked("catawiki", seller_is_trader=True, buyer_country="PL"))
    assert "A person decides it. By law you can, until" in told
    views = {view.name: view for view in verdict_views(asked("imalent"), "buyer")}
    assert str(views["window"].answer) == "The shop's rules don't say"


def test_what_nobody_knows_is_checked_by_a_person() -> None:
    assert short(asked(arrived=None)).startswith("We need to check. The time limit cannot be worked out yet.")


def test_whoever_belongs_elsewhere_reads_where() -> None:
    channel = Verdict("channel", Result.FAIL, Text("Please ask the shop where you bought it."))
    assert short((channel,)) == "Please ask the shop where you bought it."


def test_a_rule_s_value_is_told_in_words(reading: None) -> None:
    window = asked()[0]
    assert str(say(meaning(window))).startswith("Time limit: 7 days from receipt · In time until <time")
    assert say(meaning(asked()[4])) == "Sending it back: the buyer pays"


def test_lengths_of_time_are_words_in_the_reader_s_language(reading: None) -> None:
    lengths = ("P7D", "PT48H", "P1Y", "P2M", "P2W", "5 business days", "P0D")
    assert [length(text) for text in lengths] == [
        "7 days", "48 hours", "1 year", "2 months", "2 weeks", "5 business days", "the same day",
    ]  # fmt: skip
