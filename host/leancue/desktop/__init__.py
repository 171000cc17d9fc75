"""LeanCue without a terminal: started by its icon, shown in a window of its own."""
