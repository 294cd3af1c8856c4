"""The life of one chargeback: the payer's bank has taken money back, and asks us until when to answer."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import SAME, State, Step, View, Workflow
from .roles import CLOCK, DESK, LEAD, SYSTEM

CONTEST, ACCEPT = "contest", "accept"


@dataclass(frozen=True)
class PaymentFacts:
    """What the tables of a payment's records may look at."""

    actor_id: int | None = None
    conflicted: bool = False  # the actor bought or sells what this payment paid for
    asked_by: int | None = None  # who wrote the plan that waits for a second person
    plan: str | None = None
    as_read: bool = True  # the plan is the one the second person read
    bank_bound: bool = False  # it ends when the bank has decided, not by people


def facts(view: View) -> PaymentFacts:
    assert isinstance(view.facts, PaymentFacts)
    return view.facts


def not_a_party(view: View) -> Text | None:
    """Nobody decides a matter of their own organisation (DESIGN 1)."""
    return Text(N_("You belong to a side of this, so someone else must decide it.")) if facts(view).conflicted else None


def another_person(view: View) -> Text | None:
    """Two people: whoever wrote the plan does not approve it."""
    mine = facts(view).asked_by is not None and facts(view).asked_by == facts(view).actor_id
    return Text(N_("You wrote this yourself, so someone else must approve it.")) if mine else None


def as_read(view: View) -> Text | None:
    return None if facts(view).as_read else Text(N_("This was changed after you read it. Read it again, then decide."))


@dataclass(frozen=True)
class Plans:
    """The condition that this is what was planned."""

    which: str

    def __call__(self, view: View) -> bool:
        return facts(view).plan == self.which


SECOND = (not_a_party, another_person, as_read)
WAITS = ("needs_answer", "planned")
ANYWHERE = (*WAITS, "contested", "accepted", "unanswered", "won", "lost")

# fmt: off
STATES = (
    State("needs_answer", N_("The bank waits for our answer")),
    State("planned", N_("Waits for a second person")),
    State("contested", N_("We have answered the bank")),
    State("accepted", N_("We have accepted it")),
    State("unanswered", N_("The bank's deadline passed without an answer")),
    State("won", N_("The bank gave the money back to us"), open=False),
    State("lost", N_("The bank has decided for the payer"), open=False),
)

STEPS = (
    # trigger           from             to              by         label
    Step("plan", WAITS, "planned", DESK, N_("Write the answer"), guards=(not_a_party,), primary=True,
         page="chargebacks.plan"),
    Step("send_back", ("planned",), "needs_answer", (LEAD,), N_("Send it back"), guards=(not_a_party,)),
    Step("approve_contest", ("planned",), "contested", (LEAD,), N_("Approve: answer the bank"), primary=True,
         when=(Plans(CONTEST),), guards=SECOND, effects=("sign_plan", "answer_bank")),
    Step("approve_accept", ("planned",), "accepted", (LEAD,), N_("Approve: accept the chargeback"), primary=True,
         when=(Plans(ACCEPT),), guards=SECOND, effects=("sign_plan", "answer_bank")),
    Step("run_out", WAITS, "unanswered", (CLOCK,), N_("The bank's deadline passed")),
    # The bank's word is recorded wherever we stand, and whatever it said before.
    Step("bank_took", (*WAITS, "unanswered"), "contested", (SYSTEM,), N_("The bank is looking at it")),
    Step("bank_moved", ANYWHERE, SAME, (SYSTEM,), N_("The bank changed its deadline or amount"),
         effects=("bank_changed",)),
    Step("bank_asks", tuple(s for s in ANYWHERE if s not in WAITS), "needs_answer", (SYSTEM,),
         N_("The bank asks once more"), effects=("bank_kept",)),
    Step("win", tuple(s for s in ANYWHERE if s != "won"), "won", (SYSTEM,), N_("The bank gave the money back to us"),
         effects=("bank_gave_back",)),
    Step("lose", tuple(s for s in ANYWHERE if s != "lost"), "lost", (SYSTEM,), N_("The bank decided for the payer"),
         effects=("bank_kept",)),
)
# fmt: on

CHARGEBACK = Workflow("chargeback", Step("tell", (), "needs_answer", (SYSTEM,), N_("Told by the bank")), STATES, STEPS)
