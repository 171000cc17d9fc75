"""The clinic's lock on the clip."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import pytest
from device_rig import Desk, clip
from leancore.coaching import prescription
from leancore.link import clinic_lock
from leancore.link import messages as m
from leandevice.link.access_control import sha256

KEY = bytes(range(32))
OTHER = bytes(32)
WANTED = prescription.checked({"patient": "P02", "baseline_cdeg": 500})


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A clip that a clinic has locked."""
    made = Desk(clip(tmp_path))
    assert made.ask(m.KEY_SET, {"key": KEY.hex()})[1] == {"locked": 1, "reads": 0}
    return made


def prove(desk: Desk, purpose: str, values: dict[str, Any], key: bytes = KEY) -> tuple[int, Any]:
    asked = desk.ask(m.CHALLENGE)[1]
    proof = clinic_lock.proof(
        sha256, key, purpose, asked["uid"], asked["counter"], asked["challenge"], values
    )
    return desk.ask(m.PROOF, {"for": purpose, "proof": proof})


def patient(desk: Desk) -> str:
    return str(desk.ask(m.PRESCRIPTION_GET)[1]["patient"])


def test_without_a_key_nothing_is_locked(tmp_path: Path) -> None:
    open_desk = Desk(clip(tmp_path))
    assert open_desk.ask(m.CHALLENGE)[1]["locked"] == 0
    assert open_desk.ask(m.PRESCRIPTION_SET, WANTED)[0] == m.PRESCRIPTION_SET | m.ANSWER


def test_a_prescription_needs_the_key(desk: Desk) -> None:
    kind, answer = desk.ask(m.PRESCRIPTION_SET, WANTED)
    assert (kind, answer["error"]) == (m.ERROR, "locked")
    assert patient(desk) == "P01"
    prove(desk, clinic_lock.PRESCRIPTION, WANTED)
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[1]["patient"] == "P02"
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[1]["patient"] == "P02", "sent twice is no harm"


def test_a_proof_is_for_its_values_and_key_alone(desk: Desk) -> None:
    prove(desk, clinic_lock.PRESCRIPTION, WANTED)
    other = prescription.checked({"patient": "P03"})
    assert desk.ask(m.PRESCRIPTION_SET, other)[0] == m.ERROR
    prove(desk, clinic_lock.PRESCRIPTION, WANTED, OTHER)
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[0] == m.ERROR
    prove(desk, clinic_lock.SETTINGS, WANTED)
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[0] == m.ERROR
    assert patient(desk) == "P01"


@pytest.mark.parametrize("power_cut", [False, True])
def test_no_replay(desk: Desk, power_cut: bool) -> None:
    """What was overheard is worth nothing later, not even after a restart."""
    asked = desk.ask(m.CHALLENGE)[1]
    heard = clinic_lock.proof(
        sha256,
        KEY,
        clinic_lock.PRESCRIPTION,
        asked["uid"],
        asked["counter"],
        asked["challenge"],
        WANTED,
    )
    desk.ask(m.PROOF, {"for": clinic_lock.PRESCRIPTION, "proof": heard})
    desk.ask(m.PRESCRIPTION_SET, WANTED)
    back = prescription.checked({"patient": "P01", "baseline_cdeg": 620})
    prove(desk, clinic_lock.PRESCRIPTION, back)
    assert desk.ask(m.PRESCRIPTION_SET, back)[1]["patient"] == "P01"
    if power_cut:
        desk.board.boot()
    desk.ask(m.PROOF, {"for": clinic_lock.PRESCRIPTION, "proof": heard})
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[0] == m.ERROR
    assert patient(desk) == "P01"


def test_settings_are_locked_too(desk: Desk) -> None:
    change = {"motor_percent": 70}
    assert desk.ask(m.SETTINGS_SET, change)[1]["error"] == "locked"
    prove(desk, clinic_lock.SETTINGS, change)
    assert desk.ask(m.SETTINGS_SET, change)[0] == m.SETTINGS_SET | m.ANSWER


