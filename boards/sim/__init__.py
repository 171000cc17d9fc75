"""The simulated board: the clip's own parts and the real driver on simulated hardware."""
