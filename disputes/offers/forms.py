"""Making an offer, and refusing with a reason."""

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from disputes.casefile.words import REFUSALS
from disputes.models.offer import KINDS
from disputes.text import N_
from disputes.web.fields import WORDS_LENGTH, CaseForm, FilesField, MoneyField, options
from disputes.workflows.case import CASE


class OfferForm(CaseForm):
    """What would settle it."""

    kind = RadioField(
        N_("What do you propose?"), [InputRequired(N_("Please choose one."))],
        choices=options((kind, CASE.by_name[kind].label) for kind in KINDS),
    )  # fmt: skip
    amount = MoneyField(N_("How much?"), [Length(max=30)])
    note = TextAreaField(N_("Message"), [Length(max=WORDS_LENGTH)])

    def minor(self, currency: str, most: int) -> int | None:
        """The amount of a part refund in minor units; notes beside the field what is wrong with it."""
        if self.kind.data != "partial_refund":
            return None
        minor = self.amount.read(currency)
        if minor is not None and minor >= most:
            self.amount.errors = [*self.amount.errors, N_("Please enter an amount below what was paid for the claim.")]
        return minor


class RefuseForm(CaseForm):
    """Why not, with words and proof."""

    reason = SelectField(N_("Why?"), choices=options(REFUSALS.items()))
    words = TextAreaField(
        N_("Explain it to the buyer"),
        [DataRequired(N_("Please explain your reason.")), Length(max=WORDS_LENGTH)],
    )
    files = FilesField(N_("Proof"))
