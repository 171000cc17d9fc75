"""The fault suite: what the clip does when something goes wrong, on the simulated board."""
