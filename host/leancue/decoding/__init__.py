"""What the core writes and takes, as arrays."""
