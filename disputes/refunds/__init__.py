"""Refunds that did not work, and trying them again."""
