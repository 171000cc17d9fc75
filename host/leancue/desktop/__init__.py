"""LeanCue without a terminal: the page in a window of its own, and the right to the ports."""
