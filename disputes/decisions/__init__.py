"""Decisions: drafted with reasons, then taken."""
