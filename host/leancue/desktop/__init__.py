"""LeanCue without a terminal: the page in its own window, and access to the ports."""
