"""Measures the search on an invented France: `python -m bench` (or `make bench`)."""
