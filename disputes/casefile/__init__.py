"""A case as a page shows it: read in a few statements, told for one reader."""
