"""Referrals (French: orientations): from a worker's desk to a known outcome."""
