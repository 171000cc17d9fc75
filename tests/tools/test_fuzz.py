"""The fuzz tool: a part of its trials, and that each way to fail is seen."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from leancore.runlog import pages

from tools import fuzz
from tools.fuzzing import bits, desk, logs, trials
from tools.fuzzing.trials import Trial

SOME = {"logs": 120, "answers": 60, "prescriptions": 80, "recordings": 40}


@pytest.mark.parametrize("name", list(SOME))
def test_some_hostile_inputs_end_in_words(name: str) -> None:
    make, usual = fuzz.TARGETS[name]
    assert usual >= 1000
    score = trials.run(name, make, SOME[name], seed=20, jobs=1)
    assert score.good, score.failures
    assert score.trials == SOME[name] and 0 < score.taken < score.trials


def test_every_mutated_page_has_its_right_checksum() -> None:
    for number in range(60):
        log = logs.mutated(Random(number))
        whole = [log[at : at + pages.PAGE_BYTES] for at in range(0, len(log), pages.PAGE_BYTES)]
        assert all(pages.crc_ok(p) for p in whole if len(p) == pages.PAGE_BYTES)
    assert logs.mutated(Random(1)) == logs.mutated(Random(1)) != logs.mutated(Random(2))


def one(act: Callable[[], bool]) -> Callable[[Path], Trial]:
    return lambda _folder: lambda _chance, _path: act()


def busy() -> bool:
    while True:
        pass


def test_a_traceback_is_seen() -> None:
    assert trials.run("x", one(lambda: 1 / 0 > 0), 3, 1, 1).tracebacks == 3
    assert trials.run("x", one(lambda: True), 2, 1, 1).good


@pytest.mark.parametrize("act", [busy, lambda: time.sleep(9) is None], ids=["works", "waits"])
def test_a_hang_is_seen(monkeypatch: pytest.MonkeyPatch, act: Callable[[], bool]) -> None:
    monkeypatch.setattr(trials, "HANG_S", 0.05)
    score = trials.run("x", one(act), 1, 1, 1)
    assert (score.hangs, score.good) == (1, False)
    assert "hangs" in score.failures[0].what


def test_a_wait_for_a_processor_is_no_hang(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    delays = tmp_path / "schedstat"
    monkeypatch.setattr(trials, "_DELAYS", delays)
    began_s = trials.taken_s()
    delays.write_text("0 20000000000 2")  # other programs had the processor for 20 s
    assert trials.taken_s() < began_s - 19
    alarm = trials.alarm(9.0)
    with alarm:
        alarm._ring()  # 9 s by the clock are over, but not of its own
        monkeypatch.setattr(trials, "taken_s", lambda: began_s + 9.1)
        with pytest.raises(trials.HungError):
            alarm._ring()


def test_a_glutton_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = iter([10.0, 600.0, 600.0, 600.0])
    monkeypatch.setattr(trials, "peak_mb", lambda: next(peaks, 600.0))
    score = trials.run("x", one(lambda: True), 1, 1, 1)
    assert (score.gluttons, score.good) == (1, False)


def test_what_steers_a_terminal_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, code in (("\x1b[2J", 0), ("Traceback (most recent call last)", 0), ("fine", 99)):

        def main(said: str = said, code: int = code) -> None:
            os.sys.stdout.write(said)  # type: ignore[attr-defined]
            raise SystemExit(code)

        monkeypatch.setattr(desk.cli, "main", main)
        with pytest.raises(AssertionError):
            desk.typed("x")


def test_the_table_says_what_came(capsys: pytest.CaptureFixture[str]) -> None:
    score = trials.Score(trials=7, tracebacks=1, longest_s=1.25, peak_mb=120)
    lines = list(trials.table({"logs": score}))
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[2].split("|")[1:4]] == ["logs", "7", "1"]
    assert fuzz.repeat("prescriptions", 1, 3) == 0
    assert "prescriptions 3:" in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_wrong_bit_reaches_the_clip_once_and_the_run_is_compared() -> None:
    """Two changes of many; what the clip makes of them is not judged here."""
    kind = 0x08
    tried = list(bits.changes(kind))
    assert len(tried) == 8 * bits.CARGO_BYTES[kind] + len(bits.BASES_DMS) + len(bits.DELAYS_DMS)
    scores = bits.tried(kind, every=len(tried) // 2, first=13 * 8)
    assert sum(score.trials for score in scores.values()) in (1, 2)
    assert len(list(bits.acts(kind))) == len(tried)
    unasked = bits.tried(bits.UNASKED, every=len(bits.MESSAGES), first=2)
    assert unasked["one message"].trials == 1 and unasked["one message"].good
    assert unasked["one message"].counted == 1
    cargo = bytearray(range(30))
    bits.flip(6, 6)(cargo)
    assert cargo[6] == 6 ^ 64 and cargo.count(6) == 0
    bits.base(2**32 - 48)(cargo)
    assert cargo[5:9] == bytes.fromhex("d0ffffff")
    bits.delay((1 << 14) - 1)(cargo)
    assert (cargo[11] | 3, cargo[12]) == (255, 255)
    sound, bad = bits.Outcome(False, 30, 1, 20, 0), bits.Outcome(True, 30, 3, 90, 1)
    score = bits.BitScore()
    score.add(sound, sound)
    assert score.good
    score.add(bad, sound)
    assert (score.ended, score.false_cues, score.lean_more_cdeg, score.counted) == (1, 2, 70, 1)
    assert not score.good
    score.add(bits.Outcome(False, 3, 1, 20, 0), sound)  # it stands still
    assert score.ended == 2
