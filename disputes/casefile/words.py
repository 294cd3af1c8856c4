"""The words a case is told in, by reader: state, whose turn, what happens next."""

from disputes.models import Decision
from disputes.text import N_, Text
from disputes.workflows.case import CASE, TALKING
from disputes.workflows.case_facts import CaseFacts
from disputes.workflows.outcome import CREDIT
from disputes.workflows.roles import BUYER, DESK, INSIDE, REVIEWER, SELLER, SYSTEM, other_side

from . import shown
from .read import Raw

# What happens when a clock runs out, by the step it pulls.
THEN = {
    "seller_silent": N_("We review the case without the seller's answer."),
    "offer_unanswered": N_("We step in and review the case."),
    "lapse": N_("We decide with what we have."),
    "hearing_over": N_("We decide, with or without replies to the draft."),
    "drop_final": N_("The case stays closed."),
    "close": N_("The case is closed. Nothing else changes."),
    "redirect_final": N_("The case is closed here."),
    "wake": N_("We ask the seller."),
}
NOTHING_THEN = N_("Nothing happens by itself.")

REFUSALS = {
    "not_proven": N_("The problem is not shown"),
    "as_described": N_("The item is as described"),
    "delivered": N_("It was delivered"),
    "misuse": N_("It was damaged after delivery"),
    "too_late": N_("The time for this has passed"),
    "other": N_("Another reason"),
}

GROUNDS = {
    "new_evidence": N_("There is something new"),
    "rule_misapplied": N_("A rule was read wrongly"),
    "unfair_process": N_("I was not heard fairly"),
}

NEXT: dict[str, dict[str, str]] = {
    "redirected": {
        BUYER: N_("Please turn to where the rules point. If you think that is wrong, say why: then we go on here."),
        SELLER: N_("Nothing to do. %(buyer)s was told where to turn, and can object."),
        REVIEWER: N_("%(buyer)s was told where to turn, and can object."),
    },
    "awaiting_promise": {
        "": N_("It is too early to call this late. If it has not come by then, it goes on by itself."),
    },
    "seller_contacted": {
        BUYER: N_("%(seller)s can accept, offer something else or refuse. We write to you as soon as they do."),
        SELLER: N_(
            "Accept, offer something else, or refuse with a reason and proof. A clear answer settles most cases."
        ),
    },
    "question": {
        BUYER: N_("%(seller)s can answer. We write to you as soon as they do."),
        SELLER: N_("Answer %(buyer)s. A clear answer settles most cases."),
    },
    "talking": {"": N_("The sides talk. It comes to us when one of them asks us in, or when a limit runs out.")},
    "offered": {
        "waiting": N_("You get a mail when %(other)s answers."),
        "answering": N_("Accept it and the money is sent at once, or ask for something else, or decline."),
    },
    "refused": {
        BUYER: N_("If you don't agree, ask us to decide. Add whatever shows your side."),
        SELLER: N_("%(buyer)s can ask us to decide."),
    },
    "answered": {
        BUYER: N_("If that settles it, close your case. If not, ask for something else or ask us to decide."),
        SELLER: N_("%(buyer)s can close the case, ask for something else or ask us to decide."),
    },
    "investigated": {
        BUYER: N_("A person reads both sides, the proof and the shop's rules, then decides with written reasons."),
        SELLER: N_("A person reads both sides, the proof and the shop's rules, then decides with written reasons."),
        REVIEWER: N_("Read both sides, ask if something is missing, then decide with reasons."),
    },
    "awaiting_information": {
        "asked": N_("Send what we asked for; the review goes on as soon as you do."),
        "waiting": N_("The review goes on as soon as we have an answer."),
    },
    "provisional_decision": {
        "": N_("Both sides can reply to the draft before it becomes final."),
    },
    "appealed": {
        "": N_("Somebody who had no part in the decision looks at everything again."),
    },
    "external_body": {
        "": N_("We wait for the outside body. Its answer is recorded here."),
    },
    "dropped": {
        BUYER: N_("You can take it up again where it stood, as long as the time above has not passed."),
        SELLER: N_("Nothing to do. We write to you if the case is taken up again."),
        REVIEWER: N_("%(buyer)s can take it up again, as long as the time above has not passed."),
    },
    "paying": {"": N_("The money goes back the way it was paid. You see here when it has arrived.")},
    "cancelling": {"": N_("%(seller)s is told to cancel the order and not to send it. No money was taken.")},
    "done": {"": N_("Nothing more to do.")},
}


def turn_of(raw: Raw) -> str:
    """Whose turn it is: buyer, seller, us (the desk or the house), or nobody."""
    return whose(raw.state, raw.facts)


