"""Moments in the life of an order and a request that the shops' rules can refer to."""

EVENTS = (
    "placed", "paid", "released_to_warehouse", "locked", "dispatched", "tracking_given", "delivered", "received",
    "returned_to_sender", "warehouse_received", "cancel_failed", "invoice_sent", "invoice_paid",
    "submitted", "first_response", "seller_opinion", "decided", "application_processed", "collected", "goods_received",
    "handling_opinion", "action_taken", "replacement_dispatched", "sent_back", "refunded", "return_completed",
    "insurer_asked", "insurer_decided", "complaint_filed", "complaint_answered", "defect_appeared",
)  # fmt: skip
