"""Payments to check: orders of shops that accept each one by itself."""
