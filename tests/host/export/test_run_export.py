"""Runs for other programs: what they read is what the clip decided."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import fitdecode
import numpy as np
import pytest
from fit_tool.fit_file import FitFile
from garmin_fit_sdk import Decoder, Stream
from host_runs import logged, runner
from leancore.runlog import pages, records
from leancue import cli, export
from leancue.basis.errors import InstallError, UndatedRun
from leancue.commands import export as command
from leancue.decoding.decisions import Decisions
from leancue.export import fit_export, run_export
from leancue.library import Library
from leancue.runs.pace import Mark
from leancue.runs.runlog import Run, runs_of
from logs_by_hand import with_header, with_json


@pytest.fixture(scope="module")
def run() -> Run:
    (one,) = runs_of(b"".join(logged(runner(), patient="K-17", baseline_cdeg=620)))
    return one


@pytest.fixture(scope="module")
def steps(run: Run) -> Decisions:
    found = run_export.steps_of(run)
    assert len(found.step_t_ms) > 50
    return found


def test_csv_has_a_row_for_each_step(run: Run, steps: Decisions) -> None:
    rows = list(csv.DictReader(io.StringIO(run_export.as_csv(run).decode())))
    assert len(rows) == len(steps.step_t_ms)
    assert [round(float(row["lean_deg"]) * 100) for row in rows] == steps.stride_lean_cdeg.tolist()
    assert [round(float(row["t_s"]) * 1000) for row in rows] == steps.step_t_ms.tolist()
    assert {row["judged"] for row in rows} == {"0", "1"}


def test_json_says_all(run: Run, steps: Decisions) -> None:
    whole = json.loads(run_export.as_json(run))
    assert whole["patient"] == "K-17"
    assert len(whole["steps"]) == len(steps.step_t_ms)
    assert len(whole["cues"]) == len(steps.cues)


def frames_of(data: bytes) -> list[Any]:
    """The messages as fitdecode reads them, which checks the CRC too."""
    with fitdecode.FitReader(
        io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.RAISE,
    ) as reader:  # fmt: skip
        return [frame for frame in reader if frame.frame_type == fitdecode.FIT_FRAME_DATA]


def messages_of(data: bytes) -> dict[str, list[dict[Any, Any]]]:
    """The messages as Garmin's own decoder reads them."""
    assert Decoder(Stream.from_byte_array(bytearray(data))).check_integrity()
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert not errors
    return messages


def test_fit_is_read_by_another_decoder(run: Run, steps: Decisions) -> None:
    """fitdecode knows the developer field by its description alone."""
    records = [frame for frame in frames_of(run_export.as_fit(run)) if frame.name == "record"]
    length_s = int(steps.step_t_ms[-1]) // 1000
    assert abs(len(records) - length_s) <= 2
    leans = [r for r in records if r.has_field("lean")]
    assert len(leans) > 20
    began = records[0].get_value("timestamp")
    for record in leans:
        t_ms = (record.get_value("timestamp") - began).total_seconds() * 1000
        index = int(np.searchsorted(steps.step_t_ms, t_ms, side="right")) - 1
        assert record.get_value("lean") == pytest.approx(
            steps.stride_lean_cdeg[index] / 100, abs=1e-4
        )
        assert record.get_field("lean").units == "deg"
        strides = record.get_value("cadence") + record.get_value("fractional_cadence")
        assert strides == pytest.approx(steps.cadence_cspm[index] / 200, abs=0.01)


def test_fit_stands_in_the_order_that_importers_ask_for(run: Run) -> None:
    names = [frame.name for frame in frames_of(run_export.as_fit(run))]
    assert names[0] == "file_id"
    first, last = names.index("record"), len(names) - 1 - names[::-1].index("record")
    assert names.index("device_info") < first
    assert names[first - 1] == "event"
    assert names[last + 1 :] == ["event", "lap", "session", "activity"]


