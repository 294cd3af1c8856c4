"""Asking for payment by invoice, and declining an order."""

from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from disputes.text import N_
from disputes.web.fields import CaseForm

LONGEST = 2000


class InvoiceForm(CaseForm):
    """How the buyer can pay the invoice."""

    words = TextAreaField(
        N_("How can the buyer pay it?"),
        [DataRequired(N_("Please say how it can be paid.")), Length(max=LONGEST)],
        description=N_("A bank account or a link, as the shop gives it. It goes into the letter as it stands."),
    )


class DeclineForm(CaseForm):
    """To be sure: everything goes back, and the buyer is told."""
