"""The rules of movement: one table per record. Standard library and transitions only."""

from .case import CASE
from .chargeback import CHARGEBACK
from .freeze import FREEZE
from .outcome import OUTCOME
from .published_rules import PUBLISHED_RULES
from .referral import REFERRAL
from .refund import REFUND
from .restriction import RESTRICTION
from .screening import SCREENING
from .voucher import VOUCHER

ALL = (CASE, OUTCOME, REFUND, CHARGEBACK, FREEZE, RESTRICTION, REFERRAL, PUBLISHED_RULES, SCREENING, VOUCHER)
WORKFLOWS = {workflow.name: workflow for workflow in ALL}
