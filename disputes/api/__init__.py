"""What the pages say, as JSON for machines: the same services, the same choices, nothing of its own."""
