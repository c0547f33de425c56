"""The national address base: one file for each département, read as it flows."""
