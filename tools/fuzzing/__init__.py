"""Hostile input by the thousand: see ``tools/fuzz.py``."""
