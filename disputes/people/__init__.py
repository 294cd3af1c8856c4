"""People and their roles: what an admin does for everybody, a manager for the members of their seller."""
