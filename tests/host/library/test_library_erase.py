"""An erased patient leaves nothing behind: not in files, not in the bin, not in others' runs."""

import pytest
from leancue.basis.errors import LibraryError
from leancue.library import (
    Library,
    example_patient,
)
from leancue.runs.verify import verify
from library_rig import UID, all_bytes, log, traces


def test_an_erased_patient_leaves_nothing_behind(filled, pages):
    library, run = filled
    words = [
        "K-014", "slept badly", "Quill", run.log_sha256, '"baseline_cdeg":613',
        '"baseline_cdeg": 613', '"steps":',
    ]  # fmt: skip
    assert {word for _, word in traces(library, *words)} >= {"K-014", "slept badly", "Quill"}
    library.erase(library.erasure("K-014"))
    assert traces(library, *words) == []
    assert not any(pages[:4096] in data for data in all_bytes(library).values())
    assert not list(library.place.files.rglob("*.leanrun"))
    assert [p.code for p in library.patients.all()] == ["K-015"]
    assert library.devices.get(UID).patient is None and library.check() == []


def test_an_erased_patient_leaves_nothing_in_the_inbox_nor_in_others_runs(library, pages):
    library.devices._now_s = lambda: 1
    library.devices.give(UID, "K-015")
    waiting = library.file_run(pages)[0].run
    assert waiting.question == "other_owner"
    moved = library.file_run(log(run_id=8))[0].run
    library.runs.move(moved.id, "K-015")
    plan = library.erasure("K-014")
    assert any("1 run made under this code" in sentence for sentence in plan.words)
    library.erase(plan)
    assert traces(library, "K-014") == [] and not library.runs.inbox()
    kept = library.runs.log(moved.id)
    assert kept.patient == "xxxxx" and verify(kept).proved
    assert library.check() == []


def test_what_will_be_erased_is_said_first_and_must_still_be_so(filled):
    library, _ = filled
    plan = library.erasure("K-014")
    assert "1 prescription, 1 session, 1 run, 1 note" in plan.words[0]
    library.notes.add("K-014", "one more")
    with pytest.raises(LibraryError, match="Nothing was erased"):
        library.erase(plan)
    assert library.patients.has("K-014") and len(library.notes.of("K-014")) == 2


def test_erasing_names_the_backups_that_still_hold_the_patient(filled, tmp_path):
    library, _ = filled
    made = library.backup(tmp_path / "backups")
    assert any(str(made) in sentence for sentence in library.erasure("K-014").words)


def test_the_example_comes_and_goes_without_a_trace(library):
    library.add_example()
    chart = library.chart(example_patient.CODE)
    assert chart.patient.example and len(chart.runs) == 8 and not library.runs.inbox()
    assert [point.number for point in chart.points] == [-1, 0, 1, 2, 3, 4, 5, 6]
    shares = [p.in_band for p in chart.points if p.in_band is not None]
    assert shares[-1] > shares[0] + 0.15 and chart.points[-1].in_band_without_cues > 0.3
    assert chart.points[1].cues_per_min > 2 * chart.points[-1].cues_per_min
    assert chart.points[0].mean_lean_deg == pytest.approx(6.2, abs=0.3)
    library.remove_example()
    library.remove_example()
    assert traces(library, "EXAMPLE", example_patient.UID) == []
    assert library.devices.get(example_patient.UID) is None


def test_an_erased_patient_is_not_in_the_bin_either(filled):
    library, run = filled
    library.options.set("retention_days", 1)
    library.tidy()
    library.file_run(log(run_id=8)[: 3 * 4096])
    library.file_run(log(run_id=8))
    with pytest.raises(ZeroDivisionError), library._database.write() as db:
        library.runs._keep(db, log(run_id=9))
        raise ZeroDivisionError
    assert len(list(library.place.bin.iterdir())) == 2
    library.erase(library.erasure("K-014"))
    assert traces(library, "K-014") == [] and not list(library.place.bin.iterdir())


def test_an_erasure_that_was_killed_is_finished_on_opening(filled, monkeypatch):
    library, run = filled
    path = library.runs.path(run.id)
    monkeypatch.setattr(library._eraser, "_clear", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        library.erase(library.erasure("K-014"))
    assert path.exists()
    with Library(library.place.folder):
        assert not path.exists()
