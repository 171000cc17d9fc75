"""The fault suite: the clip's reaction to faults, on the simulated board."""
