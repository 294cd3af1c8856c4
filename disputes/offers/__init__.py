"""What the sides offer each other, accept, decline and refuse."""
