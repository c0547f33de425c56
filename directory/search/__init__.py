"""Find the nearest services that can help: one question, one function, one order."""
