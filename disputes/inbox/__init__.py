"""A seller's cases, by deadline."""
