"""The same input still gives the same bytes; ``python tools/golden.py`` shows differences."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import pytest

from tools import golden
from tools.expected import inputs, outputs
from tools.expected.cases import Replayed, cases
from tools.expected.compare import Results, differences

CASES = {case.name: case for case in cases()}
EXPECTED = golden.expected()
SMALL = "force_plate_00"


@pytest.mark.parametrize("name", CASES)
def test_all_is_as_before(name: str, tmp_path: Path) -> None:
    found = {name: CASES[name].results(tmp_path)}
    changed = list(differences({name: EXPECTED[name]}, found))
    assert not changed, "\n".join(["python tools/golden.py says:", *changed])


def test_every_case_has_its_own_name_and_nothing_else_is_golden() -> None:
    assert len(CASES) == len(list(cases()))
    assert set(EXPECTED) == set(CASES)


def test_every_excerpt_is_replayed_and_is_small() -> None:
    files = list(inputs.EXCERPTS.iterdir())
    samples = {path.stem for path in files if path.read_text().startswith("t_s,qw")}
    replayed = {case.recording for case in CASES.values() if isinstance(case, Replayed)}
    assert samples <= replayed
    assert sum(path.stat().st_size for path in files) < 2_000_000


def test_every_cue_and_the_faults_of_orientation_are_among_the_results() -> None:
    kinds, faults = set(), set()
    for found in EXPECTED.values():
        kinds |= {row.split(",")[1] for row in found.get("cues.csv", {"kept": ()})["kept"]}
        rows = found.get("summary.json", {"kept": ()})["kept"]
        faults |= {json.loads(row.split(": ")[1]) for row in rows if ".key: " in row}
    assert kinds == {"lean_more", "ease_off", "cap", "back_in"}
    assert faults >= {"clip_moved", "chip_frozen", "chip_silent", "chip_jumped", "gyro_saturated"}


def results(*rows: str, every: int = 1) -> Results:
    """One case with one table."""
    text = "\n".join(["t_s,lean_deg,activity", *rows]) + "\n"
    return {"walk": {"samples.csv": outputs.table(text, every)}}


def test_a_changed_row_is_shown_as_it_was_and_as_it_is() -> None:
    before = results("0.01,1.00,walk", "0.02,2.00,walk", "0.03,3.00,walk")
    now = results("0.01,1.00,walk", "0.02,2.50,walk", "0.03,3.00,walk", "0.04,3.00,walk")
    assert list(differences(before, before)) == []
    assert list(differences(before, now)) == [
        "walk, samples.csv: differs",
        "    rows: 3 before, 4 now",
        "    mean t_s: 0.020 before, 0.025 now",
        "    mean lean_deg: 2.000 before, 2.375 now",
        "    first differing row: 2",
        "      before: 0.02,2.00,walk",
        "      now:    0.02,2.50,walk",
    ]


def test_a_changed_row_that_is_not_kept_is_found_by_the_hash_of_its_block() -> None:
    rows = [f"0.0{i},1.00,walk" for i in range(8)]
    changed = [*rows[:6], "0.06,1.00,run", rows[7]]
    said = "\n".join(differences(results(*rows, every=4), results(*changed, every=4)))
    assert "one of 5 to 8" in said
    assert said.count(rows[4]) == 2  # with another hash


def test_a_longer_table_and_a_case_that_came_or_went_are_told() -> None:
    longer = results("0.01,1.00,walk"), results("0.01,1.00,walk", "0.02,1.00,walk")
    assert "      before: nothing" in list(differences(*longer))
    assert list(differences(longer[0], {})) == ["walk: is no case any more"]
    assert list(differences({}, longer[0])) == ["walk: is a new case"]
    gone: Results = {"walk": {}}
    assert list(differences(longer[0], gone)) == ["walk, samples.csv: is gone"]


def test_the_tool_says_what_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert golden.main(["--only", SMALL]) == 0
    assert "1 cases, 5 outputs: all as before" in capsys.readouterr().out
    other: Results = deepcopy(EXPECTED)
    steps = next(iter(case for name, case in other.items() if SMALL in name))["steps.csv"]
    steps["kept"][3] = "1.000,2.00,160.00,0,0"
    steps["sha256"] = "of other steps"
    monkeypatch.setattr(golden, "GOLDEN", tmp_path / "golden.json")
    golden.write(other)
    assert golden.main(["--only", SMALL]) == 1
    said = capsys.readouterr().out
    assert "first differing row: 4" in said and "before: 1.000,2.00,160.00,0,0" in said


def test_what_is_written_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "GOLDEN", tmp_path / "golden.json")
    assert golden.expected() == {}
    golden.write(EXPECTED)
    assert golden.expected() == EXPECTED


def test_one_bit_of_one_sample_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = inputs.text_of(SMALL)
    lines = text.splitlines()
    cells = lines[300].split(",")
    cells[6] = f"{float(cells[6]) + 1 / 256:.3f}"
    changed = "\n".join([*lines[:300], ",".join(cells), *lines[301:]]) + "\n"
    monkeypatch.setattr(inputs, "text_of", lambda name: changed)
    name = next(name for name in CASES if SMALL in name)
    said = list(differences({name: EXPECTED[name]}, {name: CASES[name].results(tmp_path)}))
    assert f"{name}, input: differs" in said


@pytest.mark.parametrize("fault", inputs.FAULTS)
def test_every_fault_changes_a_recording(fault: str) -> None:
    assert inputs.text_of(f"coached/{fault}") != inputs.text_of("coached")


def test_names_of_cases_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert golden.main(["--list"]) == 0
    assert capsys.readouterr().out.splitlines() == list(CASES)
