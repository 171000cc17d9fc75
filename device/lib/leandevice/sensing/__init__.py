"""The sensor: brought up, read, watched; and asleep."""
