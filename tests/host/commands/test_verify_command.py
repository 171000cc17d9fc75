"""`leancue verify` and `leancue demo`: what they say of a proof, and their exit codes."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from cli_rig import Run, typed
from host_runs import logged, runner
from leancore.runlog import records
from leancue import demo
from leancue.runs.verify import Verification
from leancue.transports import simulator_process
from logs_by_hand import records_in, with_header, with_records

PROVED, DIFFERS, NOT_PROVABLE = 0, 31, 30


@pytest.fixture
def leancue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return typed(monkeypatch, capsys)


@pytest.fixture(scope="module")
def written() -> list[bytes]:
    return logged(runner(run_s=6))


def without_cues_and_steps(page: bytes) -> bytes:
    kept = [one for one in records_in(page) if one[0] not in (records.STEP, records.CUE)]
    return with_records(page, kept)


def file_of(folder: Path, *made: bytes) -> Path:
    path = folder / "run.leanrun"
    path.write_bytes(b"".join(made))
    return path


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [(lambda page: page, PROVED, "Run 7: proved. "),
     (without_cues_and_steps, DIFFERS, "Run 7: not proved. "),
     (lambda page: with_header(page, raw_units=0), NOT_PROVABLE, "Run 7: not proved. Not prov")],
)  # fmt: skip
def test_a_proof_ends_in_its_own_exit_code(
    leancue: Run, written: list[bytes], tmp_path: Path, change, code: int, word: str
) -> None:
    path = file_of(tmp_path, *map(change, written))
    answer = leancue("verify", path)
    assert answer.code == code and answer.out.startswith(word)
    assert ("Run 7: " in answer.err) == (code == DIFFERS)
    answer = leancue("verify", path, "--json")
    (result,) = json.loads(answer.out)
    assert answer.code == code and result["proved"] == (code == PROVED)


def test_one_run_that_is_proved_proves_no_other(
    leancue: Run, written: list[bytes], tmp_path: Path
) -> None:
    bare = [with_header(page, raw_units=0, run_id=9) for page in written]
    answer = leancue("verify", file_of(tmp_path, *written, *bare))
    assert answer.code == NOT_PROVABLE
    assert "Run 7: proved" in answer.out and "Run 9: not proved" in answer.out


def test_of_a_damaged_file_nothing_is_proved(
    leancue: Run, written: list[bytes], tmp_path: Path
) -> None:
    answer = leancue("verify", file_of(tmp_path, *written, written[1][:900]))
    assert answer.code == NOT_PROVABLE and "is damaged" in answer.err and not answer.out


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [(Verification(7, records=40), PROVED, ""),
     (Verification(7, records=40, differing_bytes=3), DIFFERS, "Run 7: 40 records"),
     (Verification(7, why_not="no raw."), NOT_PROVABLE, "could not be proved: Not provable: no r")],
)  # fmt: skip
def test_a_demo_whose_run_is_not_proved_fails(
    leancue: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: Verification, code: int,
    said: str,
) -> None:  # fmt: skip
    result = demo.DemoResult(tmp_path / "1.leanrun", tmp_path / "report.html", found)
    monkeypatch.setattr(demo, "show", lambda *_: result)
    monkeypatch.setattr(simulator_process, "Simulator", lambda *_, **__: nullcontext())
    answer = leancue("demo", "--out", tmp_path)
    assert answer.code == code and said in answer.err
    assert ("The report is at" in answer.out) == (code == PROVED)


@pytest.mark.parametrize(
    ("found", "word"),
    [(Verification(7, records=2), "Proved: "),
     (Verification(7, records=2, differing_bytes=1), "NOT proved: "),
     (Verification(7, why_not="no raw."), "NOT proved: ")],
)  # fmt: skip
def test_a_demo_says_whether_its_run_was_proved(
    monkeypatch: pytest.MonkeyPatch, written: list[bytes], tmp_path: Path, found: Verification,
    word: str,
) -> None:  # fmt: skip
    steps: list[str] = []
    monkeypatch.setattr(demo, "verify", lambda _run: found)
    view = SimpleNamespace(step=steps.append)
    assert demo._prove_and_report(file_of(tmp_path, *written), view, tmp_path) == found
    assert steps[0].startswith(word) and str(found) in steps[0]
