"""What we answer the bank; what becomes of refunds that wait."""

from collections.abc import Sequence

from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from disputes.models import Evidence
from disputes.outbox.provider import MOST_EXHIBITS, bank_takes
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, options
from disputes.workflows.chargeback import ACCEPT, CONTEST
from disputes.workflows.freeze import CALL_OFF, SEND

CHOOSE = N_("Please choose one.")
SAY_WHY = N_("Please say why. The second person reads it.")
TOO_MANY = N_("Choose up to five.")
WHAT_BANKS_TAKE = N_("Up to five. Banks take PDF, JPEG and PNG of up to 5 MB each; other exhibits are not shown here.")
PLANS = {
    CONTEST: N_("Answer: the payment was right"),
    ACCEPT: N_("Accept it: the payer keeps the money"),
    SEND: N_("Send the refunds all the same"),
    CALL_OFF: N_("Call off the refunds that were not sent"),
}


class ContestForm(CaseForm):
    """The answer to a chargeback."""

    plan = RadioField(
        N_("What do we tell the bank?"),
        [InputRequired(CHOOSE)],
        choices=options((plan, PLANS[plan]) for plan in (CONTEST, ACCEPT)),
    )
    words = TextAreaField(
        N_("Why? The bank reads this."), [DataRequired(SAY_WHY), Length(max=WORDS_LENGTH)]
    )  # fmt: skip
    exhibits = SelectMultipleField(
        N_("Exhibits the bank gets"), [Optional(), Length(max=MOST_EXHIBITS, message=TOO_MANY)], coerce=int,
        description=WHAT_BANKS_TAKE,
    )  # fmt: skip

    def offer(self, exhibits: Sequence[Evidence]) -> None:
        """Let the reviewer choose from the exhibits of the payment's cases that a bank takes."""
        taken = [one for one in exhibits if bank_takes(one.media_type, one.size)]
        self.exhibits.choices = options((one.id, f"{one.number}. {one.filename}") for one in taken)


class ExcessForm(CaseForm):
    """What becomes of refunds that were approved, on a payment from which too much went back."""

    plan = RadioField(
        N_("What should happen?"),
        [InputRequired(CHOOSE)],
        choices=options((plan, PLANS[plan]) for plan in (CALL_OFF, SEND)),
    )
    words = TextAreaField(N_("Why? Only staff read this."), [DataRequired(SAY_WHY), Length(max=WORDS_LENGTH)])


class ApproveForm(CaseForm):
    """A second person's yes to the very plan that was read."""

    read = HiddenField()
