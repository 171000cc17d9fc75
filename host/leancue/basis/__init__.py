"""Shared by all rooms: errors, files, checks of values and texts, times, the terminal."""
