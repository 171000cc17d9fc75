"""A runner with the cable plugged in: state and pictures."""
