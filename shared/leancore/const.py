"""``NAME = const(number)``: a number that the compiler puts wherever the name stands.

MicroPython and CircuitPython see to it while they compile, and a name that begins with ``_`` then
costs neither a place on the heap nor a look-up. Elsewhere it is a name like any other.
"""


def const(number):
    """Return ``number``."""
    return number
