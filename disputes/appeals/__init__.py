"""Appeals against a decision, and the way to an outside body."""
