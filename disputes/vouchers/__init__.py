"""Goodwill vouchers: given to a buyer by staff, approved by a lead, with limits of their own."""
