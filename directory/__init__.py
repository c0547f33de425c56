"""Fanal: find the nearest service that can help now, and know what became of the referral."""
