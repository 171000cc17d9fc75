"""The simulated wearer: what the sensor would feel."""
