"""The life of one refund against one capture: reserved, sent to the provider, arrived."""

from disputes.text import N_

from .core import Follow, State, Step, Tell, Workflow
from .roles import BUYER, DESK, LEAD, SYSTEM

CALLED_OFF, BY_HAND = "called_off", "paid_by_hand"

# fmt: off
STATES = (
    State("reserved", N_("Being sent to the bank"), turn=SYSTEM),
    State("sent", N_("The bank has it"), turn=SYSTEM),
    State("failed", N_("The bank did not take it; we are on it")),
    State("arrived", N_("Arrived"), open=False),
    State(CALLED_OFF, N_("Called off"), open=False),
    State(BY_HAND, N_("Paid another way"), open=False),
)

STEPS = (
    Step("send", ("reserved",), "sent", (SYSTEM,), N_("Sent to the bank"),
         story=N_("The refund was sent to the bank"), effects=("look_again",)),
    Step("arrive", ("reserved", "sent"), "arrived", (SYSTEM,), N_("The money arrived"),
         story=N_("The refund arrived"), effects=("settle_capture",),
         tells=(Tell("refund_arrived", BUYER),), then=(Follow("outcome", "finish", when_open=True),)),
    Step("fail", ("reserved", "sent"), "failed", (SYSTEM,), N_("The bank refused the refund"),
         story=N_("The bank did not take the refund; we are on it"),
         then=(Follow("outcome", "fail", when_open=True),)),
    Step("postpone", ("reserved", "sent"), "reserved", (SYSTEM,), N_("Try again later"),
         story=N_("The bank could not take the refund yet; we try again by ourselves"), effects=("send_later",)),
    Step("retry", ("failed",), "reserved", DESK, N_("Send the refund again"),
         story=N_("The refund was sent again"), effects=("send_again",),
         then=(Follow("outcome", "retry", when_open=True),)),
    Step("pay_by_hand", ("failed",), BY_HAND, (LEAD,), N_("It was paid another way"),
         story=N_("The refund was paid another way"), effects=("settle_by_hand",),
         tells=(Tell("refund_by_hand", BUYER),), then=(Follow("outcome", "finish", when_open=True),)),
    Step("bounce", ("arrived",), "failed", (SYSTEM,), N_("The money came back"),
         story=N_("The refund came back from the bank; we are on it"), effects=("put_back",),
         then=(Follow("outcome", "bounce", when_open=True),)),
    Step("call_off", ("reserved", "failed"), CALLED_OFF, (SYSTEM,), N_("Called off"),
         story=N_("The refund was called off: the bank had sent the money back already"), effects=("let_go",),
         tells=(Tell("refund_called_off", BUYER),), then=(Follow("outcome", "finish", when_open=True),)),
)
# fmt: on

REFUND = Workflow("refund", Step("reserve", (), "reserved", (SYSTEM,), N_("Reserved")), STATES, STEPS)

ENDED = tuple(state.name for state in STATES if not state.open)
