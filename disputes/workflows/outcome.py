"""The life of one outcome of a decision: ordered, carried out, done."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import Follow, State, Step, Tell, View, Workflow
from .roles import BUYER, DESK, LEAD, SYSTEM

RESTRICT = "restrict"
CREDIT, DEBIT = "credit_seller", "debit_buyer"
BY_HAND = (CREDIT, DEBIT)  # a person pays or collects, and says so


@dataclass(frozen=True)
class OutcomeFacts:
    """What an outcome's guards may know."""

    kind: str = ""
    parts_open: int = 0  # refunds of this outcome that have not arrived


def paid_by_hand(view: View) -> bool:
    """The platform owes a seller money, or a buyer owes some: a person pays or collects it, and says so."""
    assert isinstance(view.facts, OutcomeFacts)
    return view.facts.kind in BY_HAND


def restricts(view: View) -> bool:
    """It restricts an account. That has a life of its own, and the order's case does not wait for it."""
    assert isinstance(view.facts, OutcomeFacts)
    return view.facts.kind == RESTRICT


def parts_done(view: View) -> Text | None:
    assert isinstance(view.facts, OutcomeFacts)
    return Text(N_("Some of the money has not arrived yet.")) if view.facts.parts_open else None


# fmt: off
STATES = (
    State("proposed", N_("Planned")),
    State("ordered", N_("Under way"), turn=SYSTEM),
    State("failed", N_("Did not work yet; we are on it")),
    State("done", N_("Done"), open=False),
)

STEPS = (
    Step("order", ("proposed",), "ordered", (SYSTEM,), N_("Ordered"), effects=("carry_out",)),
    Step("finish", ("ordered", "failed"), "done", (SYSTEM,), N_("Done"), guards=(parts_done,),
         then=(Follow("case", "measures_done", when_open=True),)),
    Step("confirm_paid", ("ordered",), "done", (LEAD,), N_("It has been paid"), when=(paid_by_hand,),
         effects=("credit",), then=(Follow("case", "measures_done", when_open=True),)),
    Step("take_effect", ("ordered", "failed"), "done", (SYSTEM,), N_("Done"), when=(restricts,), private=True),
    Step("fail", ("ordered",), "failed", (SYSTEM,), N_("Failed"), tells=(Tell("refund_failed", BUYER),)),
    Step("retry", ("failed",), "ordered", (SYSTEM, *DESK), N_("Try again")),
    Step("bounce", ("ordered", "done"), "failed", (SYSTEM,), N_("Came back"), tells=(Tell("refund_failed", BUYER),)),
)
# fmt: on

OUTCOME = Workflow("outcome", Step("propose", (), "proposed", DESK, N_("Planned")), STATES, STEPS)
