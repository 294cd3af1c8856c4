"""A goodwill voucher: how much, and what the buyer reads."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from disputes.text import N_
from disputes.web.fields import CaseForm, MoneyField

LONGEST = 2000


class VoucherForm(CaseForm):
    """`number` is that of the voucher it gives, so that it gives once."""

    number = HiddenField(validators=[DataRequired()])
    amount = MoneyField(N_("What is it worth?"), [InputRequired(N_("Please enter an amount."))])
    words = TextAreaField(
        N_("What do you write to the buyer?"),
        [DataRequired(N_("Please write a few words.")), Length(max=LONGEST)],
        description=N_("Only the buyer reads this. The seller hears nothing of the voucher, and does not pay it."),
    )
