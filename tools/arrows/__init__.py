"""Who imports whom, read from the code."""
