"""Power-on, restarts, battery, and the time of day."""
