"""Two programs on one library: what one writes the other reads, whatever either closes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("sqlalchemy", reason="the library needs the extra library")

from leancue.library import Library  # noqa: E402

_OTHER = """
import sys
from leancue.library import Library  # noqa: E402
with Library(sys.argv[1]) as library:
    for line in sys.stdin:
        words = line.split()
        if words[0] == "add":
            library.patients.add(words[1])
        elif words[0] == "open":
            Library(sys.argv[1]).close()
        print("done", flush=True)
"""


def test_a_library_opened_twice_in_a_program_keeps_its_locks(tmp_path):
    with Library(tmp_path) as library:
        library.patients.add("K-001")
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(tmp_path)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    with other:
        for wish in ("add K-002", "open", None, "add K-003"):
            if wish is None:
                Library(tmp_path).close()  # the last one to leave takes the write-ahead log away
                continue
            other.stdin.write(wish + "\n")
            other.stdin.flush()
            assert other.stdout.readline() == "done\n"
        with Library(tmp_path) as library:
            assert [p.code for p in library.patients.all()] == ["K-001", "K-002", "K-003"]
        other.stdin.close()
