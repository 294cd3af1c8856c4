"""Filing a case, and the case as its parties see it."""
