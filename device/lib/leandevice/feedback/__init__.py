"""What the runner feels and sees: motor, light, and their patterns."""
