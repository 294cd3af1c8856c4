"""The filing form."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from disputes.models import Order, OrderLine
from disputes.policies.reasons import REASONS, WISH_LABELS, Wish
from disputes.text import N_
from disputes.verdicts import Wanted, share
from disputes.web.fields import WORDS_LENGTH, FilesField, MoneyField, options

MONEY_BACK = (Wish.FULL_REFUND, Wish.PARTIAL_REFUND)


class LineForm(Form):
    chosen = BooleanField(N_("This item"))
    quantity = IntegerField(N_("How many"), [Optional()], default=1)


class FilingForm(FlaskForm):
    """What went wrong with which items, and what would put it right."""

    lines = FieldList(FormField(LineForm))
    reason = RadioField(
        N_("What happened?"),
        [InputRequired(N_("Please choose what happened."))],
        choices=options((code, reason.label) for code, reason in REASONS.items()),
    )
    sub_reason = RadioField(
        N_("Which fits best?"),
        [Optional()],
        choices=options((sub.code, sub.label) for reason in REASONS.values() for sub in reason.subs),
        validate_choice=False,
    )
    wish = RadioField(
        N_("What would put it right?"),
        [InputRequired(N_("Please choose what would put it right."))],
        choices=options((str(wish), label) for wish, label in WISH_LABELS.items()),
    )
    wish_amount = MoneyField(N_("How much back?"), [Length(max=30)])
    words = TextAreaField(
        N_("Tell it in your own words"),
        [DataRequired(N_("Please say in a few words what happened.")), Length(max=WORDS_LENGTH)],
    )
    files = FilesField(N_("Photos or papers that show it"))
    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    kept = HiddenField()
    call = HiddenField()

    def show(self, lines: Sequence[OrderLine]) -> None:
        """One row per line of the order, whatever was sent."""
        while len(self.lines.entries) < len(lines):
            self.lines.append_entry()
        for entry, line in zip(self.lines.entries, lines, strict=False):
            entry.line = line

    def wanted(self, order: Order, lines: Sequence[OrderLine]) -> Wanted | None:
        """What was asked for, or None with the reasons beside the fields."""
        rows = zip(self.lines, lines, strict=False)
        chosen = {line.id: _quantity(entry.form, line) for entry, line in rows if entry.form.chosen.data}
        if not chosen:
            self.lines.errors = [*self.lines.errors, N_("Choose at least one item.")]
        reason = REASONS.get(self.reason.data or "")
        sub = self.sub_reason.data if reason and reason.sub(self.sub_reason.data) else None
        if reason and reason.subs and sub is None:
            self.sub_reason.errors = [*self.sub_reason.errors, N_("Please choose what fits best.")]
        if reason and self.wish.data and self.wish.data not in reason.wishes:
            self.wish.errors = [*self.wish.errors, N_("That does not go with what happened. Please choose another.")]
        paid = sum(share(line, chosen[line.id]).minor for line in lines if line.id in chosen)
        if chosen and paid <= 0 and self.wish.data in MONEY_BACK:
            self.wish.errors = [*self.wish.errors, N_("Nothing was paid for these, so there is nothing to send back.")]
        minor = self._part(order, paid)
        wrong = any(f.errors for f in (self.lines, self.sub_reason, self.wish, self.wish_amount)) or reason is None
        wrong = wrong or any(entry.form.quantity.errors for entry in self.lines)
        return None if wrong else Wanted(chosen, self.reason.data, sub, self.wish.data, minor)

    def _part(self, order: Order, paid: int) -> int | None:
        if self.wish.data != Wish.PARTIAL_REFUND:
            return None
        minor = self.wish_amount.read(order.currency)
        if minor is not None and minor >= paid:
            self.wish_amount.errors = [*self.wish_amount.errors, N_("A part is less than what was paid for these.")]
        return minor


def _quantity(form: Any, line: OrderLine) -> int:
    quantity = form.quantity.data if form.quantity.data is not None else 1
    if not 1 <= quantity <= line.quantity:
        form.quantity.errors = [N_("Not more than was bought.")]
    return int(quantity)
