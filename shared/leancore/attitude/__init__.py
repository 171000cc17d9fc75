"""Orientation, which way is up: the sensor's own, our filter, and the choice between them."""
