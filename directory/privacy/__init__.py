"""Care of personal data: sealing, who sees which rows, who read what, and for how long."""
