"""Cohorts: a pseudonymous data set with its schema; reanalysed runs, here and on a cluster."""

import json
import sys

import pytest
from host_runs import logged, runner
from leancore import pipeline
from leancue import cli
from leancue.basis.errors import CohortError, OutputError, SettingsError
from leancue.library import Library
from leancue.runs.runlog import runs_of

pytest.importorskip("pyarrow", reason="the extra `cohort` is not installed")

import pyarrow.dataset as ds  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from leancue.cohort import dataset, dataset_schema, parallel_analysis, parameter_changes  # noqa: E402
from leancue.cohort.reanalysis import analyse  # noqa: E402

UID = "E6605838834F7A2B"
NOW_S = 1_760_100_000


@pytest.fixture(scope="module")
def log():
    commands = ((20, pipeline.IN_SHAKE, 500), (45, pipeline.IN_CALIBRATE, 0))
    return b"".join(logged(runner(40, drop_deg=9, still_s=8), commands=commands))


@pytest.fixture(scope="module")
def library(tmp_path_factory, log):
    with Library(tmp_path_factory.mktemp("cohort") / "library", clock=lambda: NOW_S) as opened:
        for code in ("K-014", "K-015"):
            opened.patients.add(code)
            opened.notes.add(code, "slept badly")
        opened.file_run(log)
        for i, lean_deg in enumerate((11, 13, 15)):
            made = logged(runner(16, lean_deg), run_id=20 + i, patient="K-015")
            opened.runs.move(opened.file_run(b"".join(made))[0].run.id, "K-015")
        opened.add_example()
        yield opened


def test_without_changes_the_decisions_are_those_of_the_day(log):
    found = analyse(log, parameter_changes.Changes())
    assert found.same and not found.why_not and found.before == found.after
    assert found.before.cues["lean_more"] > 0


@pytest.mark.parametrize("cut", [slice(0, -1), slice(0, -3)])
def test_a_log_that_was_cut_is_the_same_as_far_as_it_goes(log, cut):
    pages = [log[at : at + 4096] for at in range(0, len(log), 4096)]
    assert analyse(b"".join(pages[cut]), parameter_changes.Changes()).same
    assert analyse(b"".join(pages[:5] + pages[6:]), parameter_changes.Changes()).same


def test_a_changed_band_changes_what_is_in_it_and_which_cues_there_would_be(log):
    lower = analyse(log, parameter_changes.read(["offset_low_deg=-3"]))
    assert not lower.same and lower.after.low_deg == 3.0 and lower.before.low_deg == 13.0
    assert lower.after.in_band > lower.before.in_band
    assert lower.after.cues["lean_more"] == 0 < lower.before.cues["lean_more"]
    rarer = analyse(log, parameter_changes.read(["refractory_ms=20000"]))
    assert rarer.after.cues["lean_more"] < lower.before.cues["lean_more"]
    assert rarer.after.mean_lean_deg == rarer.before.mean_lean_deg


def test_another_orientation_gives_nearly_the_same_lean(log):
    found = analyse(log, parameter_changes.read([], "chip"))
    assert found.after.mean_lean_deg == pytest.approx(found.before.mean_lean_deg, abs=1.0)


def test_what_cannot_be_analysed_says_why(log):
    assert (
        "raw samples"
        in analyse(b"".join(logged(runner(14), raw=0)), parameter_changes.Changes()).why_not
    )
    assert "cap" in analyse(log, parameter_changes.read(["cap_offset_deg=9"])).why_not
    assert analyse(b"rubbish" * 1000, parameter_changes.Changes()).why_not
    assert analyse(log[4096:], parameter_changes.Changes()).why_not


