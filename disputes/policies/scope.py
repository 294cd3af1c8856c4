"""Whether it is dealt with here at all: where it was bought, what it is about, where it shall go, its number."""

from collections.abc import Iterable

from disputes.policies.facts import Facts
from disputes.policies.parts_order import Gate
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_

_WHERE = {
    "marketplace_account": N_("Please ask through your account on the marketplace where you bought it."),
    "point_of_sale": N_("Please ask the shop where you bought it."),
    "sales_representative": N_("Please ask your sales representative."),
    "product_support": N_("Please ask the product support."),
    "brand": N_("Please ask the maker's own service."),
}


def channel(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `channel`: a topic or a place of purchase that belongs elsewhere; None where the pack names none."""
    topic = pack.scope.topics.get(facts.topic or "")
    if topic:
        return _gate(topic)
    if not pack.scope.channels:
        return None
    gate = pack.scope.channels.get(facts.channel or "")
    if gate:
        return _gate(gate)
    rules = (gate.action for gate in pack.scope.channels.values())
    return by_rule(
        "channel", Result.UNDETERMINED, N_("Where it was bought is not known. A person will check it."), *rules
    )


def _gate(gate: Gate) -> Verdict:
    if gate.action.value == "allow":
        return by_rule("channel", Result.PASS, N_("This is the right place to ask."), gate.action)
    text = _WHERE.get(gate.to or "", N_("The shop's rules send you elsewhere for this."))
    return by_rule("channel", Result.FAIL, text, gate.action, redirect=gate.to)


def address(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `address` for a new address; None where none is given or the pack sets no limits."""
    scope = pack.scope
    if facts.address is None and facts.new_country is None or scope.countries is None and scope.po_box is None:
        return None
    if scope.po_box and scope.po_box.value is False and _matches(facts.address, scope.po_box_words):
        return by_rule(
            "address", Result.FAIL, N_("The shop does not deliver to PO boxes."), scope.po_box, code="po_box"
        )
    served = scope.countries.value if scope.countries else None
    if served is not None and facts.new_country is None:
        return by_rule(
            "address", Result.UNDETERMINED, N_("The country of the new address is not known."), scope.countries
        )
    if served is not None and facts.new_country not in served:
        text = N_("The shop does not deliver to that country.")
        return by_rule("address", Result.FAIL, text, scope.countries, code="country")
    return by_rule("address", Result.PASS, N_("The shop delivers there."), scope.countries, scope.po_box)


def _matches(text: str | None, rule: object) -> bool:
    patterns: Iterable[object] = getattr(rule, "value", None) or ()
    return any(pattern.search(text or "") for pattern in patterns if hasattr(pattern, "search"))


def order_number(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `order_number`: its form, spaces and small letters forgiven; None where there is none to compare."""
    rule = pack.order.number
    if rule is None or rule.value is None or facts.order_number is None:
        return None
    number = "".join(facts.order_number.split()).upper()
    if rule.value.search(number):
        return by_rule("order_number", Result.PASS, N_("The order number has the right form."), rule, number=number)
    return by_rule("order_number", Result.FAIL, N_("We do not recognise this order number."), rule)
