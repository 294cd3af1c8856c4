"""What the `disputes` command can do, one file each."""
