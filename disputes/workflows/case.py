"""The life of a case. This table is the only place that says what may happen next."""

from disputes.text import N_

from . import case_guards as g
from .core import BENEATH, SAME, ClockSpec, Follow, Opens, State, Step, Tell, Workflow
from .roles import BUYER, CLOCK, DESK, LEAD, PARTIES, REVIEWER, SELLER, SHOP, SYSTEM

TALKING = ("seller_contacted", "offered")
ASIDE = ("redirected", "awaiting_promise")  # nobody is asked yet: it belongs elsewhere, or it is too early
SILENCED = {state: "investigated" for state in (*TALKING, "awaiting_information")} | {"redirected": "closed"}
UNDECIDED = (*ASIDE, "seller_contacted", "offered", "investigated", "awaiting_information", "provisional_decision")
REVIEWED = ("investigated", "provisional_decision", "appealed")
RESTRICTED = "account_restriction"  # staff alone are shown it: the other side must not see what befell one
DECIDED = ("partial_refund", "full_refund", "cancellation", "no_remedy", RESTRICTED)
DESK_GUARDS = (g.not_a_party, g.not_held_by_another, g.different_person)
DECIDING = (*DESK_GUARDS, g.restriction_in_time, g.two_agree)
ORDER = (Follow("outcomes", "order"),)
ASK_SELLER = (Follow("case", "contact_seller"),)
BOTH_DECIDED = (Tell("decided", BUYER), Tell("decided", SELLER))
BOTH_SETTLED = (Tell("settled", BUYER), Tell("settled", SELLER))
SELLER_LIMIT = Opens("seller_response", SELLER, on_notice=True)
ANSWER_LIMIT = Opens("offer_answer", None, on_notice=True)

# fmt: off
STATES = (
    State("opened", N_("Opened"), turn=SYSTEM),
    State("redirected", N_("Belongs elsewhere"), clocks=("contest",), turn=BUYER),
    State("awaiting_promise", N_("Waiting for the promised day"), clocks=("promise",), turn=SYSTEM),
    State("seller_contacted", N_("Waiting for the seller"), clocks=("seller_response", "offer_answer")),
    State("offered", N_("An offer is on the table"), clocks=("offer_answer",)),
    State("investigated", N_("We are reviewing"), turn=REVIEWER),
    State("awaiting_information", N_("We asked for more"), clocks=("info_answer",)),
    State("partial_refund", N_("Part refund"), clocks=("closing",), turn=SYSTEM),
    State("full_refund", N_("Full refund"), clocks=("closing",), turn=SYSTEM),
    State("cancellation", N_("Order cancelled"), clocks=("closing",), turn=SYSTEM),
    State("no_remedy", N_("No refund, and why"), clocks=("closing",), turn=SYSTEM),
    State(RESTRICTED, N_("Account restricted"), clocks=("closing",), turn=SYSTEM),
    State("provisional_decision", N_("Draft decision"), clocks=("provisional",), turn=REVIEWER),
    State("appealed", N_("Under appeal"), turn=REVIEWER),
    State("external_body", N_("With an outside body"), turn=SYSTEM),
    State("dropped", N_("Closed by the buyer"), clocks=("undo_drop",), pauses=True, turn=BUYER),
    State("closed", N_("Closed"), open=False, turn=SYSTEM),
    State("law_enforcement_referral", N_("Referred to an authority"), confidential=True),
)

ANYWHERE = tuple(state.name for state in STATES if not state.confidential)

CLOCKS = (
    ClockSpec("contest", N_("You can object until"), may_pull=("redirect_final",)),
    ClockSpec("promise", N_("Promised by"), may_pull=("wake",)),
    ClockSpec("seller_response", N_("Reply by"), may_pull=("seller_silent",)),
    ClockSpec("offer_answer", N_("Answer by"), may_pull=("offer_unanswered",)),
    ClockSpec("info_answer", N_("Send what we asked for by"), may_pull=("lapse",)),
    ClockSpec("provisional", N_("Reply to the draft by"), may_pull=("hearing_over",)),
    ClockSpec("undo_drop", N_("You can undo this until"), may_pull=("drop_final",)),
    ClockSpec("closing", N_("The case closes on"), may_pull=("close",)),
)

LET_GO = ("release_payout",)  # nothing of the seller's waits any more

