"""The life of a referral to an authority: two leads approve its very content, or one hands it over in an emergency."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import Follow, State, Step, View, Workflow
from .roles import DESK, LEAD


@dataclass(frozen=True)
class ReferralFacts:
    """What a referral's guards may know, read under the lock. The approvals are those of its content as it stands."""

    actor_id: int | None = None
    conflicted: bool = False  # the actor belongs to a side of the case
    authors: frozenset[int] = frozenset()  # who wrote the content as it stands, and who asked for approvals
    approved_by: frozenset[int] = frozenset()
    approvals_count: bool = True  # everybody who approved is still a lead here and no party
    whole: bool = True  # the content is the one its digest was taken of
    handed_by: int | None = None  # who handed it over alone


def facts(view: View) -> ReferralFacts:
    assert isinstance(view.facts, ReferralFacts)
    return view.facts


def not_a_party(view: View) -> Text | None:
    if facts(view).conflicted:
        return Text(N_("You belong to a side of this case, so someone else must do this."))
    return None


def not_an_author(view: View) -> Text | None:
    """Nobody approves what they wrote or asked for themselves."""
    if facts(view).actor_id in facts(view).authors:
        return Text(N_("You wrote this or asked for it, so two other leads must approve it."))
    return None


def another_person(view: View) -> Text | None:
    if facts(view).actor_id in facts(view).approved_by:
        return Text(N_("You have approved this already. Another lead must, too."))
    return None


def approvals_count(view: View) -> Text | None:
    """Who approved must be entitled to when it is carried out, not only when they pressed the button."""
    if not facts(view).approvals_count:
        return Text(N_("Somebody who approved is no lead here any more, or belongs to a side. Ask for approvals anew."))
    return None


def is_whole(view: View) -> Text | None:
    if not facts(view).whole:
        return Text(
            N_("What was to be approved is not what stands here now. Save it again and ask for approvals anew.")
        )
    return None


def not_who_handed_over(view: View) -> Text | None:
    if facts(view).actor_id == facts(view).handed_by:
        return Text(N_("You handed this over, so another lead must review it."))
    return None


REFER = (Follow("case", "refer"),)
END = (Follow("case", "end_referral"),)
OPEN_TO_CHANGE = ("drafted", "proposed", "approved_once")
APPROVING = (not_a_party, not_an_author, another_person, approvals_count, is_whole)

# fmt: off
STATES = (
    State("drafted", N_("Draft")),
    State("proposed", N_("Waits for two leads")),
    State("approved_once", N_("Waits for one more lead")),
    State("approved", N_("Approved, to be handed over")),
    State("handed_urgently", N_("Handed over in an emergency, to be reviewed")),
    State("handed_over", N_("Handed over")),
    State("answered", N_("Answered"), open=False),
    State("closed", N_("Closed without an answer"), open=False),
    State("withdrawn", N_("Withdrawn"), open=False),
)

STEPS = (
    Step("edit", OPEN_TO_CHANGE, "drafted", DESK, N_("Change it"),
         story=N_("%(who)s changed the content"), page="referrals.edit", guards=(not_a_party,)),
    Step("propose", ("drafted",), "proposed", DESK, N_("Ask two leads to approve it"),
         story=N_("%(who)s asked two leads to approve it"), page="referrals.propose", primary=True,
         guards=(not_a_party, is_whole)),
    Step("approve_first", ("proposed",), "approved_once", (LEAD,), N_("Approve it"),
         story=N_("%(who)s approved it"), page="referrals.approve", primary=True, guards=APPROVING),
    Step("approve_second", ("approved_once",), "approved", (LEAD,), N_("Approve it"),
         story=N_("%(who)s approved it, too"), page="referrals.approve", primary=True, guards=APPROVING, then=REFER),
    Step("send_back", ("proposed", "approved_once"), "drafted", (LEAD,), N_("Send it back"),
         story=N_("%(who)s sent it back"), page="referrals.send_back", guards=(not_a_party,)),
    Step("hand_over", ("approved",), "handed_over", (LEAD,), N_("Hand it over"),
         story=N_("%(who)s handed it over"), page="referrals.hand_over", primary=True,
         guards=(not_a_party, approvals_count, is_whole)),
    Step("hand_over_urgently", OPEN_TO_CHANGE, "handed_urgently", (LEAD,), N_("Hand it over now: emergency"),
         story=N_("%(who)s handed it over in an emergency"), page="referrals.emergency", danger=True,
         guards=(not_a_party, is_whole), then=REFER),
    Step("confirm", ("handed_urgently",), "handed_over", (LEAD,), N_("It was right to hand it over"),
         story=N_("%(who)s reviewed the emergency: it was right"), page="referrals.review", primary=True,
         guards=(not_a_party, not_who_handed_over)),
    Step("object", ("handed_urgently",), "withdrawn", (LEAD,), N_("It was wrong to hand it over"),
         story=N_("%(who)s reviewed the emergency: it was wrong"), page="referrals.review", then=END,
         guards=(not_a_party, not_who_handed_over)),
    Step("answer", ("handed_over",), "answered", DESK, N_("The authority has answered"),
         story=N_("The authority has answered"), page="referrals.answer", guards=(not_a_party,), then=END),
    Step("close", ("handed_over",), "closed", DESK, N_("Close it without an answer"),
         story=N_("%(who)s closed it without an answer"), page="referrals.close", guards=(not_a_party,), then=END),
    Step("withdraw", OPEN_TO_CHANGE, "withdrawn", DESK, N_("Withdraw it"),
         story=N_("%(who)s withdrew it"), page="referrals.withdraw", guards=(not_a_party,)),
    Step("take_back", ("approved", "handed_over"), "withdrawn", (LEAD,), N_("Withdraw it"),
         story=N_("%(who)s withdrew it"), page="referrals.withdraw", guards=(not_a_party,), then=END),
)
# fmt: on

BEGIN = Step("draft", (), "drafted", DESK, N_("Refer to an authority"), story=N_("%(who)s wrote a draft"))
REFERRAL = Workflow("referral", BEGIN, STATES, STEPS)
# States in which a referral stands: what it was approved for, or has been done, counts.
STANDS = ("approved", "handed_urgently", "handed_over")
