"""The life of one goodwill voucher: given at once, or by a lead where it goes over the shop's limit."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import State, Step, View, Workflow
from .roles import DESK, LEAD, SYSTEM

COUNTS = ("planned", "waiting", "given", "ready")  # against the limit of a case


@dataclass(frozen=True)
class VoucherFacts:
    """What a voucher's guards may know. The sums are of all vouchers of its case, this one with them, in minor units;
    `limit_minor` is what one person may give alone, `most_minor` what two may; None: vouchers are not given here."""

    actor_id: int | None = None
    conflicted: bool = False  # the actor belongs to a side of the case
    given_by: int | None = None  # who wrote it
    total_minor: int = 0
    limit_minor: int | None = None
    most_minor: int | None = None
    same_currency: bool = True  # the limits are in the voucher's currency


def facts(view: View) -> VoucherFacts:
    assert isinstance(view.facts, VoucherFacts)
    return view.facts


def is_alone(view: View) -> bool:
    limit = facts(view).limit_minor
    return limit is None or facts(view).total_minor <= limit


def needs_lead(view: View) -> bool:
    return not is_alone(view)


def not_a_party(view: View) -> Text | None:
    """Nobody gives to themselves, nor to whom they sell to (DESIGN 1)."""
    if facts(view).conflicted:
        return Text(N_("You belong to a side of this case, so someone else must do this."))
    return None


def vouchers_are_given(view: View) -> Text | None:
    """Each shop's admin says how much; where nobody did, or in another currency, there is no limit to keep to."""
    if facts(view).limit_minor is None:
        return Text(N_("No vouchers are given in this shop."))
    if not facts(view).same_currency:
        return Text(N_("The shop's limit for vouchers is in another currency."))
    return None


def within_most(view: View) -> Text | None:
    most = max(facts(view).limit_minor or 0, facts(view).most_minor or 0)
    if facts(view).total_minor > most:
        return Text(N_("All vouchers of a case together may not be worth more than the shop allows two people."))
    return None


def another_person(view: View) -> Text | None:
    if facts(view).actor_id == facts(view).given_by:
        return Text(N_("You wrote this yourself, so someone else must approve it."))
    return None


GIVING = (not_a_party, vouchers_are_given, within_most)

# fmt: off
STATES = (
    State("planned", N_("Planned")),
    State("waiting", N_("Waits for a lead"), turn=LEAD),
    State("given", N_("On its way to the shop"), turn=SYSTEM),
    State("ready", N_("Ready to use"), open=False),
    State("turned_down", N_("Not given"), open=False),
)

STEPS = (
    # trigger      from           to              by         label
    Step("give", ("planned",), "given", DESK, N_("Give the voucher"), when=(is_alone,), guards=GIVING,
         story=N_("%(who)s gave the buyer a voucher of %(amount)s"), effects=("hand_over_voucher",), private=True),
    Step("ask_lead", ("planned",), "waiting", DESK, N_("Ask a lead"), when=(needs_lead,), guards=GIVING,
         story=N_("%(who)s wants to give the buyer a voucher of %(amount)s"), private=True),
    Step("approve", ("waiting",), "given", (LEAD,), N_("Approve the voucher"), guards=(*GIVING, another_person),
         story=N_("%(who)s approved a voucher of %(amount)s"), effects=("hand_over_voucher",), private=True),
    Step("turn_down", ("waiting",), "turned_down", (LEAD,), N_("Do not give it"), guards=(not_a_party,),
         story=N_("%(who)s turned down a voucher of %(amount)s"), private=True),
    Step("hand", ("given",), "ready", (SYSTEM,), N_("The shop knows it"),
         story=N_("The shop knows the voucher of %(amount)s"), effects=("tell_voucher",), private=True),
)
# fmt: on

VOUCHER = Workflow("voucher", Step("plan", (), "planned", DESK, N_("Planned")), STATES, STEPS)
