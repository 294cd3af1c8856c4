"""Restrictions of accounts and sellers: what their subject sees, its appeal, and the desk's list."""