def test_a_proof_for_reading_is_not_taken_twice(desk: Desk) -> None:
    """Another desk that overheard it may not read with it."""
    change = {"key": KEY.hex(), "reads": 1}
    prove(desk, clinic_lock.KEY, change)
    desk.ask(m.KEY_SET, change)
    asked = desk.ask(m.CHALLENGE)[1]
    heard = clinic_lock.proof(
        sha256, KEY, clinic_lock.READ, asked["uid"], asked["counter"], asked["challenge"], {}
    )
    assert desk.ask(m.PROOF, {"for": clinic_lock.READ, "proof": heard})[0] == m.PROOF | m.ANSWER
    assert desk.ask(m.RUNS)[0] == m.RUNS | m.ANSWER
    desk.ask(m.HELLO, {"protocol": 1})  # the other desk
    desk.ask(m.CHALLENGE)
    assert desk.ask(m.PROOF, {"for": clinic_lock.READ, "proof": heard})[1]["error"] == "locked"
    assert desk.ask(m.RUNS)[1]["error"] == "locked"


def test_reading_is_free_unless_the_clinic_says(desk: Desk) -> None:
    assert desk.ask(m.RUNS)[0] == m.RUNS | m.ANSWER
    change = {"key": KEY.hex(), "reads": 1}
    prove(desk, clinic_lock.KEY, change)
    assert desk.ask(m.KEY_SET, change)[1] == {"locked": 1, "reads": 1}
    for kind in (m.RUNS, m.PAGES, m.ERASE):
        assert desk.ask(kind, {"run": 1, "from": 0, "count": 1})[1]["error"] == "locked"
    assert prove(desk, clinic_lock.READ, {}, OTHER)[0] == m.ERROR
    assert prove(desk, clinic_lock.READ, {})[0] == m.PROOF | m.ANSWER
    assert desk.ask(m.RUNS)[0] == m.RUNS | m.ANSWER
    desk.ask(m.HELLO, {"protocol": 1})  # another desk
    assert desk.ask(m.RUNS)[1]["error"] == "locked"


def test_a_key_is_changed_with_the_old_one_only(desk: Desk) -> None:
    assert desk.ask(m.KEY_SET, {"key": OTHER.hex()})[1]["error"] == "locked"
    assert desk.ask(m.KEY_SET, {"key": ""})[1]["error"] == "locked"
    prove(desk, clinic_lock.KEY, {"key": "", "reads": 0})
    assert desk.ask(m.KEY_SET, {"key": ""})[1] == {"locked": 0, "reads": 0}
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[0] == m.PRESCRIPTION_SET | m.ANSWER


def test_a_counter_that_cannot_be_kept_accepts_nothing(desk: Desk) -> None:
    prove(desk, clinic_lock.PRESCRIPTION, WANTED)
    desk.board.flash.fail_writes = True
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[1]["error"] == "drive"
    desk.board.flash.fail_writes = False
    assert patient(desk) == "P01"


def test_forgetting_the_key_opens_the_clip(desk: Desk) -> None:
    desk.board.app.config.forget()
    desk.board.boot()
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[0] == m.PRESCRIPTION_SET | m.ANSWER


def circuitpython(monkeypatch: pytest.MonkeyPatch, known: tuple[str, ...]) -> None:
    """A hashlib as CircuitPython has it: ``new`` alone, of so many kinds."""

    class Bare:
        @staticmethod
        def new(name: str, data: bytes = b"") -> Any:
            if name not in known:
                raise ValueError("Unsupported hash algorithm")
            return hashlib.new(name, data)

    monkeypatch.setitem(sys.modules, "hashlib", Bare)  # type: ignore[arg-type]


def test_a_key_is_proved_by_circuitpython_s_own_digest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    circuitpython(monkeypatch, ("sha1", "sha256"))
    prove(desk, clinic_lock.PRESCRIPTION, WANTED)
    assert desk.ask(m.PRESCRIPTION_SET, WANTED)[1]["patient"] == "P02"


def test_a_clip_that_cannot_prove_a_key_takes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CircuitPython 10.0 knows SHA-1 alone: a lock would never open again."""
    circuitpython(monkeypatch, ("sha1",))
    open_desk = Desk(clip(tmp_path))
    kind, answer = open_desk.ask(m.KEY_SET, {"key": KEY.hex()})
    assert kind == m.ERROR and "CircuitPython 10.1" in answer["why"]
    assert open_desk.ask(m.CHALLENGE)[1]["locked"] == 0


@pytest.mark.parametrize(
    ("kind", "request_"),
    [(m.PROOF, {}), (m.PROOF, {"for": "x", "proof": ""}), (m.PROOF, {"for": "key", "proof": 7}),
     (m.KEY_SET, {}), (m.KEY_SET, {"key": "12"}), (m.KEY_SET, {"key": 5})],
)  # fmt: skip
def test_nonsense_is_refused(desk: Desk, kind: int, request_: dict[str, object]) -> None:
    assert desk.ask(kind, request_)[0] == m.ERROR
