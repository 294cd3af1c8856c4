"""Who can take a step. The parties and the staff are people; the last three are the house itself."""

BUYER, SELLER = "buyer", "seller"
REVIEWER, LEAD = "reviewer", "lead"
MANAGER, AUDITOR, ADMIN = "manager", "auditor", "admin"  # these take no step of a case
SYSTEM, CLOCK, SHOP = "system", "clock", "shop"

PARTIES = (BUYER, SELLER)
DESK = (REVIEWER, LEAD)
INSIDE = (*DESK, AUDITOR)  # read what parties do not
MEMBERS = (SELLER, MANAGER)  # of a seller; a manager is a member too
PEOPLE = PARTIES + DESK
MACHINES = (SYSTEM, CLOCK, SHOP)


def other_side(side: str) -> str:
    """The opposite party of a case."""
    return SELLER if side == BUYER else BUYER
