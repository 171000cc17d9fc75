"""Makes the program's folder known to boot.py and safemode.py: code.py names it.

The installer puts a new program beside the old one and then writes code.py.
"""

import sys

with open("code.py") as code:
    for line in code:
        if line.startswith("sys.path.insert("):
            sys.path.insert(0, line.split('"')[1])
