"""What only a demo shows: the mail that would have been sent."""
