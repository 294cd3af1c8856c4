"""A shop's name and limits, and a new shop."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from disputes.models import Shop
from disputes.text import N_
from disputes.web.fields import MoneyField
from disputes.web.formats import say

from .service import Limits

UNFIT = N_("Please enter an amount like 250 or 250.00, or nothing.")


class ShopForm(FlaskForm):
    """What an admin may change of a shop; deadlines and rules stay as they are, since cases count on them."""

    name = StringField(N_("Name"), [InputRequired(N_("Please enter a name.")), Length(max=200)])
    refund_limit = MoneyField(
        N_("A second person decides too above"),
        description=N_("What decisions send back of one payment. Empty: never."),
    )
    daily_limit = MoneyField(
        N_("One reviewer sends back alone in 24 hours at most"), description=N_("Empty: no limit.")
    )

    voucher_limit = MoneyField(
        N_("Vouchers one person gives in a case at most"), description=N_("All of a case together. Empty: none.")
    )
    voucher_most = MoneyField(
        N_("Vouchers two people give in a case at most"), description=N_("With a lead. Empty: no more than alone.")
    )

    def show(self, shop: Shop) -> None:
        """Put what stands into the form."""
        self.name.data = shop.name
        self.voucher_limit.show(shop.voucher_limit_minor, shop.currency)
        self.voucher_most.show(shop.voucher_most_minor, shop.currency)
        self.refund_limit.show(shop.refund_limit_minor, shop.currency)
        self.daily_limit.show(shop.daily_limit_minor, shop.currency)

    def limits(self, currency: str) -> Limits | None:
        """The limits in minor units; None, with the reason beside the field, when one is no amount."""
        found: list[int | None] = []
        for field in (self.refund_limit, self.daily_limit, self.voucher_limit, self.voucher_most):
            minor = field.minor(currency)
            if minor is None and (field.data or "").strip():
                field.errors = [say(UNFIT)]
                return None
            found.append(minor)
        return Limits(*found)


class NewShopForm(FlaskForm):
    """A shop that is not there yet."""

    shop_id = StringField(
        N_("Short name"), [InputRequired(N_("Please enter a short name.")), Length(max=40)],
        description=N_("Lower-case letters, digits and dashes, such as jd-3p. It never changes."),
    )  # fmt: skip
    name = StringField(N_("Name"), [InputRequired(N_("Please enter a name.")), Length(max=200)])
    rules = SelectField(N_("Shop rules"))
    zone = StringField(
        N_("Time zone"), [InputRequired(N_("Please enter a time zone.")), Length(max=40)],
        description=N_("Its deadlines are computed in it, such as Europe/Amsterdam."),
    )  # fmt: skip
    currency = StringField(
        N_("Currency"), [InputRequired(N_("Please enter a currency.")), Length(max=3)], description=N_("Such as EUR.")
    )
