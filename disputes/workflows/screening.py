"""The life of one order whose payment is looked at first: accepted, paid by invoice instead, or declined."""

from dataclasses import dataclass

from disputes.text import N_, Text

from .core import SAME, State, Step, Tell, View, Workflow
from .roles import BUYER, CLOCK, DESK, SHOP, SYSTEM

RETURNING = ("invoice_asked", "declining")  # what was paid is on its way back
# A bank may send it back later, too: even when the order waits again, or is accepted, since its invoice was paid late.
RETURNED = (*RETURNING, "invoice_sent", "invoice_paid", "expired", "declined", "waiting", "accepted")
ORDERER = "orderer"  # the buyer as somebody without a case: whom the letters go to
UNPAID = ("invoice_asked", "invoice_sent", "expired")  # nothing that was paid before counts as the order's payment
# What follows by itself when all of it is back, or called off: the first that makes sense.
THEN = {"invoice_asked": ("send_invoice", "stay_paid"), "declining": ("end_decline",)}


@dataclass(frozen=True)
class ScreeningFacts:
    """What a screening's guards may know, for one actor."""

    conflicted: bool = False  # the actor is the buyer, or a member of the seller
    by_invoice: bool = True  # the shop's rules know payment by invoice
    invoice_paid: bool = False  # an invoice of the shop's has paid something of it already
    failed: bool = False  # the provider refused to send a part back
    all_back: bool = True  # or called off
    owes: bool = True  # something of the order is not paid any more, and an invoice can ask for it
    over: bool = False  # the time to pay has passed


def facts(view: View) -> ScreeningFacts:
    assert isinstance(view.facts, ScreeningFacts)
    return view.facts


def knows_invoices(view: View) -> bool:
    return facts(view).by_invoice


def some_failed(view: View) -> bool:
    return facts(view).failed


def all_back(view: View) -> bool:
    return facts(view).all_back


def owes(view: View) -> bool:
    return facts(view).owes


def owes_nothing(view: View) -> bool:
    return not facts(view).owes


def is_over(view: View) -> bool:
    return facts(view).over


def not_a_party(view: View) -> Text | None:
    """Nobody decides a matter of their own organisation (DESIGN 1)."""
    return Text(N_("You belong to a side of this, so someone else must decide it.")) if facts(view).conflicted else None


def not_invoiced(view: View) -> Text | None:
    return Text(N_("This order was paid by invoice already.")) if facts(view).invoice_paid else None


# fmt: off
STATES = (
    State("waiting", N_("To check")),
    State("accepted", N_("Accepted"), open=False),
    State("invoice_asked", N_("The money goes back first"), turn=SYSTEM),
    State("invoice_sent", N_("Waits for the invoice to be paid"), turn=BUYER),
    State("invoice_paid", N_("Paid by invoice"), open=False),
    State("expired", N_("The invoice was not paid in time"), open=False),
    State("declining", N_("Declined, the money goes back"), turn=SYSTEM),
    State("declined", N_("Declined"), open=False),
)

STEPS = (
    # trigger      from           to              by         label
    Step("accept", ("waiting",), "accepted", DESK, N_("Accept the order"), guards=(not_a_party,), primary=True),
    Step("ship", ("waiting",), "accepted", (SHOP,), N_("The shop has sent it")),
    Step("ask_invoice", ("waiting",), "invoice_asked", DESK, N_("Ask for payment by invoice"),
         when=(knows_invoices,), guards=(not_a_party, not_invoiced), effects=("return_payment",),
         page="screening.invoice"),
    Step("decline", ("waiting",), "declining", DESK, N_("Decline the order"), guards=(not_a_party,),
         effects=("return_everything",), tells=(Tell("order_declined", ORDERER),), page="screening.decline",
         danger=True),
    Step("money_back", RETURNED, SAME, (SYSTEM,), N_("Money went back")),
    Step("money_refused", RETURNED, SAME, (SYSTEM,), N_("The bank refused to take money back")),
    Step("return_again", RETURNED, SAME, DESK, N_("Send it back again"), when=(some_failed,), guards=(not_a_party,),
         effects=("return_again",), primary=True),
    Step("call_off", RETURNED, SAME, (SYSTEM,), N_("Refund called off")),
    Step("send_invoice", ("invoice_asked",), "invoice_sent", (SYSTEM,), N_("The invoice was sent"),
         when=(all_back, owes), effects=("send_invoice",), tells=(Tell("pay_by_invoice", ORDERER),)),
    Step("stay_paid", ("invoice_asked",), "waiting", (SYSTEM,), N_("Nothing goes back after all"),
         when=(all_back, owes_nothing)),
    Step("end_decline", ("declining",), "declined", (SYSTEM,), N_("All of it is back"), when=(all_back,)),
    Step("note_paid", ("invoice_sent", "expired"), "invoice_paid", (SHOP,), N_("The invoice was paid")),
    Step("paid_late", ("expired",), "waiting", (SHOP,), N_("The invoice was paid after its time")),
    Step("lapse", ("invoice_sent",), "expired", (CLOCK,), N_("Nobody paid in time"), when=(is_over,),
         tells=(Tell("invoice_expired", ORDERER),)),
)
# fmt: on

SCREENING = Workflow("screening", Step("come_in", (), "waiting", (SHOP,), N_("The order came in")), STATES, STEPS)
