"""The figures follow from the calls that the emulator recorded; what is missing is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import bench_rp2040
from tools.rp2040 import build, report
from tools.rp2040.emulator import EmulatorError, run

TICK, STEP, NEXT = report.PASS, report.DECISION, "leandevice/imu.py:next"
NAMES = ["collector", "leandevice/app.py:once", TICK, STEP, NEXT]
# function, caller, begin_us, us, own_us, bytes, waited_us; a pass with a sample, then one without
CALLS = [
    [4, 2, 1000, 800, 300, 0, 500],
    [3, 2, 1900, 1000, 1000, 0, 0],
    [2, 1, 900, 3000, 1200, 32, 500],
    [4, 2, 9100, 300, 100, 0, 200],
    [2, 1, 9000, 600, 300, 0, 200],
    [0, -1, 9800, 100, 100, 0, 0],
]
# The collector's 100 us are the run's end: they count for nothing else.
REPORT = {"names": NAMES, "calls": CALLS, "elapsed_us": 10_100, "waited_us": 5700}


def test_times_of_passes_and_decisions() -> None:
    found = report.figures(REPORT)
    assert found["passes"] == 2 and found["samples"] == 1
    assert found["decision_ms"]["worst"] == 2.0  # from the pass' begin to the trainer's end
    assert found["sample_pass_ms"]["mean"] == 3.0
    assert found["quiet_pass_ms"]["mean"] == 0.6
    assert found["collector_ms"]["worst"] == 0.1


def test_idle_is_what_was_waited_but_not_for_the_bus() -> None:
    assert report.figures(REPORT)["idle_percent"] == 50.0


def test_parts_are_what_the_app_calls_with_their_share_of_the_bus() -> None:
    found = report.figures(REPORT)["parts_percent"]
    assert found == {NEXT: [11.0, 7.0], STEP: [10.0, 0.0]}


def test_heap_that_passes_took() -> None:
    found = report.figures(REPORT)
    assert found["passes_that_took_heap"] == 1


def test_a_function_in_its_own() -> None:
    assert report.own(report.calls(REPORT))[0] == (TICK, 2, 1500)


def test_a_report_without_a_pass_is_an_error() -> None:
    with pytest.raises(ValueError, match="never called"):
        report.passes(report.calls({"names": NAMES, "calls": CALLS[:2]}))


def test_without_a_build_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EmulatorError, match="bench_rp2040 build"):
        run(tmp_path, "heap.py", 400)
    monkeypatch.setattr(sys, "argv", ["bench_rp2040", "heap", "--folder", str(tmp_path)])
    assert bench_rp2040.main() == 1
    assert "bench_rp2040 build" in capsys.readouterr().err


def test_a_missing_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmulatorError, match="gcc-arm-none-eabi libnewlib-arm-none-eabi"):
        build.build(tmp_path / "new", build.SOURCE)
    assert not (tmp_path / "new").exists()


def test_another_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "NEEDED", {})
    archive = tmp_path / "micropython.tar.xz"
    archive.write_bytes(b"something else")
    with pytest.raises(EmulatorError, match="SHA-256"):
        build.build(tmp_path, str(archive))
    assert not (tmp_path / build.NAME).exists()
