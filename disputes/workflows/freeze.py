"""Why the refunds of a payment wait: a chargeback, until the bank has decided; or more went back than was taken."""

from disputes.text import N_

from .chargeback import SECOND, Plans, facts, not_a_party
from .core import State, Step, View, Workflow
from .roles import DESK, LEAD, SYSTEM

CHARGED_BACK, EXCESS = "chargeback", "excess"
SEND, CALL_OFF = "send", "call_off"


def by_people(view: View) -> bool:
    """People can end it; what a bank decides, the bank ends."""
    return not facts(view).bank_bound


# fmt: off
STATES = (
    State("frozen", N_("Refunds of this payment wait")),
    State("asked", N_("Waits for a second person")),
    State("calling_off", N_("What was not sent is being called off")),
    State("ended", N_("Ended"), open=False),
)

STEPS = (
    # trigger      from                 to         by         label
    Step("ask", ("frozen", "asked"), "asked", DESK, N_("Say what should happen"), when=(by_people,),
         guards=(not_a_party,), page="chargebacks.plan", primary=True),
    Step("send_back", ("asked",), "frozen", (LEAD,), N_("Send it back"), guards=(not_a_party,)),
    Step("free_send", ("asked",), "ended", (LEAD,), N_("Approve: send the refunds all the same"), primary=True,
         when=(Plans(SEND),), guards=SECOND, effects=("sign_plan",)),
    Step("free_call_off", ("asked",), "calling_off", (LEAD,), N_("Approve: call off what was not sent"), primary=True,
         when=(Plans(CALL_OFF),), guards=SECOND, effects=("sign_plan", "call_off_unsent")),
    Step("called_off", ("calling_off",), "ended", (SYSTEM,), N_("What was not sent is called off")),
    Step("thaw", ("frozen", "asked"), "ended", (SYSTEM,), N_("The bank has decided")),
    Step("freeze_again", ("ended",), "frozen", (SYSTEM,), N_("The bank asks once more")),
)
# fmt: on

FREEZE = Workflow("freeze", Step("freeze", (), "frozen", (SYSTEM,), N_("Refunds of this payment wait")), STATES, STEPS)
