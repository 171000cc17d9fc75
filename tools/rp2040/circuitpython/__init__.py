"""A clip on CircuitPython: a firmware that the user brings, on an emulated Raspberry Pi Pico."""
