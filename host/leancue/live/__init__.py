"""A runner on the cable: state and pictures."""
