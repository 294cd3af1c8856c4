"""What payment providers tell us: taken in once, and looked into by the worker."""
