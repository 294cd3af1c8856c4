"""What restrictions shut, as people read it."""

from disputes.text import N_

SCOPES = {
    "filing": N_("Opening new cases"),
    "listing": N_("Offering goods for sale"),
    "payouts": N_("Payouts"),
    "messaging": N_("Writing messages that answer nothing"),
    "everything": N_("Everything: the account is suspended"),
}
