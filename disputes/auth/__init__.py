"""Who somebody is, and which role they have on a case."""
