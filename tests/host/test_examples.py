"""The examples run as their README says, and the API gives what the files give."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from host_runs import csv_text, logged, runner
from leancore.coaching import prescription as prescriptions
from leancore.schema import settings
from leancue import api
from leancue.recordings import replay as replays

from tools.site import notebook

EXAMPLES = Path(__file__).resolve().parents[2] / "host" / "examples"
PRESCRIPTION = 'patient = "K-014"\nbaseline_deg = 6.0\n'


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("examples")
    made = {name: folder / name for name in ("RECORDING.csv", "PRESCRIPTION.toml", "FILE.leanrun")}
    made["RECORDING.csv"].write_text(csv_text(runner(run_s=90, drop_deg=9)))
    made["PRESCRIPTION.toml"].write_text(PRESCRIPTION)
    made["FILE.leanrun"].write_bytes(b"".join(logged(runner(run_s=90, drop_deg=9), raw=1)))
    return made


def run(name: str, *files: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_replay_a_recording(files: dict[str, Path]) -> None:
    lines = run("replay_recording.py", files["RECORDING.csv"])
    assert re.fullmatch(r"2\d\d running steps in 100 s", lines[0])
    assert re.fullmatch(r"mean lean (9|10)\.\d° at 168 steps/min", lines[1])
    source = (EXAMPLES / "replay_recording.py").read_text().splitlines()
    assert len([line for line in source if line]) <= 11


def test_read_a_run(files: dict[str, Path]) -> None:
    lines = run("read_run.py", files["FILE.leanrun"])
    assert re.fullmatch(r"Run 7 of K-014: 2\d\d steps, \d+ cues", lines[0])
    assert re.fullmatch(r"  minute 1: lean 1\d\.\d° at 168 steps/min", lines[1])
    assert re.fullmatch(r"  raw samples: \d+, largest force 2\d m/s²", lines[-1])


@pytest.mark.parametrize("named", [("RECORDING.csv", "PRESCRIPTION.toml"), ("FILE.leanrun",)])
def test_another_coach(files: dict[str, Path], named: tuple[str, ...]) -> None:
    lines = run("other_coach.py", *(files[name] for name in named))
    own, half = (int(re.search(r": (\d+) cues", line)[1]) for line in lines)  # type: ignore[index]
    assert own > 2 and half == (own + 1) // 2


def test_the_notebook_runs_and_is_kept_without_outputs() -> None:
    pytest.importorskip("pandas", reason="the notebook needs pandas")
    path = EXAMPLES / "other_bands.ipynb"
    assert notebook.outputs(path) == []
    cells = notebook.executed(path)
    printed = "".join(cell.printed for cell in cells)
    assert "20 running steps in 21 s" in printed
    rows = re.findall(r"^ +(\d\.0) +(\d\.\d\d) +(\d)$", printed, re.MULTILINE)
    assert [row[0] for row in rows] == [f"{low}.0" for low in range(3, 10)]
    shares, cues = [float(row[1]) for row in rows], [int(row[2]) for row in rows]
    assert shares[1] == max(shares) == 1 and shares[-1] == 0  # 4 to 7°: where the runner is
    assert cues[1] == 0 < cues[-1]
    (figure,) = (figure for cell in cells for figure in cell.figures)
    assert figure.count("<svg") == 1


def test_the_readme_names_every_example() -> None:
    named = set(re.findall(r"`(\w+\.(?:py|ipynb))`", (EXAMPLES / "README.md").read_text()))
    assert named == {path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".ipynb")}


def test_the_api_gives_what_the_files_give(files: dict[str, Path], tmp_path: Path) -> None:
    recording = api.read_recording(files["RECORDING.csv"])
    got = api.replay(recording, files["PRESCRIPTION.toml"])
    values = prescriptions.checked({"patient": "K-014", "baseline_cdeg": 600})
    replays.write_replay(replays.replay(recording, values, settings.checked({})), tmp_path)
    for name, columns in (("steps", got.steps), ("samples", got.samples), ("cues", got.cues)):
        with (tmp_path / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == len(columns.t_s) > 0
        for field in set(rows[0]) - {"kind", "activity"}:
            written = np.array([float(row[field]) for row in rows])
            assert np.allclose(written, getattr(columns, field), atol=0.006, equal_nan=True), field
    assert got.summary["steps"] == len(got.steps.t_s) and got.noticed == ()


def test_a_run_and_the_replay_of_its_signals_agree(files: dict[str, Path]) -> None:
    (found,) = api.read_runs(files["FILE.leanrun"])
    assert found.patient == "K-014" and found.began_s and not found.lacks
    assert len(found.steps.t_s) > 200 and set(found.cues.kind) == {"lean_more"}
    assert np.allclose(
        found.raw.qw**2 + found.raw.qx**2 + found.raw.qy**2 + found.raw.qz**2, 1, atol=1e-3
    )


def test_a_run_judged_anew_is_that_of_the_day_or_as_changed(files: dict[str, Path]) -> None:
    (day,) = api.read_runs(files["FILE.leanrun"])
    again = api.rejudge(files["FILE.leanrun"], day.run_id)
    for table in ("steps", "cues"):
        for one, other in zip(getattr(day, table), getattr(again, table), strict=True):
            assert np.array_equal(one, other)
    lower = api.rejudge(files["FILE.leanrun"], changes={"offset_low_deg": -3})
    assert "lean_more" not in lower.cues.kind
    assert lower.steps.in_band.sum() > day.steps.in_band.sum()
    rarer = api.rejudge(files["FILE.leanrun"], changes={"refractory_ms": 20000})
    assert 0 < len(rarer.cues.t_s) < len(day.cues.t_s)
    with pytest.raises(api.LeanCueError, match="not contain run 99"):
        api.rejudge(files["FILE.leanrun"], 99)
    with pytest.raises(api.LeanCueError, match="Did you mean"):
        api.rejudge(files["FILE.leanrun"], changes={"offset_lo_deg": 1})
    with pytest.raises(api.LeanCueError, match="cap"):
        api.rejudge(files["FILE.leanrun"], changes={"cap_offset_deg": 9})


def test_what_the_api_refuses(files: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(api.LeanCueError, match="Cannot read"):
        api.read_recording(tmp_path / "none.csv")
    recording = api.read_recording(files["RECORDING.csv"])
    with pytest.raises(api.LeanCueError, match="outside the recording"):
        api.replay(recording, stand=(500, 503))
    with pytest.raises(api.LeanCueError, match="Did you mean `warmup_ms`"):
        api.replay(recording, settings={"warm_up_ms": 2000})
    with pytest.raises(api.LeanCueError, match="out of range"):
        api.replay(recording, settings={"warmup_ms": 1})
    with pytest.raises(api.LeanCueError, match="finer than the clip can store"):
        api.replay(recording, {"baseline_deg": 6.001})
    with pytest.raises(api.LeanCueError, match="did you mean offset_low_deg"):
        api.replay(recording, {"offset_lo_deg": 6})


def test_a_prescription_by_name_is_the_one_of_a_file(files: dict[str, Path]) -> None:
    recording = api.read_recording(files["RECORDING.csv"])
    asked = {"patient": "K-014", "baseline_deg": np.float64(6.1), "offset_low_deg": np.int64(6),
             "plan": {"minutes": [15, 20], "feedback_shares": (1, 0.5)}}  # fmt: skip
    got = api.replay(recording, asked, session=1).summary
    assert got["band"]["low_deg"] == 12.1 and got["prescription"]["minutes"] == [15, 20]


def test_whose_orientation(files: dict[str, Path]) -> None:
    recording = api.read_recording(files["RECORDING.csv"])
    own = api.replay(recording, orientation="own")
    chip = api.replay(recording, orientation="chip")
    assert len(own.steps.t_s) == pytest.approx(len(chip.steps.t_s), abs=3)
    assert not np.array_equal(own.samples.lean_deg, chip.samples.lean_deg)


def test_every_name_of_the_api_is_there_and_documented() -> None:
    for name in api.__all__:
        assert getattr(api, name) is not None
        assert name == "CUES" or getattr(api, name).__doc__, name


def test_a_type_checker_sees_the_api(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from leancue import api\n"
        'reveal_type(api.replay(api.read_recording("run.csv")).steps.lean_deg)\n'
        'api.replay(api.read_recording("run.csv"), settings={"warmup_ms": "2000"})\n'
    )
    options = ("--config-file", "/dev/null", "--follow-imports", "silent")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "mine.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "numpy.ndarray" in done.stdout and "float64" in done.stdout, done.stdout
    assert "entry 0 has incompatible type" in done.stdout and done.stdout.count("error:") == 1