@pytest.mark.parametrize(
    "pair",
    ["offset_low=7", "offset_low_deg", "offset_low_deg=x", "offset_low_deg=700", "gain=1.00001",
     "refractory_ms=1", "refractory_ms=2000.5", "", "offset_low_deg=nan"],
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused(pair):
    with pytest.raises(SettingsError):
        parameter_changes.read([pair])
    with pytest.raises(SettingsError):
        parameter_changes.read([], "sideways")


def test_the_data_set_holds_every_run_and_names_nobody(library, tmp_path):
    cohort = dataset.Cohort(library)
    out = dataset.write(cohort, tmp_path / "set", raw=True)
    runs = ds.dataset(out / "runs", partitioning="hive").to_table().to_pylist()
    assert [row["run"] for row in sorted(runs, key=lambda row: row["run"])] == [0, 1, 2, 3]
    assert len({row["patient"] for row in runs}) == 2
    assert {row["baseline_deg"] for row in runs} == {6.0} and {row["day"] for row in runs} == {0}
    for member in cohort.members:
        folder = f"patient={member.patient}"
        run = runs_of(library.runs.data(member.row.id))[0]
        for name, count in (("steps", member.row.summary.steps), ("samples", len(run.raw))):
            table = pq.read_table(out / name / folder / "part-0.parquet", partitioning=None)
            mine = [n for n in table["run"].to_pylist() if n == member.number]
            assert len(mine) == count
    for path in out.rglob("*"):
        if path.is_file():
            data = path.read_bytes() + str(path).encode()
            for word in (b"K-014", b"K-015", UID.encode(), b"slept", b"EXAMPLE"):
                assert word not in data, path


def test_the_schema_is_written_in_the_files_and_in_words(library, tmp_path):
    out = dataset.write(dataset.Cohort(library), tmp_path / "set", raw=True)
    words = (out / "README.md").read_text()
    for name in ("runs", "steps", "cues", "samples"):
        file = next((out / name).rglob("*.parquet"))
        found = pq.read_schema(file)
        wanted = [column for column in dataset_schema.TABLES[name] if column.name != "patient"]
        assert found.names == [column.name for column in wanted]
        for column in wanted:
            assert f"| {column.name} | {column.type} | {column.unit} |" in words
            assert found.field(column.name).metadata[b"unit"].decode() == column.unit
    with pytest.raises(OutputError):
        dataset.write(dataset.Cohort(library), out)


def test_pseudonyms_can_be_linked_only_with_the_key(library):
    def names(key):
        return [member.patient for member in dataset.Cohort(library, key).members]

    assert names(b"k" * 32) == names(b"k" * 32) != names(b"j" * 32)
    assert names(b"") != names(b"")


def test_one_process_two_processes_and_a_cluster_give_the_same(library, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra `cohort` is not installed")
    cohort = dataset.Cohort(library, b"k" * 32)
    asked = parameter_changes.read(["offset_low_deg=5"], "own")
    alone = parallel_analysis.locally(cohort.paths(), asked, workers=1)
    assert parallel_analysis.locally(cohort.paths(), asked, workers=2) == alone
    seen = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path
    ) as cluster:
        there = parallel_analysis.on_cluster(
            cohort.paths(), asked, cluster.scheduler_address, lambda *done: seen.append(done)
        )
    assert there == alone and seen[-1] == (4, 4)
    assert [found.why_not for found in alone] == [""] * 4
    one = dataset.write(cohort, tmp_path / "one", changes=asked, analyses=alone)
    two = dataset.write(cohort, tmp_path / "two", changes=asked, analyses=there)
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert any(str(path).startswith("analysis") for path in files)
    for path in files:
        assert (one / path).read_bytes() == (two / path).read_bytes()


def test_a_scheduler_that_is_not_there_is_said(monkeypatch):
    pytest.importorskip("distributed", reason="the extra `cohort` is not installed")
    monkeypatch.setattr(parallel_analysis, "_CONNECT_S", 1)
    with pytest.raises(CohortError, match="No scheduler"):
        parallel_analysis.on_cluster([], parameter_changes.Changes(), "tcp://127.0.0.1:9")


def test_a_lost_file_is_said_and_the_others_go_on(library, tmp_path):
    paths = [tmp_path / "lost", dataset.Cohort(library).paths()[0]]
    found = parallel_analysis.locally(paths, parameter_changes.Changes(), workers=1)
    assert "cannot be read" in found[0].why_not and found[1].same


def test_the_command(library, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LEANCUE_LIBRARY", str(library.place.folder))
    out, key = tmp_path / "set", tmp_path / "key"
    command = ["leancue", "cohort", str(out), "--set", "offset_low_deg=5", "--workers", "1"]
    monkeypatch.setattr(sys, "argv", [*command, "--key", str(key)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert not stopped.value.code
    said = capsys.readouterr().out
    assert said.startswith("4 runs of 2 patients are in") and "4 runs analysed anew" in said
    facts = json.loads((out / "dataset.json").read_text())
    assert facts["runs"] == 4 and facts["changes"] == "offset_low_cdeg = 500"
    assert key.stat().st_mode & 0o077 == 0 and len(bytes.fromhex(key.read_text())) == 32
    row = ds.dataset(out / "analysis", partitioning="hive").to_table().to_pylist()[0]
    assert row["low_deg_after"] == 11.0 and row["low_deg_before"] == 13.0
