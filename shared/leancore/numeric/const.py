"""``NAME = const(number)``: a number that the compiler puts wherever the name stands.

MicroPython and CircuitPython see to it while they compile, and a name that begins with ``_`` then
costs neither a place on the heap nor a look-up. Elsewhere it is a name like any other.

A name imported from another module is looked up whenever it is used (some 4 µs on the clip). What
runs with every sample has a copy instead, by the same name behind a ``_``; a test holds each copy
against its original (``tests/core/test_const.py``).
"""


def const(number):
    """Return ``number``."""
    return number
