"""The core of LeanCue: integers only, no clock, no input or output, no float.

The same files run on CircuitPython, MicroPython and CPython with the same bits.
"""

__version__ = "0.1.0"
