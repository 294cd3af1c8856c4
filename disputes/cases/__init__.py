"""A case as its parties see it: their lists, its page, closing it and taking it up again."""
