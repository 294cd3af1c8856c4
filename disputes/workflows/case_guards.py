"""Conditions and guards of the case table. A condition hides a step, a guard shuts it and says why."""

from datetime import datetime

from disputes.text import N_, Text

from .case_facts import CaseFacts
from .core import Condition, View
from .roles import BUYER, LEAD, SELLER


def facts(view: View) -> CaseFacts:
    """The facts of a case, typed."""
    assert isinstance(view.facts, CaseFacts)
    return view.facts


def other_offers(kind: str) -> Condition:
    """The other side's standing offer is of `kind`, so accepting it settles the case that way."""

    def condition(view: View) -> bool:
        f = facts(view)
        return kind == (f.seller_offers if view.role == BUYER else f.buyer_asks)

    return condition


def drafted(kind: str) -> Condition:
    """The saved draft decision is of `kind`."""
    return lambda view: facts(view).draft == kind


def dropped_from(state: str) -> Condition:
    """The case was closed by its buyer while in `state`."""
    return lambda view: facts(view).dropped_from == state


def seller_offer_stands(view: View) -> bool:
    return facts(view).seller_offers is not None


def seller_answered(view: View) -> bool:
    return facts(view).seller_answered


def something_to_refuse(view: View) -> bool:
    """The buyer had the last word, and it was more than a question."""
    return facts(view).moved_last == BUYER and not facts(view).only_asks


def only_asks(view: View) -> bool:
    return facts(view).only_asks


def asked(view: View) -> bool:
    """The platform asked this side."""
    return facts(view).asked_side == view.role


def question_open(view: View) -> bool:
    """The other side asked this side something."""
    return facts(view).question_to == view.role


def silenced_in(state: str) -> Condition:
    """A limit took the case out of `state`, but the answer had reached us before it ran out."""
    return lambda view: facts(view).silenced_in == state


def seller_had_a_say(view: View) -> Text | None:
    """The shop's rules give the seller a limit, so the platform waits for an answer or for the limit (DESIGN 4)."""
    f = facts(view)
    if view.role == SELLER or f.seller_answered or not f.seller_has_limit:
        return None
    due: datetime | None = f.seller_due
    if due is None:
        return Text(N_("The seller has just been told. You can ask us in once they have answered."))
    return Text(N_("You can ask us in once the seller has answered, or after %(due)s."), {"due": due})


def not_a_party(view: View) -> Text | None:
    """Nobody decides a case of their own organisation (DESIGN 1)."""
    if facts(view).conflicted:
        return Text(N_("You belong to a side of this case, so someone else must decide it."))
    return None


def not_held_by_another(view: View) -> Text | None:
    """A running claim keeps other reviewers out; a lead may step over it."""
    f = facts(view)
    if f.held_by is None or f.held_by == f.actor_id or view.role == LEAD:
        return None
    return Text(N_("Another reviewer has taken this case until %(until)s."), {"until": f.held_until})


def money_left(view: View) -> Text | None:
    """What is sent back never exceeds what was captured (DESIGN 6)."""
    if facts(view).refundable_minor <= 0:
        return Text(N_("Everything paid has already been sent back or is on its way."))
    return None


def measures_done(view: View) -> Text | None:
    if facts(view).measures_open:
        return Text(N_("Some of what was decided has not happened yet."))
    return None


def draft_stands(view: View) -> bool:
    return facts(view).draft is not None


def needs_second(view: View) -> bool:
    """The draft needs a second person, and nobody has been asked yet."""
    f = facts(view)
    return f.second_why is not None and f.second_asked_by is None


def second_is_asked(view: View) -> bool:
    return facts(view).second_asked_by is not None


def two_agree(view: View) -> Text | None:
    """Above a limit somebody else must approve the very draft: a lead, never who drafted it or asked."""
    f = facts(view)
    if f.second_why is None:
        return None
    if f.second_asked_by is None:
        return Text(SECOND_WHY[f.second_why])
    if view.role != LEAD or f.actor_id in (f.drafted_by, f.second_asked_by):
        return Text(N_("A lead who did not write this draft must approve it."))
    return None


SECOND_WHY = {
    "over_limit": N_("This sends back more than one person may decide alone. Ask a second person."),
    "over_payment": N_(
        "With what was sent back of this payment before, this is more than one person may decide alone. "
        "Ask a second person."
    ),
    "suspension": N_("A suspension, or a restriction without an end, needs a second person. Ask one."),
    "debit": N_("Taking money from a buyer takes two people. Ask a second person."),
    "frozen": N_("The payment of this order is frozen, so sending money back takes two people. Ask a second person."),
    "over_daily": N_("With this you would send back more in 24 hours than one person may alone. Ask a second person."),
}


def restriction_in_time(view: View) -> Text | None:
    if facts(view).draft_over:
        return Text(N_("A restriction in this draft would end before it begins. Change the draft."))
    return None


def may_write(view: View) -> Text | None:
    """A restricted side still answers, shows proof and appeals (DESIGN 4); it does not begin to talk."""
    if facts(view).muted:
        return Text(N_("Your account may not send messages of its own now. You can answer, add proof and appeal."))
    return None


def decision_stands(view: View) -> bool:
    """There is a decision in force that somebody else took for the sides."""
    return bool(facts(view).decided_by)


def not_settled(view: View) -> Text | None:
    if facts(view).settled:
        return Text(N_("Both sides agreed on this amount, so there is nothing to add to it."))
    return None


def stood_in(state: str) -> Condition:
    """The case stood in `state` before the appeal, or before it went outside."""
    return lambda view: facts(view).stood_in == state


def may_appeal(view: View) -> Text | None:
    """Either side once against a decision, in the time the rules give (DESIGN 9: three grounds)."""
    f = facts(view)
    if f.settled:
        return Text(N_("Both sides agreed on this, so there is no decision to appeal against."))
    if view.role in f.appealed_by:
        return Text(N_("You have already appealed against this decision."))
    if f.appeal_open:  # a lead had taken the case up again, and it ended before the appeal was answered
        return Text(N_("An appeal against this decision waits for its answer already."))
    return Text(N_("The time to appeal has passed.")) if f.appeal_over else None


def no_appeal_waits(view: View) -> Text | None:
    """A restriction says nothing about the order, so it answers no appeal about it."""
    if facts(view).appeal_open:
        return Text(
            N_("There is an appeal about the order. Decide about the order too, and restrict the account with that.")
        )
    return None


def different_person(view: View) -> Text | None:
    """Whoever decided does not decide about their own decision."""
    f = facts(view)
    if f.stood_in is not None and f.actor_id in f.decided_by:
        return Text(N_("You had a part in the decision, so someone else must decide the appeal."))
    return None


def referral_stands(view: View) -> Text | None:
    """Two people have approved a referral, or a lead has handed one over in an emergency."""
    return None if facts(view).referred else Text(N_("No referral of this case has been approved."))


def referral_is_over(view: View) -> Text | None:
    return Text(N_("A referral of this case still stands.")) if facts(view).referred else None


def report_waits(view: View) -> bool:
    return facts(view).reported


def other_side_wrote(view: View) -> bool:
    return facts(view).other_wrote


def limit_is_held(view: View) -> bool:
    return facts(view).held
