"""Who may sign in, for which organisation, and what each may do."""
