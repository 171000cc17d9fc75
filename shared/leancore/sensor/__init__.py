"""The motion sensor: one sample, and the parser of the sensor's bytes."""
