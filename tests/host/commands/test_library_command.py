"""The library on the command line: patients, inbox, export, erasing, a pull that is filed."""

import json
import sys
import zipfile

import pytest
from host_runs import logged, runner
from leancue import cli
from leancue.basis.errors import PatientError, RunQuestioned


@pytest.fixture(autouse=True)
def _library_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("LEANCUE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.delenv("LEANCUE_DEVICE", raising=False)


@pytest.fixture
def leancue(monkeypatch, capsys):
    def run(*arguments, code=0):
        monkeypatch.setattr(sys, "argv", ["leancue", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        assert (stopped.value.code or 0) == code, said.err
        return said.out if code == 0 else said.err

    return run


@pytest.fixture
def run_file(tmp_path):
    path = tmp_path / "K-014_clip_7.leanrun"
    path.write_bytes(b"".join(logged(runner(14))))
    return path


def test_no_summary_is_cut_short(leancue):
    assert "..." not in leancue("library", "--help").partition("Commands:")[2]


def test_no_library_is_said_and_none_is_made_by_looking(leancue, tmp_path):
    for command in ("patients", "inbox", "runs", "check", "options"):
        said = leancue("library", command, code=60)
        assert "There is no library at" in said and "leancue library add CODE" in said
    assert list(tmp_path.iterdir()) == []


def test_a_new_library_is_said_once_and_an_empty_one_says_what_to_do_next(leancue, capsys):
    assert "retention_days = 5" in leancue("library", "options", "retention_days", 5)
    assert "leancue library add CODE" in leancue("library", "patients")
    assert leancue("library", "inbox") == "No runs are waiting.\n"


def test_a_patient_from_the_first_run_to_the_last(leancue, run_file, tmp_path):
    assert "in the inbox" in leancue("library", "file", run_file, code=RunQuestioned.exit_code)
    assert "K-014, who is not in the library" in leancue("library", "inbox")
    leancue("library", "add", "K-014")
    leancue("library", "move", 1, "--to", "K-014")
    assert leancue("library", "file", run_file).startswith("Already here")
    (row,) = json.loads(leancue("library", "runs", "K-014", "--json"))
    assert row["patient"] == "K-014" and row["summary"]["steps"] > 20
    assert "proved" in leancue("verify", leancue("library", "path", 1).strip())
    toml = tmp_path / "p.toml"
    toml.write_text('patient = "K-014"\nbaseline_deg = 6.2\n')
    leancue("library", "prescribe", "K-014", toml)
    assert "the first prescription" in leancue("library", "history", "K-014")
    assert "K-014    0 of 8" in leancue("library", "patients")
    out = tmp_path / "all.zip"
    leancue("export", "--patient", "K-014", "--out", out)
    with zipfile.ZipFile(out) as archive:
        assert "patient.json" in archive.namelist()
    said = leancue("erase", "--patient", "K-014", code=2)
    assert "1 run" in said and "leancue erase --patient K-014 --yes" in said
    leancue("erase", "--patient", "K-014", "--yes")
    assert "no patient" in leancue("library", "runs", "K-014", code=PatientError.exit_code)


def test_backup_damage_restore(leancue, tmp_path):
    leancue("library", "example")
    made = leancue("library", "backup", tmp_path / "backups").splitlines()[0]
    folder = made.removeprefix("The backup is at ")
    for path in (tmp_path / "library").glob("library.db*"):
        path.unlink()
    (tmp_path / "library" / "library.db").write_text("spoilt" * 1000)
    assert "leancue library restore" in leancue("library", "check", code=60)
    leancue("library", "restore", folder, code=2)
    leancue("library", "restore", folder, "--yes")
    assert leancue("library", "check").endswith("is OK.\n")
    assert leancue("library", "patients").startswith("1 patient.")
    assert "before" in leancue("erase", "--patient", "EXAMPLE", code=2)  # the copy put aside
    leancue("library", "example", "--remove")
    assert leancue("library", "patients").startswith("The library has no patients")


def test_options_and_archive(leancue):
    leancue("library", "add", "K-015")
    leancue("library", "archive", "K-015")
    assert "retention_days = 0" in leancue("library", "options")
    assert "retention_days = 30" in leancue("library", "options", "retention_days", 30)
    assert leancue("library", "tidy").startswith("Raw samples of 0 runs")
    leancue("library", "add", "K-014")
    leancue("library", "archive", "K-014")
    assert leancue("library", "patients").startswith("The library has no patients")
    leancue("library", "archive", "K-014", "--undo")
    assert leancue("library", "patients").startswith("1 patient")


def test_raw_samples_past_their_time_go_when_runs_come_in(leancue, run_file):
    leancue("library", "options", "retention_days", 30)
    leancue("library", "add", "K-014")
    leancue("library", "file", run_file)
    (row,) = json.loads(leancue("library", "runs", "K-014", "--json"))
    assert row["raw_erased_s"] and "0 differing bytes" in row["proof"]


def test_export_wants_a_run_or_a_patient(leancue, run_file):
    assert "Name a pulled run" in leancue("export", code=2)
    assert "Name a pulled run" in leancue("export", run_file, "--patient", "K-014", code=2)


def test_a_pull_that_is_filed(leancue, tmp_path):
    """The simulated clip has no prescription yet, so its run is kept, but not filed by guessing."""
    leancue("library", "add", "K-014")
    pull = ("runs", "pull", "--patient", "K-014", "--to", tmp_path / "runs", "--device")
    said = leancue(*pull, f"sim:short,run,seed=1,folder={tmp_path}", code=RunQuestioned.exit_code)
    assert "names no patient" in said
    leancue("library", "move", 1, "--to", "K-014")
    (row,) = json.loads(leancue(*pull, f"sim:short,folder={tmp_path}", "--json"))
    assert row["filed"] == "already" and not row["new"]


def test_what_is_known_of_a_patient_is_shown_and_added_to(leancue):
    leancue("library", "example")
    said = leancue("library", "show", "EXAMPLE")
    assert said.startswith("EXAMPLE: 7 of 8 sessions done, 1 missed.")
    assert "baseline" in said and "Feels natural by now" in said
    leancue("library", "pain", "EXAMPLE", 9)
    assert "Pain rose from" in leancue("library", "show", "EXAMPLE")
    leancue("library", "pain", "EXAMPLE", 11, code=60)
    assert "no session on" in leancue(
        "library", "pain", "EXAMPLE", 1, "--day", "1999-01-01", code=2
    )
    leancue("library", "note", "EXAMPLE", "new shoes")
    assert "new shoes" in leancue("library", "show", "EXAMPLE")


def test_a_prescription_that_is_sent_is_kept_and_says_whose_the_clip_is(leancue, tmp_path):
    toml = tmp_path / "p.toml"
    toml.write_text('patient = "K-014"\nbaseline_deg = 6.2\n')
    send = ("prescribe", "set", toml, "--library", "--device", "sim:short,seed=1")
    leancue(*send, code=PatientError.exit_code)
    leancue("library", "add", "K-014")
    leancue(*send)
    (made,) = json.loads(leancue("library", "history", "K-014", "--json"))
    assert made["sent_to"] == "51C0DE0000000001" and made["values"]["baseline_cdeg"] == 620
