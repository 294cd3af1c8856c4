"""Questions and answers between the sides, and what the platform asks."""
