"""Integer arithmetic, the same on every interpreter: roots, rotations, wrap-safe time."""
