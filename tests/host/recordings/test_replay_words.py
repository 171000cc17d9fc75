"""The screen output of a replay, besides the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from host_runs import csv_text, runner
from leancue import cli
from leancue.recordings import recording
from leancue.recordings.stand_check import doubt
from made_content import made, wrong

Said = pytest.CaptureFixture[str]


def leancue(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["leancue", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return stopped.value.code if isinstance(stopped.value.code, int) else 0


def replayed(
    monkeypatch: pytest.MonkeyPatch, said: Said, folder: Path, text: str, *more: str
) -> tuple[int, str, str]:
    file = folder / "r.csv"
    file.write_text(text, encoding="utf-8")
    code = leancue(monkeypatch, "replay", file, "--out", folder / "out", *more)
    out, err = said.readouterr()
    return code, out, err


def test_a_good_recording_is_answered_in_two_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    code, out, _err = replayed(monkeypatch, capsys, tmp_path, csv_text(runner(12)))
    assert code == 0 and len(out.splitlines()) == 2
    assert "running steps" in out.splitlines()[0] and "summary.json" in out.splitlines()[1]


def test_a_contradiction_is_refused_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    content = wrong(made("session"), "g", "°/s")
    rows = np.column_stack([content.t_s, content.q, content.a, content.g]).tolist()  # type: ignore[list-item]
    lines = [",".join(f"{value:.7g}" for value in row) for row in rows]
    text = "\n".join(["t_s,qw,qx,qy,qz,ax,ay,az,gx,gy,gz", *lines])
    code, out, err = replayed(monkeypatch, capsys, tmp_path, text)
    assert code == 10 and out == "" and err.count("\n") == 1
    assert "ax, ay, az are in g; gx, gy, gz are in °/s" in err
    assert not (tmp_path / "out").exists()


def test_own_orientation_needs_none(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    lines = [line.split(",") for line in csv_text(runner(12)).splitlines()]
    text = "\n".join(",".join([line[0], *line[5:]]) for line in lines)
    code, _out, err = replayed(monkeypatch, capsys, tmp_path, text)
    assert code == 10 and "--orientation own" in err
    code, out, _err = replayed(monkeypatch, capsys, tmp_path, text, "--orientation", "own")
    assert code == 0 and "32 running steps" in out
    assert json.loads((tmp_path / "out/summary.json").read_text())["faults"] == []


def test_what_the_clip_would_notice_stands_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    made_run = runner(20)
    a = made_run.a.copy()
    a[1500:1503, 1] = 20090
    q = made_run.q.copy()
    q[100:105] = 0
    text = csv_text(replace(made_run, a=a, q=q))
    code, out, _err = replayed(monkeypatch, capsys, tmp_path, text)
    assert code == 0
    assert "3 samples (0.1 %) reached the end of the sensor's range" in out
    assert "The clip would notice (orientation_refused):" in out and "(5 times)" in out


def test_a_moved_clip_stands_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    """Turned by 12° to the side in the middle of the run."""
    made_run = runner(60)
    half = np.radians(12) / 2 * np.clip((np.arange(len(made_run)) - 3500) / 20, 0, 1)
    turn = np.stack([np.cos(half), np.zeros_like(half), np.zeros_like(half), np.sin(half)], axis=1)
    from leancue.recordings.plausibility.content import product, to_earth

    back = turn * np.array([1, -1, -1, -1])
    rate = np.zeros((len(half), 3))
    rate[:, 2] = 2 * np.gradient(half, 0.01) * 512
    moved = replace(
        made_run, q=np.rint(product(made_run.q, turn)), a=np.rint(to_earth(back, made_run.a)),
        g=np.rint(to_earth(back, made_run.g) + rate),
    )  # fmt: skip
    code, out, _err = replayed(monkeypatch, capsys, tmp_path, csv_text(moved))
    assert code == 0 and "The clip would notice (clip_moved): The clip's position changed" in out


def test_a_run_that_lies_far_off_its_stand_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    made_run = runner(12)
    bowed = (made_run.t_ms > 4900) & (made_run.t_ms < 7100)  # held for the stand
    i = int(np.flatnonzero(bowed)[len(np.flatnonzero(bowed)) // 2])
    q, a, g = made_run.q.copy(), made_run.a.copy(), made_run.g.copy()
    q[bowed], a[bowed], g[bowed] = q[i], a[i], 0
    text = csv_text(replace(made_run, q=q, a=a, g=g))
    code, out, _err = replayed(monkeypatch, capsys, tmp_path, text, "--stand", "5:7")
    assert code == 0 and "Perhaps the stand was not upright" in out
    assert "Type `--stand T0:T1`" in out


@pytest.mark.parametrize(
    ("lean_deg", "from_stand", "told"),
    [(None, True, False), (-9.9, True, False), (-10.1, True, True), (30.1, True, True),
     (29.9, True, False), (-40.0, False, False)],
)  # fmt: skip
def test_the_lean_that_no_stand_gives(
    lean_deg: float | None, from_stand: bool, told: bool
) -> None:  # fmt: skip
    assert bool(doubt(lean_deg, from_stand)) is told


def test_for_programs_it_is_in_the_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    text = csv_text(runner(12)).replace("gx,gy,gz", "vx,vy,vz")
    _code, out, _err = replayed(monkeypatch, capsys, tmp_path, text, "--json")
    answer = json.loads(out)
    assert answer["steps"] > 20 and "there is no gyroscope" in answer["noticed"][0]


def test_as_csv_reads_as_the_same(tmp_path: Path) -> None:
    made_run = runner(3)
    (tmp_path / "r.csv").write_text(recording.as_csv(made_run))
    got = recording.read(tmp_path / "r.csv")
    for name in ("t_ms", "q", "a", "g"):
        assert np.array_equal(getattr(got, name), getattr(made_run, name)), name


def test_the_demo_refuses_it_too(
    monkeypatch: pytest.MonkeyPatch, capsys: Said, tmp_path: Path
) -> None:
    file = tmp_path / "r.csv"
    file.write_text(csv_text(replace(runner(12), g=runner(12).g * 57)))
    code = leancue(monkeypatch, "demo", "--recording", file, "--out", tmp_path / "out")
    assert code == 10 and "gx, gy, gz are in °/s" in capsys.readouterr().err
