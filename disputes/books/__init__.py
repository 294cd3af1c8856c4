"""The books as people read them: what moved, when, why, by whose decision; and whether the provider agrees."""
