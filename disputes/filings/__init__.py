"""Filing: from an order to a new case."""
