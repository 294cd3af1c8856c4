"""Shops as their admin sees them: names, limits and keys, never a case."""
