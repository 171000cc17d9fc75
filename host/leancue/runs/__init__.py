"""Runs from a device: pulling, reading, verification, and figures."""
