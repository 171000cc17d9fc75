"""Runs for other programs: what they read is what the clip decided."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import fitdecode
import numpy as np
import pytest
from host_runs import logged, runner
from leancue import cli, export
from leancue.decisions import Decisions
from leancue.errors import InstallError
from leancue.runlog import Run, runs_of


@pytest.fixture(scope="module")
def run() -> Run:
    (one,) = runs_of(b"".join(logged(runner(), patient="K-17", baseline_cdeg=620)))
    return one


@pytest.fixture(scope="module")
def steps(run: Run) -> Decisions:
    found = export.steps_of(run)
    assert len(found.step_t_ms) > 50
    return found


def test_csv_has_a_row_for_each_step(run: Run, steps: Decisions) -> None:
    rows = list(csv.DictReader(io.StringIO(export.as_csv(run).decode())))
    assert len(rows) == len(steps.step_t_ms)
    assert [round(float(row["lean_deg"]) * 100) for row in rows] == steps.stride_cdeg.tolist()
    assert [round(float(row["t_s"]) * 1000) for row in rows] == steps.step_t_ms.tolist()
    assert {row["judged"] for row in rows} == {"0", "1"}


def test_json_says_all(run: Run, steps: Decisions) -> None:
    whole = json.loads(export.as_json(run))
    assert whole["patient"] == "K-17"
    assert len(whole["steps"]) == len(steps.step_t_ms)
    assert len(whole["cues"]) == len(steps.cues)


def test_fit_is_read_by_another_decoder(run: Run, steps: Decisions) -> None:
    """fitdecode checks the CRC and knows the developer field by its description alone."""
    records = []
    kinds = set()
    with fitdecode.FitReader(
        io.BytesIO(export.as_fit(run)), check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.RAISE,
    ) as reader:  # fmt: skip
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                kinds.add(frame.name)
                if frame.name == "record":
                    records.append(frame)
    assert {"file_id", "session", "lap", "activity", "field_description"} <= kinds
    length_s = int(steps.step_t_ms[-1]) // 1000
    assert abs(len(records) - length_s) <= 2
    leans = [r for r in records if r.has_field("lean")]
    assert len(leans) > 20
    began = records[0].get_value("timestamp")
    for record in leans:
        t_ms = (record.get_value("timestamp") - began).total_seconds() * 1000
        index = int(np.searchsorted(steps.step_t_ms, t_ms, side="right")) - 1
        assert record.get_value("lean") == pytest.approx(steps.stride_cdeg[index] / 100, abs=1e-4)
        assert record.get_field("lean").units == "deg"
        strides = record.get_value("cadence") + record.get_value("fractional_cadence")
        assert strides == pytest.approx(steps.cadence_cspm[index] / 200, abs=0.01)


def test_without_the_library_the_way_out_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "leancue.export_fit", None)
    import leancue

    monkeypatch.delattr(leancue, "export_fit", raising=False)
    with pytest.raises(InstallError, match=r"pip install 'leancue\[export\]'"):
        export.as_fit(run)


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
