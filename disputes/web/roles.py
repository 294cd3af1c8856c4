"""Roles as people read them."""

from disputes.text import N_
from disputes.workflows.roles import ADMIN, AUDITOR, BUYER, LEAD, MANAGER, REVIEWER, SELLER

ROLES = {
    BUYER: N_("buyer"),
    SELLER: N_("member"),
    MANAGER: N_("manager"),
    REVIEWER: N_("reviewer"),
    LEAD: N_("lead"),
    AUDITOR: N_("auditor"),
    ADMIN: N_("admin"),
}
