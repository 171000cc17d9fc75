"""Gives boot.py and safemode.py the program's folder, which code.py names.

The installer puts a new program next to the old one and then writes code.py.
"""

import sys

with open("code.py") as code:
    for line in code:
        if line.startswith("sys.path.insert("):
            sys.path.insert(0, line.split('"')[1])
