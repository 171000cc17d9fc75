"""Integer arithmetic that every interpreter does alike: square roots, rotations, wrap-safe time."""
