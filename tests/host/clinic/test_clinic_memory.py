"""What a long run took is given back: measured in a program of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import re
from leancue.clinic import memory
if {tuned}:
    memory.give_back_what_is_large()
def held_mb():
    return int(re.findall(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[0]) / 1000
kept, began_mb = [], held_mb()
for _ in range(2):
    large = [bytes(b"x" * 25_000_000) for _ in range(2)]
    kept.append(bytes(b"y" * 100_000))
    del large
print(held_mb() - began_mb)
"""


def grown_mb(tuned: bool) -> float:
    words = [sys.executable, "-c", _PROGRAM.format(tuned=tuned)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is done")
def test_freed_blocks_are_given_back() -> None:
    assert grown_mb(tuned=True) < 5 < grown_mb(tuned=False)
