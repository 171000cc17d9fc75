"""Simulated clips with wiring mistakes, and the output of `leancue check` for each."""
