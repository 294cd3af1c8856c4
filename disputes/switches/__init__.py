"""A lead's switches: halt what happens by itself or outgoing refunds, and say what follows our absence."""
