"""The costs of a case in plain words: what something cost, who bears how much of it, and by which rule."""

from collections.abc import Iterable, Mapping

from disputes.models import Cost
from disputes.policies.costs import Borne
from disputes.text import N_, Text
from disputes.workflows.roles import PARTIES

from .read import Raw
from .views import CostView, Exhibit

LINES = {
    "way_out": N_("Sending it out"),
    "way_back": N_("Sending it back"),
    "reship": N_("Sending it again"),
    "customs": N_("Customs"),
    "repair": N_("The repair"),
    "loss": N_("The loss"),
}
MODES = {
    "mail_in": N_("By post"),
    "pickup": N_("Collected"),
    "drop_off": N_("Handed in"),
    "on_site": N_("On site"),
    "remote": N_("From afar"),
}
CAUSES = {
    "insufficient_address": N_("The address was incomplete"),
    "wrong_address": N_("The address was wrong"),
    "carrier_damage": N_("The carrier damaged it"),
    "refused": N_("It was refused"),
    "unclaimed": N_("Nobody collected it"),
    "other": N_("Another reason"),
}
BORNE_BY = {
    "buyer": N_("Percent borne by the buyer"),
    "seller": N_("Percent borne by the seller"),
    "platform": N_("Percent borne by the platform"),
    "insurer": N_("Percent borne by the insurer"),
}
_COST = {
    "way_out": N_("Sending it out cost %(amount)s"),
    "way_back": N_("The way back cost %(amount)s"),
    "reship": N_("Sending it again cost %(amount)s"),
    "customs": N_("Customs came to %(amount)s"),
    "repair": N_("The repair cost %(amount)s"),
    "loss": N_("The loss came to %(amount)s"),
}
_PAYS = {
    "you": N_("You pay %(amount)s"),
    "buyer": N_("The buyer pays %(amount)s"),
    "seller": N_("The seller pays %(amount)s"),
    "platform": N_("The platform pays %(amount)s"),
    "insurer": N_("The insurer pays %(amount)s"),
}
_FIRST = {
    "you": N_("You paid for it first."),
    "buyer": N_("The buyer paid for it first."),
    "seller": N_("The seller paid for it first."),
}


def told(raw: Raw, exhibits: Mapping[int, Exhibit]) -> tuple[CostView, ...]:
    """Staff read every entry; a side those that stand and that it laid out or bears a part of."""
    role = raw.actor.role
    corrected = {cost.corrects_id for cost in raw.costs}
    shares: dict[int, dict[str, int]] = {cost.id: {} for cost in raw.costs}
    for share in raw.cost_shares:
        shares[share.cost_id][share.payer] = share.amount_minor
    shown = []
    for cost in raw.costs:
        mine = role not in PARTIES or role == cost.laid_out_by or role in shares[cost.id]
        stands = cost.id not in corrected and cost.amount_minor
        if mine and (stands or role not in PARTIES):
            shown.append(_view(raw, cost, shares[cost.id], exhibits, corrected=cost.id in corrected))
    return tuple(shown)


def _view(
    raw: Raw, cost: Cost, shares: Mapping[str, int], exhibits: Mapping[int, Exhibit], *, corrected: bool
) -> CostView:
    role = raw.actor.role
    amount = {"minor": cost.amount_minor, "currency": cost.currency}
    return CostView(
        id=cost.id, line=cost.line, amount_minor=cost.amount_minor, currency=cost.currency,
        laid_out_by=cost.laid_out_by, headline=Text(_COST[cost.line], {"amount": amount}),
        first=Text(_FIRST["you" if role == cost.laid_out_by else cost.laid_out_by]),
        shares=tuple(pays(shares.items(), cost.currency, role)), clauses=tuple(cost.clauses), standing=cost.standing,
        reasons=cost.reasons, exhibit=exhibits.get(cost.evidence_id) if cost.evidence_id else None, at=cost.at,
        corrected=corrected, corrects=cost.corrects_id is not None,
    )  # fmt: skip


def pays(shares: Iterable[tuple[str, int]], currency: str, reader: str) -> Iterable[Text]:
    """Who pays how much, each as a sentence."""
    for payer, minor in shares:
        who = "you" if payer == reader and reader in PARTIES else payer
        yield Text(_PAYS[who], {"amount": {"minor": minor, "currency": currency}})


def preview(found: Borne, currency: str) -> tuple[tuple[Text, ...], Borne]:
    """What the rules say, before anything is recorded."""
    return tuple(pays(found.shares.items(), currency, "")), found
