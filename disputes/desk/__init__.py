"""The reviewers' desk: the queue, claims, and everything about one case."""
