"""Listings that come from outside: read → map → compare → apply, the same for every source."""
