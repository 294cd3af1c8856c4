"""Evidence files: told apart by content, hashed, kept untouched under a random name."""
