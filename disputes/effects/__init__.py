"""What steps write besides the state: clocks, money, history. The tables name these functions."""

from collections.abc import Callable
from typing import Any

from . import clocks, money
from .unit import Unit

EFFECTS: dict[str, Callable[[Unit, Any], None]] = {
    "start_clock": clocks.start,
    "extend_clock": clocks.extend,
    "reopen_clock": clocks.reopen,
    "carry_out": money.carry_out,
    "look_again": money.look_again,
    "send_again": money.send_again,
    "settle_capture": money.settle_capture,
}
