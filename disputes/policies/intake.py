"""What must be filled in for a request, and what a kind of customer has more of."""

from typing import get_args

from disputes.policies.facts import Facts
from disputes.policies.kinds import FormName
from disputes.policies.parts_talk import Form
from disputes.policies.schema import Pack
from disputes.policies.verdict import Result, Verdict, by_rule
from disputes.text import N_


def intake(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `intake`: what is still missing (`missing`); None where nobody said what was filled in."""
    form = _form(pack, facts)
    if form is None or facts.filled is None:
        return None
    return filled(form, facts.filled)


def _form(pack: Pack, facts: Facts) -> Form | None:
    wanted = facts.topic or facts.asks
    for name in get_args(FormName):
        if name == wanted and name in pack.forms:
            return pack.forms[name]
    by_request = next(
        (pack.forms[name] for name in get_args(FormName) if name == facts.asks and name in pack.forms), None
    )
    return by_request or pack.forms.get("default")


def filled(form: Form, given: tuple[str, ...]) -> Verdict:
    """The same for one form: a missing field waits for the person, it never shuts anything."""
    missing = [field for field in (form.required.value or () if form.required else ()) if field not in given]
    either = form.one_of.value or () if form.one_of else ()
    lacks = bool(either) and not set(either) & set(given)
    if missing or lacks:
        text = N_("Something is still missing; the time you wrote to us counts all the same.")
        either = either if lacks else ()
        rules = (form.required, form.one_of)
        return by_rule("intake", Result.UNDETERMINED, text, *rules, missing=missing, one_of=list(either))
    helps = [field for field in (form.recommended.value or () if form.recommended else ()) if field not in given]
    text = N_("Everything that is needed is there.")
    return by_rule("intake", Result.PASS, text, form.required, form.one_of, form.recommended, helpful=helps)


def tier(pack: Pack, facts: Facts) -> Verdict | None:
    """The verdict `tier`: what this kind of customer has more of; None where the pack knows no such kind."""
    rule = pack.tiers.get(facts.tier or "")
    if rule is None:
        return None
    more = {
        name: value.value
        for name in type(rule).model_fields
        if (value := getattr(rule, name)) and value.value is not None
    }
    rules = [getattr(rule, name) for name in type(rule).model_fields]
    return by_rule("tier", Result.PASS, N_("You are served first; the time limits stay the same."), *rules, **more)