BEGIN = Step("open", (), "opened", (BUYER, REVIEWER, LEAD, SELLER, SHOP), N_("Open a case"),
             story=N_("%(who)s opened the case and asked for: %(what)s"),
             tells=(Tell("case_opened", BUYER),), effects=("hold_payout",))

STEPS = (
    # trigger          from               to                      by              label
    Step("redirect", ("opened",), "redirected", (SYSTEM,), N_("This belongs elsewhere"),
         story=N_("By the shop's rules this is dealt with elsewhere. %(where)s"),
         tells=(Tell("redirected", BUYER),), opens=(Opens("contest", BUYER),)),
    Step("contest_redirect", ("redirected",), "opened", (BUYER,), N_("It does belong here"),
         story=N_("%(who)s says that it does belong here"), page="messages.contest", primary=True, then=ASK_SELLER),
    Step("redirect_final", ("redirected",), "closed", (CLOCK,), N_("It was dealt with elsewhere"),
         story=N_("Nobody objected, so the case was closed here"),
         effects=LET_GO),
    Step("park", ("opened",), "awaiting_promise", (SYSTEM,), N_("It is too early"),
         story=N_("The promised day has not passed yet, so the case waits for it"),
         tells=(Tell("parked", BUYER),), opens=(Opens("promise", SYSTEM, told=True),)),
    Step("wake", ("awaiting_promise",), "opened", (CLOCK,), N_("The promised day has passed"),
         story=N_("The promised day has passed"), tells=(Tell("woken", BUYER),), then=ASK_SELLER),
    Step("contact_seller", ("opened",), "seller_contacted", (SYSTEM,), N_("The seller was asked"),
         story=N_("The seller was asked to answer"),
         tells=(Tell("seller_asked", SELLER),), opens=(SELLER_LIMIT,)),
    Step("bypass_seller", ("opened", *ASIDE, "seller_contacted"), "investigated", (SYSTEM, *DESK), N_("Review without waiting for the seller"),
         story=N_("The case went straight to review"),
         guards=DESK_GUARDS, tells=(Tell("platform_in", BUYER), Tell("platform_in", SELLER))),
    Step("notice_sent", (*TALKING, "awaiting_information", "dropped"), SAME, (SYSTEM,), N_("The notice was sent"),
         effects=("start_clock",), private=True),

    Step("settle_full", TALKING, "full_refund", PARTIES, N_("Accept: full refund"),
         story=N_("%(who)s accepted a full refund of %(amount)s"), primary=True, page="offers.accept",
         when=(g.other_offers("full_refund"),), guards=(g.money_left,), tells=BOTH_SETTLED, then=ORDER,
         effects=LET_GO),
    Step("settle_partial", TALKING, "partial_refund", PARTIES, N_("Accept: part refund"),
         story=N_("%(who)s accepted a part refund of %(amount)s"), primary=True, page="offers.accept",
         when=(g.other_offers("partial_refund"),), guards=(g.money_left,), tells=BOTH_SETTLED, then=ORDER,
         effects=LET_GO),
    Step("settle_cancel", TALKING, "cancellation", PARTIES, N_("Accept: cancel the order"),
         story=N_("%(who)s accepted to cancel the order"), primary=True, page="offers.accept",
         when=(g.other_offers("cancellation"),), tells=BOTH_SETTLED, then=ORDER,
         effects=LET_GO),
    Step("offer", TALKING, "offered", (SELLER,), N_("Make an offer"),
         story=N_("%(who)s made an offer: %(what)s"), page="offers.new",
         tells=(Tell("offer_made", None),), opens=(ANSWER_LIMIT,)),
    Step("counter", TALKING, "offered", (BUYER,), N_("Ask for something else"),
         story=N_("%(who)s asked for something else: %(what)s"), page="offers.new",
         when=(g.seller_answered,), guards=(g.may_write,), tells=(Tell("offer_made", None),), closes=("offer_answer",), opens=(ANSWER_LIMIT,)),
    Step("refuse", TALKING, "seller_contacted", (SELLER,), N_("Refuse"),
         story=N_("%(who)s refused: %(why)s"), page="offers.refuse",
         when=(g.something_to_refuse,), tells=(Tell("refused", BUYER),),
         closes=("seller_response", "offer_answer"), opens=(ANSWER_LIMIT,)),
    Step("reply", ("seller_contacted",), SAME, (SELLER,), N_("Answer"),
         story=N_("%(who)s answered"), page="messages.reply", primary=True,
         when=(g.only_asks,), tells=(Tell("answered", BUYER),), closes=("seller_response",), opens=(ANSWER_LIMIT,)),
    Step("decline_offer", ("offered",), "seller_contacted", (BUYER,), N_("Decline the offer"),
         story=N_("%(who)s declined the offer"), page="offers.decline",
         when=(g.seller_offer_stands,), tells=(Tell("offer_declined", SELLER),), closes=("offer_answer",), opens=(SELLER_LIMIT,)),
    Step("ask", TALKING, SAME, PARTIES, N_("Ask a question"),
         story=N_("%(who)s asked a question"), page="messages.ask", guards=(g.may_write,), tells=(Tell("asked", None),)),
    Step("answer", TALKING, SAME, PARTIES, N_("Answer the question"),
         story=N_("%(who)s answered"), page="messages.answer",
         when=(g.question_open,), tells=(Tell("answered", None),)),

    Step("add_evidence", (*UNDECIDED, "appealed"), SAME, PARTIES, N_("Add proof"), story=N_("%(who)s added proof"), page="evidence.add"),

    Step("extend", ANYWHERE, SAME, (LEAD,), N_("Move a deadline"), page="switches.index",
         story=N_("A deadline was moved, because our system was away"), when=(g.limit_is_held,),
         tells=(Tell("extended", None),), effects=("extend_clock",)),
    Step("report_message", ANYWHERE, SAME, PARTIES, N_("Report a message"), page="reports.new", danger=True,
         story=N_("%(who)s reported a message"), when=(g.other_side_wrote,), private=True),
    Step("judge_report", ANYWHERE, SAME, DESK, N_("Look at the reported message"), page="reports.judge",
         story=N_("The reported message was looked at"), when=(g.report_waits,), guards=(g.not_a_party,), private=True),

    Step("step_in", TALKING, "investigated", PARTIES, N_("Ask the platform to decide"),
         story=N_("%(who)s asked the platform to decide"),
         guards=(g.seller_had_a_say,), tells=(Tell("platform_in", BUYER), Tell("platform_in", SELLER))),
    Step("seller_silent", ("seller_contacted",), "investigated", (CLOCK,), N_("The seller did not reply in time"),
         story=N_("The time to reply passed, so the platform reviews the case"),
         tells=(Tell("seller_silent", BUYER), Tell("seller_silent", SELLER))),
    Step("offer_unanswered", TALKING, "investigated", (CLOCK,), N_("There was no answer in time"),
         story=N_("There was no answer in time, so the platform reviews the case"),
         tells=(Tell("platform_in", BUYER), Tell("platform_in", SELLER))),
    *(Step(f"answer_in_time_{state}", (left_to,), state, (SYSTEM,), N_("The answer had arrived in time"),
           story=N_("The answer had arrived in time and counts"), when=(g.silenced_in(state),), effects=("reopen_clock",))
      for state, left_to in SILENCED.items()),

    Step("request_info", ("investigated",), "awaiting_information", DESK, N_("Ask a side for more"),
         story=N_("We asked for more"), page="messages.request",
         guards=DESK_GUARDS, tells=(Tell("info_requested", None),), opens=(Opens("info_answer", None, on_notice=True),)),
    Step("answer_info", ("awaiting_information",), "investigated", PARTIES, N_("Send what the platform asked for"),
         story=N_("%(who)s sent what we asked for"),
         page="messages.answer_info", primary=True, when=(g.asked,), tells=(Tell("info_given", None),)),
    Step("stop_waiting", ("awaiting_information",), "investigated", DESK, N_("Stop waiting and go on"),
         story=N_("The review goes on without it"), guards=DESK_GUARDS),
    Step("lapse", ("awaiting_information",), "investigated", (CLOCK,), N_("What we asked for did not come in time"),
         story=N_("What we asked for did not come in time; the review goes on")),

    Step("decide_full", REVIEWED, "full_refund", DESK, N_("Decide: full refund"),
         story=N_("Decided: full refund"), primary=True, page="decisions.confirm",
         when=(g.drafted("full_refund"),), guards=(g.money_left, *DECIDING), tells=BOTH_DECIDED, then=ORDER,
         effects=LET_GO),
    Step("decide_partial", REVIEWED, "partial_refund", DESK, N_("Decide: part refund"),
         story=N_("Decided: part refund of %(amount)s"), primary=True, page="decisions.confirm",
         when=(g.drafted("partial_refund"),), guards=(g.money_left, *DECIDING), tells=BOTH_DECIDED, then=ORDER,
         effects=LET_GO),
    Step("decide_cancel", REVIEWED, "cancellation", DESK, N_("Decide: cancel the order"),
         story=N_("Decided: the order is cancelled"), primary=True, page="decisions.confirm",
         when=(g.drafted("cancellation"),), guards=DECIDING, tells=BOTH_DECIDED, then=ORDER,
         effects=LET_GO),
    Step("decide_none", REVIEWED, "no_remedy", DESK, N_("Decide: no refund"),
         story=N_("Decided: no refund"), primary=True, page="decisions.confirm",
         when=(g.drafted("no_remedy"),), guards=DECIDING, tells=BOTH_DECIDED,
         then=(*ORDER, Follow("case", "measures_done", when_open=True)),
         effects=LET_GO),
    Step("decide_restrict", ("investigated", "provisional_decision"), RESTRICTED, DESK, N_("Decide: account restriction alone"),
         story=N_("Decided: account restriction"), primary=True, page="decisions.confirm",
         when=(g.drafted(RESTRICTED),), guards=(*DECIDING, g.no_appeal_waits), tells=BOTH_DECIDED,
         then=(*ORDER, Follow("case", "measures_done", when_open=True)),
         effects=LET_GO),
    Step("restrict", DECIDED, RESTRICTED, DESK, N_("Restrict an account on top"),
         story=N_("An account was restricted on top of the decision"), primary=True, page="decisions.confirm",
         when=(g.drafted(RESTRICTED),), guards=DECIDING, then=ORDER, private=True),
    Step("top_up", ("partial_refund",), "full_refund", DESK, N_("Send back the rest"),
         story=N_("Decided on top: full refund"), primary=True, page="decisions.confirm",
         when=(g.drafted("full_refund"),), guards=(g.not_settled, g.money_left, *DECIDING), tells=BOTH_DECIDED, then=ORDER),
    Step("draft_on_top", DECIDED, SAME, DESK, N_("Add to the decision"), page="decisions.edit", guards=DESK_GUARDS, private=True),
    Step("ask_second", (*REVIEWED, *DECIDED), SAME, DESK, N_("Ask a second person"),
         story=N_("%(who)s asked for a second person"), page="decisions.second", primary=True,
         when=(g.needs_second,), guards=DESK_GUARDS, private=True),
    Step("return_draft", (*REVIEWED, *DECIDED), SAME, (LEAD,), N_("Send the draft back"),
         story=N_("%(who)s sent the draft back"), page="decisions.send_back", when=(g.second_is_asked,), private=True),
    Step("draft", ("investigated", "appealed"), SAME, DESK, N_("Write the decision"), page="decisions.edit", primary=True, guards=DESK_GUARDS, private=True),
    Step("note", ANYWHERE, SAME, DESK, N_("Write a note for staff"), page="messages.note", private=True),
    Step("record_cost", ANYWHERE, SAME, DESK, N_("Costs of this case"), page="costs.index",
         story=N_("%(who)s recorded a cost of %(amount)s"), guards=(g.not_a_party,), private=True),
    Step("keep_late", ANYWHERE, SAME, (SYSTEM,), N_("Words that came too late were kept"), private=True),
    Step("propose", ("investigated",), "provisional_decision", DESK, N_("Show both sides the draft first"),
         story=N_("Both sides were shown a draft decision"), page="decisions.propose", when=(g.draft_stands,), guards=DESK_GUARDS,
         tells=(Tell("draft_shown", BUYER), Tell("draft_shown", SELLER)), opens=(Opens("provisional", "party"),)),
    Step("comment", ("provisional_decision",), SAME, PARTIES, N_("Reply to the draft"), page="messages.comment", primary=True,
         story=N_("%(who)s replied to the draft"), tells=(Tell("commented", None),)),
    Step("revise", ("provisional_decision",), "investigated", DESK, N_("Take the draft back"),
         story=N_("The draft decision was taken back"), guards=DESK_GUARDS),
    Step("hearing_over", ("provisional_decision",), "investigated", (CLOCK,), N_("The time to reply to the draft has passed"),
         story=N_("The time to reply to the draft has passed")),

    Step("appeal", (*DECIDED, "closed"), "appealed", PARTIES, N_("Appeal"), page="appeals.new",
         story=N_("%(who)s appealed: %(ground)s"), when=(g.decision_stands,), guards=(g.may_appeal,),
         tells=(Tell("appealed", BUYER), Tell("appealed", SELLER))),
    *(Step(f"uphold_{state}", ("appealed",), state, DESK, N_("The decision stays"), page="appeals.uphold",
           story=N_("The appeal was decided: the decision stays"), when=(g.stood_in(state),), guards=DESK_GUARDS,
           tells=(Tell("upheld", BUYER), Tell("upheld", SELLER)),
           then=(Follow("case", "measures_done", when_open=True),)) for state in (*DECIDED, "closed")),
    Step("go_external", (*DECIDED, "closed", "appealed"), "external_body", (*PARTIES, *DESK), N_("It is with an outside body"),
         story=N_("%(who)s took the case to an outside body"), page="appeals.outside", when=(g.decision_stands,),
         tells=(Tell("outside", BUYER), Tell("outside", SELLER))),
    *(Step(f"external_result_{state}", ("external_body",), state, DESK, N_("The outside body has answered"),
           story=N_("The outside body has answered"), page="appeals.result", when=(g.stood_in(state),), guards=(g.not_a_party,),
           tells=(Tell("outside_result", BUYER), Tell("outside_result", SELLER)),
           then=(Follow("case", "measures_done", when_open=True),)) for state in (*DECIDED, "closed", "appealed")),
    Step("reopen", ("closed", "dropped", "external_body"), "investigated", (LEAD,), N_("Take the case up again"),
         story=N_("The platform took the case up again"), page="decisions.reopen", guards=(g.not_a_party,),
         tells=(Tell("reopened", BUYER), Tell("reopened", SELLER))),
    Step("measures_done", DECIDED, SAME, (SYSTEM,), N_("Everything decided has happened"),
         story=N_("Everything decided has happened"),
         guards=(g.measures_done,), opens=(Opens("closing", SYSTEM),)),
    Step("close", DECIDED, "closed", (CLOCK, SYSTEM), N_("The case was closed"),
         story=N_("The case was closed"), guards=(g.measures_done,)),

    Step("payment_frozen", ANYWHERE, SAME, (SYSTEM,), N_("The payment is at the bank"),
         story=N_("The payer asked their bank to take the payment back. Refunds wait until the bank has decided.")),
    Step("payment_freed", ANYWHERE, SAME, (SYSTEM,), N_("The bank has decided"),
         story=N_("The bank has decided about the payment")),
    Step("refund_seen", ANYWHERE, SAME, (SYSTEM,), N_("A refund was sent past us"),
         story=N_("%(amount)s went back to the buyer, sent by the seller")),

    Step("refer", ANYWHERE, "law_enforcement_referral", (SYSTEM,), N_("Refer to an authority"),
         story=N_("The case was referred to an authority"), guards=(g.referral_stands,), private=True),
    Step("end_referral", ("law_enforcement_referral",), BENEATH, (SYSTEM,), N_("End the referral"),
         story=N_("The referral has ended"), guards=(g.referral_is_over,), private=True),

    Step("drop_case", UNDECIDED, "dropped", (BUYER,), N_("Close my case"),
         story=N_("%(who)s closed the case"), page="cases.close", danger=True,
         tells=(Tell("dropped", BUYER), Tell("dropped", SELLER)), opens=(Opens("undo_drop", BUYER),)),
    *(Step(f"resume_{state}", ("dropped",), state, (BUYER,), N_("Take my case up again"), primary=True,
           story=N_("%(who)s took the case up again"), page="cases.resume",
           when=(g.dropped_from(state),), tells=(Tell("resumed", SELLER),)) for state in UNDECIDED),
    Step("drop_final", ("dropped",), "closed", (CLOCK,), N_("The buyer closed the case"),
         story=N_("The case stays closed"),
         effects=LET_GO),
)
# fmt: on

CASE = Workflow("case", BEGIN, STATES, STEPS, CLOCKS)