def test_fit_has_what_garmin_s_activity_file_asks_for(run: Run, steps: Decisions) -> None:
    found = messages_of(run_export.as_fit(run))
    start, stop = found["event_mesgs"]
    assert (start["event"], start["event_type"]) == ("timer", "start")
    assert (stop["event"], stop["event_type"]) == ("timer", "stop_all")
    (session,), (lap,), (activity,) = (found[f"{n}_mesgs"] for n in ("session", "lap", "activity"))
    records = found["record_mesgs"]
    assert session["start_time"] == records[0]["timestamp"] == start["timestamp"]
    assert session["start_time"].timestamp() == run.wall_s
    times = [record["timestamp"] for record in records]
    assert times == sorted(set(times)) and times[-1] <= session["timestamp"]
    assert session["timestamp"] == activity["timestamp"] == stop["timestamp"]
    length_s = steps.step_t_ms[-1] / 1000
    for one, event in ((session, "session"), (lap, "lap")):
        assert (one["event"], one["event_type"]) == (event, "stop")
        assert one["message_index"] == 0 and one["sport"] == "running"
        assert one["sub_sport"] == "generic" and one["total_distance"] == 0
        assert one["total_elapsed_time"] == one["total_timer_time"] == pytest.approx(length_s)
        cadence = one["avg_cadence"] + one["avg_fractional_cadence"]
        assert cadence == pytest.approx(steps.cadence_cspm.mean() / 200, abs=0.02)
        assert one["total_strides"] == len(steps.step_t_ms) // 2
        mean_deg = one["developer_fields"][1]
        assert mean_deg == pytest.approx(steps.stride_lean_cdeg.mean() / 100, abs=1e-3)
    assert (session["first_lap_index"], session["num_laps"]) == (0, 1)
    assert session["trigger"] == "activity_end" and lap["lap_trigger"] == "session_end"
    assert (activity["type"], activity["num_sessions"]) == ("manual", 1)
    assert (activity["event"], activity["event_type"]) == ("activity", "stop")
    assert activity["total_timer_time"] == pytest.approx(length_s)
    offset = datetime.fromtimestamp(run.wall_s).astimezone().utcoffset()
    local_s = activity["local_timestamp"] + 631_065_600
    assert offset is not None
    assert local_s == activity["timestamp"].timestamp() + offset.total_seconds()
    (device,) = found["device_info_mesgs"]
    assert device["device_index"] == "creator" and device["software_version"] == 0.1
    assert device["serial_number"] == found["file_id_mesgs"][0]["serial_number"] > 0


def test_fit_is_read_by_the_library_that_wrote_it(run: Run) -> None:
    assert len(FitFile.from_bytes(run_export.as_fit(run)).records) > 30


def test_a_break_has_no_records_but_the_one_that_says_so(run: Run, steps: Decisions) -> None:
    """Steps, a break of some 20 s, steps: what would be between is no running."""
    late = steps.step_t_ms + np.where(steps.step_t_ms > 15_000, 20_000, 0)
    data = fit_export.encode(run, steps.with_steps(t_ms=late), 1_760_000_000)
    records = messages_of(data)["record_mesgs"]
    seconds = [int((r["timestamp"] - records[0]["timestamp"]).total_seconds()) for r in records]
    (gap,) = [(a, b) for a, b in pairwise(seconds) if b - a > 1]
    assert gap[0] < 20 < gap[1]
    assert [r["cadence"] for r in records if r["cadence"] == 0] == [0]


def test_a_run_of_three_days_with_two_steps_makes_a_small_file(run: Run, steps: Decisions) -> None:
    first = np.arange(len(steps.step_t_ms)) < 2
    two = steps.part(first).with_steps(
        t_ms=np.array([1000, 1 << 28]), cadence_cspm=np.array([17_000, 65_535])
    )
    assert len(fit_export.encode(run, two, 1_760_000_000)) < 2000
    none = two.part(np.array([False, False]))
    assert messages_of(fit_export.encode(run, none, 1_760_000_000))["session_mesgs"]


def test_a_run_without_a_time_gets_no_date_of_ours(run: Run) -> None:
    undated = replace(run, wall_s=0)
    with pytest.raises(UndatedRun, match="--began"):
        run_export.as_fit(undated)
    given = messages_of(run_export.as_fit(undated, 1_770_000_000))
    assert given["session_mesgs"][0]["start_time"].timestamp() == 1_770_000_000
    assert json.loads(run_export.as_json(undated))["began_s"] == 0
    assert json.loads(run_export.as_json(undated, 1_770_000_000))["began_s"] == 1_770_000_000


def test_without_the_library_the_way_out_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "leancue.export.fit_export", None)
    monkeypatch.delattr(export, "fit_export")
    with pytest.raises(InstallError, match=r"pip install 'leancue\[export\]'"):
        run_export.as_fit(run)


@pytest.mark.parametrize("kind", ["csv", "json", "fit"])
def test_the_command_writes_beside_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    file = tmp_path / "K-17_X_7.leanrun"
    file.write_bytes(b"".join(logged(runner(run_s=12))))
    monkeypatch.setattr(sys, "argv", ["leancue", "export", str(file), "--format", kind])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert not stopped.value.code
    assert (tmp_path / f"K-17_X_7.{kind}").stat().st_size > 300


