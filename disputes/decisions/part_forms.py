"""How a part refund is made up: one sum, or a sum for each item that is claimed."""

from typing import Any

from wtforms import FieldList, Form, FormField, IntegerField
from wtforms.validators import Length, Optional

from disputes.casefile.views import CaseView, Line
from disputes.policies.repay import LINES, TOTAL, Asked, Part, Repayment, most_of
from disputes.text import N_, Text
from disputes.web.fields import MoneyField

BELOW = N_("Please enter an amount below what was paid for the claim.")
NONE = N_("Enter an amount for at least one item.")
NOT_BOTH = N_("Enter one amount, or amounts for each item, not both.")
TOO_MANY = N_("Not more than is claimed.")
TOO_MUCH = N_("At most %(most)s was paid for these.")


class LinePart(Form):
    """What of one item comes back; without a quantity for all that is claimed of it, without an amount all of it."""

    quantity = IntegerField(N_("How many"), [Optional()])
    amount = MoneyField(N_("How much back?"), [Length(max=30)])


class PartRefund(Form):
    """The fields of a part refund."""

    amount = MoneyField(N_("How much?"), [Length(max=30)])
    parts = FieldList(FormField(LinePart))
    shipping = MoneyField(N_("How much of what sending it out cost?"), [Length(max=30)])

    def rows_for(self, view: CaseView) -> None:
        """One row for each item of the case, whatever was sent."""
        while len(self.parts.entries) < len(view.lines):
            self.parts.append_entry()
        del self.parts.entries[len(view.lines) :]
        for entry, line in zip(self.parts.entries, view.lines, strict=True):
            entry.line = line

    def show(self, drafted: Repayment) -> None:
        """Put a draft's amounts into the fields."""
        if drafted.by == TOTAL:
            self.amount.show(drafted.total_minor, drafted.currency)
        if drafted.by != LINES:
            return
        given = drafted.by_line()
        for entry in self.parts.entries:
            if part := given.get(entry.line.ref):
                entry.form.quantity.data = part.quantity
                entry.form.amount.show(part.minor, drafted.currency)
        self.shipping.show(drafted.shipping_minor or None, drafted.currency)

    @property
    def by_item(self) -> bool:
        """Whether something is entered for an item, or for the shipping."""
        fields = [f for entry in self.parts.entries for f in (entry.form.quantity, entry.form.amount)]
        return any(f.data or any(map(str.strip, f.raw_data or ())) for f in (*fields, self.shipping))

    def asked(self, view: CaseView) -> Asked | None:
        """What shall come back; None with the reasons beside the fields."""
        if self.by_item:
            return self._by_line(view)
        minor = self.amount.read(view.currency)
        if minor is not None and minor >= view.claimed_minor:
            self.amount.errors = [*self.amount.errors, BELOW]
        return None if minor is None or self.amount.errors else Asked(TOTAL, minor)

    def _by_line(self, view: CaseView) -> Asked | None:
        read = {entry.line.ref: _part(entry.form, entry.line, view.currency) for entry in self.parts.entries}
        parts = {ref: part for ref, part in read.items() if part}
        fee = self.shipping.read(view.currency) if (self.shipping.data or "").strip() else 0
        if fee and fee > view.shipping_minor:
            most = {"minor": view.shipping_minor, "currency": view.currency}
            self.shipping.errors = [*self.shipping.errors, Text(TOO_MUCH, {"most": most})]
        if (self.amount.data or "").strip():
            self.amount.errors = [*self.amount.errors, NOT_BOTH]
        self.parts.errors = [entry.errors for entry in self.parts.entries if entry.errors]
        asked = Asked(LINES, 0, parts, fee or 0)
        if self.parts.errors or self.shipping.errors or self.amount.errors:
            return None
        if not 0 < asked.minor < view.claimed_minor:
            self.parts.errors = [BELOW if asked.minor else NONE]
        return None if self.parts.errors else asked


def _part(form: Any, line: Line, currency: str) -> Part | None:
    typed, quantity = (form.amount.data or "").strip(), form.quantity.data
    if form.quantity.errors or (not typed and quantity is None):
        return None
    quantity = line.quantity if quantity is None else quantity
    if not 1 <= quantity <= line.quantity:
        form.quantity.errors = [TOO_MANY]
        return None
    most = most_of(line.worth, quantity, line.quantity)
    minor = form.amount.read(currency) if typed else most
    if minor is not None and minor > most:
        form.amount.errors = [*form.amount.errors, Text(TOO_MUCH, {"most": {"minor": most, "currency": currency}})]
    return None if minor is None or form.amount.errors else Part(quantity, minor)
