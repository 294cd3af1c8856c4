"""For auditors: every case of their shops, changing nothing, and who read what."""
