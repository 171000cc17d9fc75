"""Recordings of any sensor: reading, checking, and replay through the core."""