def typed(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["leancue", "export", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


@pytest.mark.parametrize("kind", ["csv", "json", "fit"])
def test_a_part_of_a_run_is_written_and_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    file, out = tmp_path / "r.leanrun", tmp_path / f"r.{kind}"
    whole = logged(runner(run_s=12))
    file.write_bytes(b"".join(whole)[: 3 * pages.PAGE_BYTES + 900])
    assert typed(monkeypatch, file, "--format", kind) == 30
    said = capsys.readouterr().err
    assert "cut short after 900" in said and "contains only part of the run" in said
    assert out.stat().st_size > 300
    file.write_bytes(b"".join(whole[:2] + whole[3:]))
    assert typed(monkeypatch, file, "--format", kind) == 30
    assert "page 2 missing" in capsys.readouterr().err
    file.write_bytes(b"".join(whole[:3]))  # as a power cut leaves it: all there is
    assert typed(monkeypatch, file, "--format", kind) == 0
    assert "not completed" in capsys.readouterr().err


def test_the_date_of_an_undated_run_is_given_by_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = logged(runner(run_s=12))
    file, out = tmp_path / "r.leanrun", tmp_path / "r.fit"
    undated = [with_json(made[0], records.INFO, wall_s=0), *made[1:]]
    file.write_bytes(b"".join(with_header(page, wall_s=0) for page in undated))
    fit = (file, "--format", "fit")
    assert typed(monkeypatch, *fit) == UndatedRun.exit_code
    assert not out.exists() and "--began" in capsys.readouterr().err
    assert typed(monkeypatch, *fit, "--began", "1985-01-01 00:00") == 2
    assert typed(monkeypatch, *fit, "--began", "9999-12-31 23:59") == 2
    assert typed(monkeypatch, *fit, "--began", "2026-11-03 14:05") == 0
    started = messages_of(out.read_bytes())["session_mesgs"][0]["start_time"]
    assert started == datetime(2026, 11, 3, 14, 5).astimezone()
    file.write_bytes(b"".join(made))
    assert typed(monkeypatch, *fit, "--began", "2026-11-03 14:05") == 2
    assert "to its log" in capsys.readouterr().err


MARKS = (
    Mark(5_200, "faster", 3_000),
    Mark(9_000, '=a "quoted" word', None, 30),
)


def test_marks_stand_in_the_csv(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run_export.as_csv(run, 0, MARKS).decode())))
    said = [(float(row["t_s"]), row["mark"]) for row in rows if row["mark"]]
    assert [words for _t_s, words in said] == ["faster", """'=a "quoted" word"""]
    assert [5.2 <= said[0][0] < 5.7, 9.0 <= said[1][0] < 9.5] == [True, True]
    for row in rows:
        assert row["speed_mps"] == ("3" if float(row["t_s"]) >= 5.2 else "")
        assert row["incline_percent"] == ("3" if float(row["t_s"]) >= 9 else "")
    assert "mark" not in run_export.as_csv(run).decode().splitlines()[0]


def test_marks_stand_in_the_fit_file_as_garmin_reads_it(run: Run) -> None:
    found = messages_of(run_export.as_fit(run, 0, MARKS))
    markers = [one for one in found["event_mesgs"] if one["event"] == "user_marker"]
    assert [one["event_type"] for one in markers] == ["marker", "marker"]
    words = [next(iter(one["developer_fields"].values())) for one in markers]
    assert words == ["faster", '=a "quoted" word']
    began = found["event_mesgs"][0]["timestamp"]
    assert [(one["timestamp"] - began).total_seconds() for one in markers] == [5, 9]
    speeds = {record.get("enhanced_speed") for record in found["record_mesgs"]}
    assert {None, 3.0} <= speeds


def test_marks_stand_in_the_json(run: Run) -> None:
    whole = json.loads(run_export.as_json(run, 0, MARKS))
    assert whole["marks"][0] == {
        "t_s": 5.2, "words": "faster", "speed_mps": 3.0, "incline_percent": None
    }  # fmt: skip


def test_the_command_line_writes_what_was_marked_in_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANCUE_LIBRARY", str(tmp_path / "library"))
    with Library(tmp_path / "library") as library:
        library.patients.add("K-014")
        (filing,) = library.file_run(b"".join(logged(runner(run_s=20))))
        library.marks.put(filing.run.id, 5000, "incline 3 %", None, 30)
    for kind, begin in (("csv", b"t_s,"), ("fit", b".FIT"), ("json", b"{")):
        out = tmp_path / f"run.{kind}"
        command.export(number=filing.run.id, kind=kind, out=out)
        data = out.read_bytes()
        assert begin in data[:16] and b"incline 3 %" in data
