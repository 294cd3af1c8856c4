"""Which remedies are open now, and until when; exchange only once; money as the last resort; the amount at most."""

from datetime import datetime
from typing import Any

from disputes.policies.facts import Facts
from disputes.policies.goods import condition
from disputes.policies.kinds import Request
from disputes.policies.schema import Pack
from disputes.policies.standing import Value
from disputes.policies.verdict import Result, Verdict, by_rule, silent
from disputes.policies.windows import judge
from disputes.text import N_, Text

_GOODS: tuple[Request, ...] = ("refund", "exchange", "repair")


def choices(pack: Pack, facts: Facts, at: datetime) -> Verdict | None:
    """The verdict `choices`: what can still be asked, each with its last moment (`open`), and what not (`shut`)."""
    if facts.asks not in _GOODS:
        return None
    order = pack.ladder.order.value if pack.ladder.order else None
    open_: dict[str, str | None] = {}
    shut: dict[str, str] = {}
    rules: list[Value[Any] | None] = []
    for request in order or _GOODS:
        window = pack.window(request, facts.reason)
        if window is None or window.value is None:
            continue
        asked = facts.model_copy(update={"request": request})
        result, until = judge(window, pack, asked, at)
        rules.append(window)
        barred = _barred(pack, asked, at)
        if result is Result.FAIL or barred:
            shut[request] = "late" if result is Result.FAIL else barred or ""
        else:
            open_[request] = until.isoformat() if until else None
    if not rules:
        return silent("choices", Text(N_("The shop's rules set no time limit for this.")), None)
    if not open_:
        return by_rule("choices", Result.FAIL, N_("Nothing of this is open any more."), *rules, open=open_, shut=shut)
    text = N_("This is still open to you.")
    return by_rule("choices", Result.PASS, text, *rules, pack.ladder.choice, open=open_, shut=shut)


def _barred(pack: Pack, facts: Facts, at: datetime) -> str | None:
    goods, once = condition(pack, facts, at), exchange(pack, facts)
    if goods and goods.result is Result.FAIL:
        return "condition"
    return "exchange" if once and once.result is Result.FAIL else None


def exchange(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `exchange` for a request to exchange: how often, and whether there is anything to exchange for."""
    rule = pack.exchange
    if facts.asks != "exchange" or rule.max_per_item is None:
        return None
    most, done = rule.max_per_item.value or 0, [line.exchanges for line in facts.lines]
    if any(count is not None and count >= most for count in done):
        text = N_("These goods were exchanged already; a refund or a repair is open instead.")
        return by_rule("exchange", Result.FAIL, text, rule.max_per_item, instead="refund")
    if facts.in_stock is False:
        instead = rule.no_stock.value if rule.no_stock else None
        text = N_("There is nothing to exchange it for.")
        return by_rule("exchange", Result.FAIL, text, rule.no_stock, rule.match, instead=instead)
    if facts.sub_reason in ("missing_parts", "part_missing") and rule.missing_part_alone:
        text = N_("What is missing can be sent without anything coming back.")
        return by_rule("exchange", Result.PASS, text, rule.missing_part_alone, goods_back=False)
    text = N_("The same product comes new in exchange, once.")
    return by_rule("exchange", Result.PASS, text, rule.max_per_item, rule.match, rule.dispatch)


def repair(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `repair` for a repair or upkeep: how, where and by whom; None where the pack does not say."""
    rule = pack.repair
    if facts.asks not in ("repair", "maintenance") or rule.modes is None:
        return None
    routes = next((rule.routes[line.category] for line in facts.lines if line.category in rule.routes), None)
    upkeep = rule.maintenance if facts.asks == "maintenance" else None
    modes, countries = rule.modes.value or (), rule.countries.value if rule.countries else None
    if facts.topic == "brand" and routes and "brand" in (routes.value or ()):
        text = N_("Please ask the maker's own service.")
        return by_rule("repair", Result.FAIL, text, routes, redirect="brand")
    if countries is not None and facts.buyer_country is not None and facts.buyer_country not in countries:
        text = N_("Whether it can be repaired there is not known. A person will check it.")
        return by_rule("repair", Result.UNDETERMINED, text, rule.countries, code="country")
    if facts.mode is not None and facts.mode not in modes:
        text = N_("It is not repaired that way.")
        return by_rule("repair", Result.FAIL, text, rule.modes, modes=list(modes))
    text = N_("You can have it looked after in one of these ways.")
    rules = (rule.modes, rule.countries, routes, upkeep, rule.unrepairable)
    return by_rule("repair", Result.PASS, text, *rules, modes=list(modes))


def last_resort(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `last_resort`, once it is known how an exchange or a repair ended."""
    rule = pack.ladder
    if facts.failed_remedy is None or rule.last is None or rule.last_after is None:
        return None
    if facts.failed_remedy in (rule.last_after.value or ()):
        text = N_("Nothing else worked, so your money back can be asked for, whatever the time limit.")
        return by_rule("last_resort", Result.PASS, text, rule.last, rule.last_after, instead=rule.last.value)
    return by_rule("last_resort", Result.FAIL, N_("The goods were put right."), rule.last, rule.last_after)
