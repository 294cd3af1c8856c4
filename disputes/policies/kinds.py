"""What can be asked for, and what a shop's rules can grant."""

from typing import Literal

Request = Literal[
    "refund", "exchange", "repair", "maintenance", "cancellation", "order_change", "address_change",
    "fee", "promise", "undeliverable", "customs", "payment", "complaint", "consultation",
]  # fmt: skip

Remedy = Literal[
    "full_refund", "partial_refund", "cancellation", "answer", "exchange", "repair", "replacement_without_return",
    "compensation", "account_suspension", "account_restriction", "law_enforcement_referral", "no_remedy",
    "settlement", "other", "access_termination", "liability", "payment_by_invoice",
]  # fmt: skip

# Each paper or page that has something to fill in.
FormName = Literal[
    "default", "refund", "exchange", "repair", "maintenance", "cancellation", "order_change", "address_change", "fee",
    "promise", "undeliverable", "customs", "payment", "complaint", "consultation", "question", "email_order",
    "return_parcel", "exchange_parcel", "repair_parcel", "lost_return", "return_check", "approval", "exclusion_by_law",
]  # fmt: skip
