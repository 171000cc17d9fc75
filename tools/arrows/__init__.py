"""Import relations, read from the code."""
