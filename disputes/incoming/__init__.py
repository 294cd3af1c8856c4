"""Orders as shops send them: their fields, and what is wrong with one, said so that it can be mended."""
