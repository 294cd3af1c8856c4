"""What each kind of outbox row does: one file per kind, all registered here."""

from disputes.outbox.job import Handler

from . import cancel_order, invitation, mail, refund, refund_arrival

HANDLERS = {
    "mail": Handler(mail.act, mail.record),
    "cancel_order": Handler(cancel_order.act, cancel_order.record),
    "invitation": Handler(invitation.act, invitation.record),
    "refund": Handler(refund.act, refund.record),
    "refund_arrival": Handler(refund_arrival.act, refund_arrival.record),
}
