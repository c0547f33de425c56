"""Addresses of our own: the streets and house numbers of the loaded départements."""
