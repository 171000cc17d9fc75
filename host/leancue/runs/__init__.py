"""Runs from a device: pulled, read, proved, and put into figures."""
