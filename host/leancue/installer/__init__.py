"""From a blank CircuitPython drive to a working clip, and back; offline, and safe at any failure.

The program is in one of two folders, ``/lib/leancue_a`` and ``/lib/leancue_b``. A release is
written to the inactive one and read back; then ``code.py``, which names the folder, is replaced:
this single rename switches from old to new.
"""
