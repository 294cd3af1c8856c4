"""What a payer told their bank, in words. The codes are those of card networks as providers name them."""

from disputes.text import N_

REASONS = {
    "fraudulent": N_("The payer says that they did not make this payment"),
    "unrecognized": N_("The payer does not know this payment"),
    "product_not_received": N_("The payer says that nothing arrived"),
    "product_unacceptable": N_("The payer says that what arrived is not what was agreed"),
    "credit_not_processed": N_("The payer says that a promised refund did not come"),
    "duplicate": N_("The payer says that they paid twice"),
    "subscription_canceled": N_("The payer says that they had cancelled"),
    "debit_not_authorized": N_("The payer says that they did not allow the debit"),
    "insufficient_funds": N_("There was not enough money in the payer's account"),
}
