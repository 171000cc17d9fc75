"""The motion sensor: one sample, and the parser of the bytes that it sends."""
