"""What the directory holds: who offers what, where, when, and to whom."""
