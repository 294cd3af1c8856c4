"""What steps write besides the state: clocks, money, history. The tables name these functions."""

from collections.abc import Callable
from typing import Any

from . import charged_back, clocks, later, money, payout, plans, restrictions, screenings, vouchers

EFFECTS: dict[str, Callable[[Any, Any], None]] = {
    "start_clock": clocks.start,
    "extend_clock": clocks.extend,
    "reopen_clock": clocks.reopen,
    "carry_out": money.carry_out,
    "look_again": money.look_again,
    "send_again": money.send_again,
    "send_later": later.send_later,
    "settle_capture": money.settle_capture,
    "put_back": money.put_back,
    "let_go": money.let_go,
    "settle_by_hand": money.settle_by_hand,
    "credit": money.credit,
    "sign_plan": plans.sign_plan,
    "call_off_unsent": plans.call_off_unsent,
    "answer_bank": plans.answer_bank,
    "bank_gave_back": charged_back.give_back,
    "bank_kept": charged_back.keep,
    "bank_changed": charged_back.adjust,
    "hold_payout": payout.hold,
    "release_payout": payout.release,
    "impose": restrictions.impose,
    "begin_restriction": restrictions.begin,
    "release": restrictions.release,
    "vary_restriction": restrictions.vary,
    "return_payment": screenings.return_payment,
    "return_everything": screenings.return_everything,
    "return_again": screenings.return_again,
    "send_invoice": screenings.send_invoice,
    "hand_over_voucher": vouchers.hand_over,
    "tell_voucher": vouchers.tell,
}
