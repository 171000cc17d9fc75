"""The memory of a long run is released, measured in a separate process."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from importlib import import_module

import pytest
from clinic_rig import served  # noqa: F401 (skips where nicegui is absent)
from leancue.clinic import patients_page, unused_clients
from leancue.clinic.last_made import LastMade
from leancue.clinic.widgets import ascii_of

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


_IMPORTS = """
import sys
from html import unescape
from importlib import import_module
from leancue.clinic.unused_clients import CLIENTS, left_out
with left_out():
    import socketio
    from leancue.clinic import web_app
print([name for name in CLIENTS if name in sys.modules])
"""


def test_clients_that_the_server_never_has_are_not_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_what_was_left_out_can_be_had_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unused_clients, "CLIENTS", ("colorsys", "sys"))
    sys.modules.pop("colorsys", None)
    with unused_clients.left_out():
        with pytest.raises(ImportError):
            import_module("colorsys")
        assert import_module("sys") is sys
    assert import_module("colorsys").rgb_to_hsv(0, 0, 0) == (0, 0, 0)


def test_the_same_is_made_once() -> None:
    made: list[int] = []
    last = LastMade(lambda key: made.append(key) or [key])
    first = last.of(1)
    assert last.of(1) is first and made == [1]
    assert last.of(2) == [2] and last.of(1) is not first and made == [1, 2, 1]


def test_markup_takes_a_byte_a_character() -> None:
    said = ascii_of("<b>−0,2° – „Größe“</b>")
    assert said.isascii() and unescape(said) == "<b>−0,2° – „Größe“</b>"
    assert sys.getsizeof(said * 1000) < 1.1 * len(said) * 1000


def test_tabs_share_the_rows_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patients_page, "_line", lambda summary: [summary])
    made = LastMade(patients_page._lines)
    assert made.of(("/a", "de", ["K-1"])) is made.of(("/a", "de", ["K-1"]))
    assert made.of(("/a", "de", ["K-1"])) is not made.of(("/a", "en", ["K-1"]))
