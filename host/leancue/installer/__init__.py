"""From a blank CircuitPython drive to a working clip, and back; offline, and whole at any failure.

The program lies in one of two folders, ``/lib/leancue_a`` and ``/lib/leancue_b``. A release is
written into the one that does not start, read back, and then ``code.py``, which names the folder,
is replaced: that one rename is the whole change from old to new.
"""
