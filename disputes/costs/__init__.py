"""What things about a case cost besides the goods, and who bears it."""
