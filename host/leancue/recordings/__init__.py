"""Recordings of any sensor: read, checked, and replayed through the core."""
