"""What banks take back, payments whose refunds wait, and the two people who say what follows."""
