"""The rules of movement: one table per record. Standard library and transitions only."""

from .case import CASE
from .outcome import OUTCOME
from .refund import REFUND

WORKFLOWS = {workflow.name: workflow for workflow in (CASE, OUTCOME, REFUND)}
