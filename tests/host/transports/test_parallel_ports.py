"""Work on several ports at once: bounded, ended when told to, nothing left open."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing

import pytest
from leancue.transports import parallel_ports as module
from leancue.transports.parallel_ports import AT_ONCE, side_by_side
from scan_rig import SOON_S, soon
from test_cli import _env

HANGS = """
import threading
from leancue.transports.parallel_ports import side_by_side
wait = lambda port, given_up: threading.Event().wait()
print(list(side_by_side(wait, ["a"], 0.1, print)))
"""


def unwanted(_result: object) -> None:
    raise AssertionError("it was in time")


def test_each_port_once_and_no_more_than_so_many_at_a_time() -> None:
    lock = threading.Lock()
    full = threading.Barrier(AT_ONCE)
    now, most = 0, 0

    def work(port: str, _given_up: Callable[[], bool]) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        full.wait(SOON_S)  # all of them are needed to go on, so as many do run at a time
        with lock:
            now -= 1
        return port.upper()

    ports = [f"p{n}" for n in range(2 * AT_ONCE)]
    got = {port: result.result() for port, result in side_by_side(work, ports, SOON_S, unwanted)}
    assert got == {port: port.upper() for port in ports}
    assert most == AT_ONCE


def test_closed_early_the_rest_is_told_and_what_it_found_discarded() -> None:
    discarded: list[str] = []

    def work(port: str, given_up: Callable[[], bool]) -> str:
        while port != "quick" and not given_up():
            threading.Event().wait(0.01)
        return port

    with soon(), closing(side_by_side(work, ["slow", "quick"], 60, discarded.append)) as results:
        assert next(results)[0] == "quick"
    assert discarded == ["slow"]


def test_what_a_left_behind_thread_finds_at_last_is_discarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_END_S", 0.05)
    let_go, discarded = threading.Event(), threading.Event()
    found: list[str] = []

    def work(port: str, _given_up: Callable[[], bool]) -> str:
        let_go.wait()
        return port

    def discard(result: str) -> None:
        found.append(result)
        discarded.set()

    assert list(side_by_side(work, ["hung"], 0.05, discard)) == []
    assert not found
    let_go.set()
    assert discarded.wait(SOON_S) and found == ["hung"]


def test_no_ports_no_threads() -> None:
    before = threading.active_count()
    assert list(side_by_side(lambda port, given_up: port, [], 60, unwanted)) == []
    assert threading.active_count() == before


def test_a_program_ends_though_a_driver_hangs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS], env=_env(), capture_output=True, text=True, timeout=SOON_S
    )
    assert (done.returncode, done.stdout) == (0, "[]\n")
