"""The figures follow from the calls that the emulator recorded; what is missing is said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from leancue.installer import payload
from leancue.installer.image import mpy

from tools import bench_rp2040
from tools.rp2040 import build, emulator, measure, program, report, source
from tools.rp2040.emulator import EmulatorError, Job, run

TICK, STEP, NEXT = report.PASS, report.DECISION, "lean_imu:next"
NAMES = ["collector", "lean_app:once", TICK, STEP, NEXT]
# function, caller, begin_us, us, own_us, bytes, waited_us, stalled_us; a pass with a sample, then
# one without
CALLS = [
    [4, 2, 1000, 800, 300, 0, 500, 0],
    [3, 2, 1900, 1000, 1000, 0, 0, 0],
    [2, 1, 900, 3000, 1200, 32, 500, 0],
    [4, 2, 9100, 300, 100, 0, 200, 0],
    [2, 1, 9000, 600, 300, 0, 200, 0],
    [0, -1, 9800, 100, 100, 0, 0, 0],
]
# The collector's 100 us are the run's end: they count for nothing else.
REPORT: dict[str, Any] = {
    "names": NAMES, "calls": CALLS, "samples": [[400, 1700]], "elapsed_us": 10_100,
    "idle_us": 5000, "flash": {"erases": 0, "at_us": []},
}  # fmt: skip


def test_times_of_passes_and_decisions() -> None:
    found = report.figures(REPORT)
    assert found["passes"] == 2 and found["samples"] == 1
    assert found["decision_ms"]["worst"] == 2.0  # from the pass' begin to the pipeline's end
    assert found["sample_pass_ms"]["mean"] == 3.0
    assert found["quiet_pass_ms"]["mean"] == 0.6
    assert found["collector_ms"]["worst"] == 0.1


def test_idle_is_the_time_that_was_slept() -> None:
    assert report.figures(REPORT)["idle_percent"] == 50.0


def test_a_decision_is_told_from_when_the_sample_was_due() -> None:
    found = report.figures(REPORT)
    assert found["due_to_decision_apart_ms"]["worst"] == 2.5
    assert found["decision_apart_ms"] == found["decision_ms"]


def test_what_an_erase_made_late_is_told_apart() -> None:
    late = {**REPORT, "flash": {"erases": 1, "at_us": [1000]}}
    found = report.figures(late)
    assert found["decision_apart_ms"] == {} and found["decision_ms"]["worst"] == 2.0
    assert found["erases_a_minute"] == 6000.0


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
        run(tmp_path, Job("heap.py", 400))
    monkeypatch.setattr(sys, "argv", ["bench_rp2040", "heap", "--folder", str(tmp_path)])
    assert bench_rp2040.main() == 1
    assert "bench_rp2040 build" in capsys.readouterr().err


def test_a_build_of_another_version_is_refused(tmp_path: Path) -> None:
    for there in (emulator.FIRMWARE, emulator.RP2040JS, emulator.MADE_FROM):
        (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / there).write_text("older")
    with pytest.raises(EmulatorError, match="another version.*bench_rp2040 build"):
        run(tmp_path, Job("heap.py", 400))


def test_a_missing_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmulatorError, match="gcc-arm-none-eabi libnewlib-arm-none-eabi"):
        build.build(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_a_build_for_this_computer_takes_is_said(tmp_path: Path) -> None:
    (tmp_path / source.NAME).mkdir()  # a source in which there is nothing to build
    with pytest.raises(EmulatorError, match="apt install make gcc-multilib"):
        build.native(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"), [(b"something else", "SHA-256"), (None, "cannot be read")]
)
def test_another_source_is_refused_with_the_way_out(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    archive = tmp_path / "micropython.tar.xz"
    if content is not None:
        archive.write_bytes(content)
    with pytest.raises(EmulatorError, match=f"{said}.*build --source"):
        source.unpacked(tmp_path, archive)
    assert not (tmp_path / source.NAME).exists()


def test_the_source_comes_from_the_archives_of_the_machine_itself() -> None:
    targets = "bookworm file:/one/\nbookworm-updates file:/one/\nbookworm-security file:/two/\n"
    assert source.source_lines(targets) == [f"deb-src file:/one/ {source.RELEASE} main\n"]


def test_a_machine_without_an_archive_says_the_way_out() -> None:
    with pytest.raises(EmulatorError, match="build --source"):
        source.source_lines("")


def test_apt_leaves_the_system_alone(tmp_path: Path) -> None:
    options = source.apt_options(tmp_path)
    assert f"Dir::State::lists={tmp_path}/lists" in options
    assert f"Dir::Etc::sourcelist={tmp_path}/sources.list" in options


def test_without_apt_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmulatorError, match="apt-get is not here.*build --source"):
        source.from_apt(tmp_path)


def row(free: int, largest: int, late: int = 0) -> dict[str, int]:
    return {"used_bytes": 1, "free_bytes": free, "largest_bytes": largest, "late": late}


@pytest.mark.parametrize(
    ("bad", "said"),
    [(row(19_999, 9_000), "19999 B free"), (row(30_000, 7_999), "7999 B"),
     (row(30_000, 9_000, 2), "2 times"), (None, "never came")],
)  # fmt: skip
def test_what_is_wrong_with_the_heap_is_said(bad: dict[str, int] | None, said: str) -> None:
    moments = {name: row(30_000, 9_000) for name in measure.MOMENTS}
    assert measure.heap_misses({"moments": moments, "lost": []}) == []
    assert measure.heap_misses({"moments": moments, "lost": ["MemoryError"]}) != []
    if bad is None:
        del moments["started"]
    else:
        moments["started"] = bad
    (miss,) = measure.heap_misses({"moments": moments, "lost": []})
    assert said in miss and miss.startswith("started")


@pytest.fixture(scope="module")
def made() -> program.Program:
    """What the rig runs for a script of its own; it takes seconds to build."""
    return program.made("run.py", {})


def test_the_rig_runs_the_image_that_a_clip_gets(made: program.Program) -> None:
    files = made.files
    drive = payload.build(program.BOARD).program
    assert {name for name in drive if name.endswith(".mpy")} <= set(files)
    for name in ("lean_main.mpy", "lean_base.mpy"):
        assert files[name][:1] == mpy.MICROPYTHON
        assert abs(len(files[name]) - len(drive[name])) < len(drive[name]) // 20  # names differ


def test_functions_of_the_image_are_told_as_in_the_source(made: program.Program) -> None:
    name = made.image.names[".tick"]
    places = zip(made.image.texts["lean_main"].splitlines(), made.image.origins["lean_main"],
                 strict=True)  # fmt: skip
    line = next(
        number
        for number, (text, origins) in enumerate(places, 1)
        if text.startswith(f" def {name}(") and origins[0][0] == "leandevice/app.py"
    )
    told = [f"lean_main:{name}:{line + 1}", "hardware.py:__call__:12", "lean_main:<module>:1",
            "collector"]  # fmt: skip
    assert made.in_source(told) == [
        "lean_app:tick", "hardware.py:__call__:12", "lean_main:<module>", "collector",
    ]  # fmt: skip
    assert made.in_source(["rig_board:f:1"]) == ["rig_board:<module>"]
