"""Who can take a step. The parties and the staff are people; the last three are the house itself."""

BUYER, SELLER = "buyer", "seller"
REVIEWER, LEAD = "reviewer", "lead"
SYSTEM, CLOCK, SHOP = "system", "clock", "shop"

PARTIES = (BUYER, SELLER)
DESK = (REVIEWER, LEAD)
PEOPLE = PARTIES + DESK
MACHINES = (SYSTEM, CLOCK, SHOP)


def other_side(side: str) -> str:
    """The opposite party of a case."""
    return SELLER if side == BUYER else BUYER
