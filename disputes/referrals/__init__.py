"""Referrals to an authority: confidential, approved by two leads, handed over as a bag that checks itself."""
