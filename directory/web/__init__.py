"""The web: the only code that knows Flask. One folder per audience; none knows another."""
