"""A clip on CircuitPython: a firmware provided by the user, on an emulated Raspberry Pi Pico."""