def whose(state: str, facts: CaseFacts) -> str:
    """The same, from the state and what is known of the case."""
    if state in TALKING:
        return other_side(facts.moved_last)
    if state == "awaiting_information":
        return facts.asked_side or "us"
    if state == "redirected":
        return BUYER
    if CASE.by_name[state].turn == REVIEWER:
        return "us"
    return "us" if facts.measures_open else "nobody"


def reader_turn(raw: Raw) -> str:
    """The same, seen by the reader: "you" where it is theirs."""
    turn, role = turn_of(raw), raw.actor.role
    mine = turn == role or (turn == "us" and role in DESK and CASE.by_name[raw.state].turn == REVIEWER)
    return "you" if mine else turn


def turn_label(raw: Raw) -> Text:
    turn = reader_turn(raw)
    if turn in (BUYER, SELLER):
        return Text(N_("Waiting for %(name)s"), {"name": name_of(raw, turn)})
    return Text({"you": N_("Your turn"), "us": N_("Our turn")}.get(turn, N_("Nothing to do")))


def name_of(raw: Raw, side: str) -> dict[str, str]:
    """A side's name, shown as a name."""
    return {"name": raw.buyer.name if side == BUYER else raw.seller.name}


def headline(raw: Raw) -> Text:
    """Where the case stands, in the reader's words; an amount wherever there is one."""
    state, role, turn = raw.state, raw.actor.role, turn_of(raw)
    if state in TALKING:
        return _talking(raw, turn)
    if state == "investigated":
        return Text(N_("To decide") if role in INSIDE else N_("We are reviewing"))
    if state == "awaiting_information":
        if role == turn:
            return Text(N_("We asked you for more"))
        return Text(N_("We asked %(name)s for more"), {"name": name_of(raw, turn)})
    if state == "dropped":
        return Text(N_("You closed this case") if role == BUYER else N_("Closed by the buyer"))
    return decided(raw, raw.in_force) if raw.in_force and state not in NEXT else Text(CASE.by_name[state].label)


def _talking(raw: Raw, turn: str) -> Text:
    if turn != raw.actor.role:
        return Text(N_("Waiting for %(name)s"), {"name": name_of(raw, turn)})
    other = other_side(turn)
    if raw.state == "offered":
        return Text(N_("%(name)s made you an offer"), {"name": name_of(raw, other)})
    if raw.actor.role == BUYER:
        said = N_("%(name)s refused") if raw.facts.last_move == "refuse" else N_("%(name)s answered")
        return Text(said, {"name": name_of(raw, other)})
    return Text(N_("%(name)s is waiting for your reply"), {"name": name_of(raw, other)})


def decided(raw: Raw, decision: Decision) -> Text:
    """What a decision says, with the amount."""
    label = Text(CASE.by_name[shown.kind_of(raw, decision)].label)
    signs = {"refund": 1, CREDIT: -1}  # a later decision comes on top of what earlier ones sent
    upto = [o for o in raw.outcomes if o.decision_id <= decision.id]
    total = sum(signs.get(o.kind, 0) * (o.amount_minor or 0) for o in upto)
    if not total:
        return label
    amount = {"minor": total, "currency": decision.currency}
    return Text(N_("%(what)s: %(amount)s"), {"what": label, "amount": amount})


def next_text(raw: Raw) -> Text:
    """What happens next, for the reader."""
    role = raw.actor.role if raw.actor.role not in INSIDE else REVIEWER
    words = NEXT.get(_situation(raw), NEXT["done"])
    mine = turn_of(raw) == raw.actor.role
    keys = (role, ("answering" if mine else "waiting"), ("asked" if mine else "waiting"), "", BUYER)
    msgid = next((words[key] for key in keys if key in words), N_("Nothing more to do."))
    other = other_side(raw.actor.role) if role != REVIEWER else turn_of(raw)
    names = {"seller": name_of(raw, SELLER), "buyer": name_of(raw, BUYER), "other": name_of(raw, other)}
    return Text(msgid, names)


def _situation(raw: Raw) -> str:
    state, facts = raw.state, raw.facts
    if state in TALKING and raw.actor.role in INSIDE:
        return "talking"
    if state == "seller_contacted" and facts.moved_last == SELLER:
        return "refused" if facts.last_move == "refuse" else "answered"
    if state == "seller_contacted" and facts.only_asks:
        return "question"
    if CASE.by_name[state].turn == SYSTEM and state not in NEXT:
        moves_money = any(outcome.kind == "refund" for outcome in raw.outcomes)
        return ("paying" if moves_money else "cancelling") if raw.facts.measures_open else "done"
    return state
