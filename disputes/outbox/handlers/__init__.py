"""What each kind of outbox row does: one file per kind, all registered here."""

from disputes.outbox.job import Handler

from . import (
    call_off,
    cancel_order,
    chargeback_answer,
    hold,
    invitation,
    lift,
    mail,
    payout,
    refund,
    refund_arrival,
    restrict,
    restriction_mail,
    screening_mail,
    substitute,
    told,
    void,
    voucher,
    voucher_mail,
)

HANDLERS = {
    "mail": Handler(mail.act, mail.record),
    "cancel_order": Handler(cancel_order.act, cancel_order.record),
    "invitation": Handler(invitation.act, invitation.record),
    "hold": Handler(hold.act_hold, hold.record),
    "lift": Handler(lift.act, lift.record),
    "release": Handler(hold.act_release, hold.record),
    "restrict": Handler(restrict.act, restrict.record),
    "restriction_mail": Handler(restriction_mail.act, restriction_mail.record),
    "screening_mail": Handler(screening_mail.act, screening_mail.record),
    "substitute": Handler(substitute.act, substitute.record),
    "refund": Handler(refund.act, refund.record),
    "refund_arrival": Handler(refund_arrival.act, refund_arrival.record),
    "payout_hold": Handler(payout.act_hold, payout.record_hold),
    "payout_release": Handler(payout.act_release, payout.record_release),
    "call_off": Handler(call_off.act, call_off.record),
    "chargeback_answer": Handler(chargeback_answer.act, chargeback_answer.record),
    "told": Handler(told.act, told.record),
    "void": Handler(void.act, void.record),
    "voucher": Handler(voucher.act, voucher.record),
    "voucher_mail": Handler(voucher_mail.act, voucher_mail.record),
}
