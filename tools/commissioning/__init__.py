"""Clips with mistakes of wiring, simulated, and what `leancue check` says of each."""
