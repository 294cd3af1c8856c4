"""What stands in for the outside world: a payment provider in a process of its own, and demo data."""
