"""The simulated wearer: the motion that the sensor measures."""
