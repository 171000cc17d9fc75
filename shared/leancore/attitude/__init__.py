"""Which way is up: the sensor's own orientation, our filter, and the choice between them."""
