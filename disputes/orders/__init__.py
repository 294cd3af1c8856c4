"""Orders: how they come in from a shop, and how their buyer sees them."""
