"""The simulated board as a child process: a stand-in for its manners, the real one for the rest."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from leancue.basis.errors import DeviceGone, NoDevice
from leancue.clip.client import Client
from leancue.clip.exchange import Timeouts
from leancue.runs.pull import pull
from leancue.runs.runlog import read_runs
from leancue.runs.verify import verify
from leancue.transports.addresses import open_transport
from leancue.transports.simulated_board import read_options
from leancue.transports.simulator_process import Simulator
from wired import STILL, Wire

from boards.sim.board import SimBoard

PORT = 'print(\'{"port": "/dev/pts/9", "uid": "A1"}\', flush=True)\n'


def stand_in(tmp_path: Path, program: str, **options: object) -> Simulator:
    """A simulator that is only ``program``; it gets the same arguments as the real one."""
    script = tmp_path / "stand_in.py"
    script.write_text(program)
    return Simulator(command=[sys.executable, str(script)], **options)  # type: ignore[arg-type]


def test_it_is_told_what_was_asked_for(tmp_path: Path) -> None:
    program = PORT + f"import sys; open({str(tmp_path / 'args')!r}, 'w').write(' '.join(sys.argv))"
    with stand_in(tmp_path, program, seed=4, speed=2.5, folder="/x", hello_s=1.7) as simulator:
        assert (simulator.port, simulator.uid) == ("/dev/pts/9", "A1")
        with pytest.raises(DeviceGone):
            simulator.wait_until_over(10)
    said = (tmp_path / "args").read_text()
    assert "--wearer demo --seed 4 --speed 2.5 --folder /x --hello-s 1.7" in said


def test_go_and_the_end_of_the_plan(tmp_path: Path) -> None:
    program = PORT + (
        "assert input() == 'go'\n"
        "print('a library talks', flush=True)\n"
        'print(\'{"over": true, "simulated_s": 9.5, "wall_s": 0.1}\', flush=True)\n'
        "input()\n"
    )
    with stand_in(tmp_path, program) as simulator:
        assert simulator.over() is None
        simulator.go()
        assert simulator.wait_until_over(10)["simulated_s"] == 9.5
        assert simulator.over() is not None


def test_a_simulator_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoDevice, match=r"ended at once.*last output: ValueError: no such wearer"):
        stand_in(tmp_path, "raise ValueError('no such wearer')")


def test_the_last_words_of_a_download_are_the_error_s(tmp_path: Path) -> None:
    said = "import sys; sys.exit('ImportError: libstdc++.so.6\\n[PYI-7:ERROR] Failed to execute')"
    with pytest.raises(NoDevice, match=r"last output: ImportError: libstdc\+\+"):
        stand_in(tmp_path, said)


def test_a_silent_simulator_is_not_waited_for_ever(tmp_path: Path) -> None:
    with pytest.raises(NoDevice, match="sent nothing"):
        stand_in(tmp_path, "input()", start_timeout_s=0.2)


def test_a_simulator_that_dies_is_a_clip_gone(tmp_path: Path) -> None:
    with stand_in(tmp_path, PORT + "input(); raise MemoryError('full')") as simulator:
        simulator.go()
        with pytest.raises(DeviceGone, match="last output: MemoryError: full"):
            simulator.wait_until_over(10)


def test_options_of_the_address() -> None:
    assert read_options("") == ({}, False)
    assert read_options("short,seed=3,speed=0,hello_s=1.7,run") == (
        {"wearer": "short", "seed": 3, "speed": 0.0, "hello_s": 1.7},
        True,
    )
    for wrong in ("short,sed=3", "short,seed=x", "short,fast"):
        with pytest.raises(NoDevice, match="not an option of the simulated board"):
            read_options(wrong)


@pytest.mark.parametrize("hello_s", [0.1, 1.0, 3.5])
def test_its_first_hello_takes_as_long_as_asked_for(tmp_path: Path, hello_s: float) -> None:
    """By the board's own clock, and anew for each desk that comes."""
    wire = Wire(SimBoard(STILL, tmp_path, hello_s=hello_s))
    now_us = wire.board.sim_clock.now_us
    for _ in range(2):
        began_us = now_us()
        client = Client(wire, Timeouts(hello_s=60.0))
        client.hello()
        first_us = now_us()
        assert hello_s <= (first_us - began_us) / 1e6 < hello_s + 0.2
        client.hello()
        assert (now_us() - first_us) / 1e6 < 0.1
        wire.cut()


def test_the_real_one_is_late_too() -> None:
    with Client(open_transport("sim:short,hello_s=0.6")) as client:
        began_s = time.monotonic()
        client.hello()
        assert time.monotonic() - began_s > 0.5
        client.info()


def test_the_real_one_runs_is_pulled_and_proved(tmp_path: Path) -> None:
    with Client(open_transport("sim:short,run")) as client:
        uid = client.hello().uid
        (run,) = client.runs()
        path = pull(client, uid, run, tmp_path).path
    (logged,) = read_runs(path)
    assert logged.closed
    assert verify(logged).proved
