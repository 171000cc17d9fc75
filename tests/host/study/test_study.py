"""A study from its first day to its data set, with made runs whose share in the band is known."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from host_runs import logged, runner
from leancue import cli
from leancue.basis.errors import StudyError
from leancue.clip.client import Client
from leancue.library import Library
from leancue.runs.pull import pull
from leancue.study import outcomes, steps, study_file
from leancue.study.allocation import CUES, NO_CUES, Design, order
from leancue.study.retention import retention
from leancue.study.study_file import Study
from leancue.transports.addresses import open_transport
from leancue.transports.simulator_process import Simulator

BEGAN_S = 1_760_000_000
DAY_S = 86_400
DESIGN = Design(sessions=4, lead_in=1, minutes=20)
#: Share of the running in the band: by participant and condition. The band is 13 to 16°.
TRUTH = {"K-021": {CUES: 1.0, NO_CUES: 0.5}, "K-022": {CUES: 1.0, NO_CUES: 1.0}}
RUN_S = 40.0


def run_of(share: float, run_id: int, wall_s: int, values: dict) -> bytes:
    """A run in the band for this share of its time, then 9° below it."""
    made = runner(RUN_S, 14.5, drop_deg=0 if share == 1 else 9)
    return b"".join(logged(made, run_id=run_id, wall_s=wall_s, **{**values, "raw": 0}))


class Desk:
    """A study and its library, and a clock that goes on by a day with each session."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now_s = folder / "study", BEGAN_S
        self.library = Library(folder / "library", clock=lambda: self.now_s)
        self.study = study_file.make(self.folder, DESIGN, self.now_s, seed="for tests")
        self.key = study_file.read_key(self.study, self.folder)
        self.runs = 0

    def add(self, code: str) -> None:
        self.library.patients.add(code)
        self.library.prescriptions.add(code, {"baseline_cdeg": 600}, "a test")
        assert steps.enrol(self.study, self.library, code, self.now_s)

    def show(self, code: str) -> steps.Next:
        self.now_s += DAY_S
        return steps.show_next(self.study, self.library, code, self.key, self.now_s)

    def run(self, code: str, shown: steps.Next) -> None:
        self.runs += 1
        share = TRUTH[code][shown.place.condition]
        log = run_of(share, self.runs, self.now_s + 600, shown.values)
        (filed,) = self.library.file_run(log)
        if filed.run.patient is None:  # the clip was another's before: a person says whose it is
            self.library.runs.move(filed.run.id, code)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A study in which both have had all sessions."""
    desk = Desk(tmp_path_factory.mktemp("done"))
    for code in TRUTH:
        desk.add(code)
        for _ in range(DESIGN.total):
            desk.run(code, desk.show(code))
    study_file.save(desk.study, desk.folder)
    desk.library.close()
    yield desk


def test_the_analysis_gives_the_truth(done: Desk) -> None:
    with Library(done.folder.parent / "library", reading=True) as library:
        found = outcomes.outcomes(done.study, library, done.key)
    assert [one.remark for one in found] == [""] * 10 and {one.runs for one in found} == {1}
    result = retention(found)
    assert result.counted == result.planned == 8
    assert result.with_cues.mean == pytest.approx(1, abs=0.01)
    assert result.without_cues.mean == pytest.approx(0.75, abs=0.04)
    assert result.difference.mean == pytest.approx(-0.25, abs=0.04)
    first, second = result.people
    assert first.difference.mean == pytest.approx(-0.5, abs=0.04)
    assert second.difference.mean == pytest.approx(0, abs=0.01)
    assert result.difference.low == -1 and result.difference.high == 1  # two people tell little


def test_what_comes_later_stands_nowhere_until_it_is_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.add("K-021")
    drawn = order(desk.key, "K-021", DESIGN)
    for number in range(3):
        shown = desk.show("K-021")
        assert (shown.session, shown.place) == (number, drawn[number])
        kept = desk.library.prescriptions.current("K-021")
        assert kept is not None and len(set(kept.values["feedback_percent"])) == 1
        history = desk.library.prescriptions.history("K-021")
        told = {made.values["feedback_percent"][0] for made in history if "session" in made.made_by}
        assert told == {100 * (place.condition == CUES) for place in drawn[: number + 1]}
        desk.run("K-021", shown)
    study_file.save(desk.study, desk.folder)
    text = (desk.folder / study_file.FILE).read_text()
    assert "cues" not in text and desk.key.decode() not in text
    with pytest.raises(StudyError, match="concealed"):
        steps.need_unlocked(desk.study)
    desk.library.close()


def test_the_same_session_is_shown_until_it_is_run_or_given_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.add("K-021")
    first = desk.show("K-021")
    assert desk.show("K-021") == first and len(desk.study.participants["K-021"].shown) == 1
    with pytest.raises(StudyError, match="not shown"):
        steps.skip(desk.study, desk.library, "K-021", 1, "ill")
    for _ in range(2):
        steps.skip(desk.study, desk.library, "K-021", 0, "ill")
    second = desk.show("K-021")
    assert second.session == 1
    desk.run("K-021", second)
    with pytest.raises(StudyError, match="has a run"):
        steps.skip(desk.study, desk.library, "K-021", 1, "ill")
    found = outcomes.outcomes(desk.study, desk.library, desk.key)
    assert [one.remark for one in found] == ["skipped: ill", "", *["not shown yet"] * 3]
    desk.library.close()


@pytest.mark.parametrize("now_s", [5, BEGAN_S - DAY_S, 2**32 + 5])
def test_by_a_clock_that_cannot_be_no_session_is_shown(tmp_path: Path, now_s: int) -> None:
    """Never set, set back, beyond all years: the runs of one session would be another's."""
    desk = Desk(tmp_path)
    desk.add("K-021")
    desk.show("K-021")
    steps.skip(desk.study, desk.library, "K-021", 0, "ill")
    desk.show("K-021")
    desk.run("K-021", steps.show_next(desk.study, desk.library, "K-021", desk.key, desk.now_s))
    with pytest.raises(StudyError, match="clock"):
        steps.show_next(desk.study, desk.library, "K-021", desk.key, now_s)
    assert len(desk.study.participants["K-021"].shown) == 2
    assert desk.show("K-021").session == 2
    desk.library.close()


@pytest.mark.parametrize(("name", "value"), [("at_s", "x"), ("at_s", -1), ("session", 1.5)])
def test_a_study_file_with_a_value_that_cannot_be_is_said_to_be_none(
    tmp_path: Path, name: str, value: object
) -> None:
    study = study_file.make(tmp_path / "study", DESIGN, BEGAN_S, seed="for tests")
    study.participants["K-021"] = study_file.Participant(BEGAN_S, 0, [study_file.Shown(0, BEGAN_S)])
    study_file.save(study, tmp_path / "study")
    assert study_file.load(tmp_path / "study") == study
    file = tmp_path / "study" / study_file.FILE
    values = json.loads(file.read_text())
    values["participants"]["K-021"]["shown"][0][name] = value
    file.write_text(json.dumps(values))
    with pytest.raises(StudyError, match=name):
        study_file.load(tmp_path / "study")


def test_a_run_with_another_plan_is_told_and_counts_as_drawn(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.add("K-021")
    shown = desk.show("K-021")  # the lead-in: with cues
    values = {**shown.values, "feedback_percent": [0] * len(shown.values["feedback_percent"])}
    desk.library.file_run(run_of(1.0, 1, desk.now_s + 600, values))
    found = outcomes.outcomes(desk.study, desk.library, desk.key)[0]
    assert found.remark == "run without all the cues" and found.condition == CUES
    assert found.in_band == pytest.approx(1, abs=0.01)
    desk.library.close()


def test_a_session_on_a_simulated_clip_is_the_study_s(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.now_s = int(time.time())
    desk.add("K-021")
    desk.study.participants["K-021"].shown.append(study_file.Shown(0, desk.now_s - 9, "no lead-in"))
    shown = steps.show_next(desk.study, desk.library, "K-021", desk.key, desk.now_s)
    with Simulator("short") as simulator, Client(open_transport(simulator.port)) as client:
        uid = client.hello().uid
        client.set_prescription(shown.values)
        simulator.go()
        while not simulator.over():
            list(client.stream(0.1))
        pulled = pull(client, uid, client.runs()[-1], tmp_path)
    (filed,) = desk.library.file_run(pulled.path)
    assert filed.run.patient == "K-021"
    found = outcomes.outcomes(desk.study, desk.library, desk.key)[1]
    assert (found.runs, found.remark) == (1, "") and found.in_band is not None
    assert found.condition == shown.place.condition
    desk.library.close()


def test_who_is_erased_holds_up_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for code in TRUTH:
        desk.add(code)
        desk.run(code, desk.show(code))
    desk.library.erase(desk.library.erasure("K-021"))
    assert steps.progress(desk.study, desk.library) == {"K-021": (1, 0), "K-022": (1, 1)}
    found = outcomes.outcomes(desk.study, desk.library, desk.key)
    assert {one.remark for one in found if one.code == "K-021"} == {"erased from the library"}
    assert [one.remark for one in found if one.code == "K-022"] == ["", *["not shown yet"] * 4]
    desk.library.close()


def test_what_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.library.patients.add("K-031")
    assert steps.enrol(desk.study, desk.library, "K-031", desk.now_s)
    assert not steps.enrol(desk.study, desk.library, "K-031", desk.now_s)
    with pytest.raises(StudyError, match="own lean"):
        desk.show("K-031")
    with pytest.raises(StudyError, match="does not take part"):
        desk.show("K-032")
    with pytest.raises(StudyError, match="already exists"):
        study_file.make(desk.folder, DESIGN, desk.now_s)
    (desk.folder / study_file.KEY_FILE).write_text("another")
    with pytest.raises(StudyError, match="not the key"):
        study_file.read_key(desk.study, desk.folder)
    for text in ("{}", "[]", "not JSON", json.dumps({"version": 99})):
        (desk.folder / study_file.FILE).write_text(text)
        with pytest.raises(StudyError):
            study_file.load(desk.folder)
    assert steps.unlock(desk.study, desk.now_s) and not steps.unlock(desk.study, desk.now_s)
    with pytest.raises(StudyError, match="unlocked"):
        steps.enrol(desk.study, desk.library, "K-033", desk.now_s)
    desk.library.close()


def type_in(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["leancue", "study", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return int(stopped.value.code or 0)


def test_the_commands(
    done: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEANCUE_LIBRARY", str(done.folder.parent / "library"))
    folder = done.folder
    assert type_in(monkeypatch, "show", folder) == 0
    said = capsys.readouterr().out
    assert "2 participants; the order is concealed" in said and "cues" not in said
    assert type_in(monkeypatch, "analyse", folder) == 65
    assert type_in(monkeypatch, "export", folder, tmp_path / "early") == 65
    assert type_in(monkeypatch, "next", folder, "K-021") == 65
    assert "has had all 5 sessions" in capsys.readouterr().err
    assert type_in(monkeypatch, "unlock", folder, "--yes") == 0
    assert study_file.load(folder).unlocked_s is not None
    capsys.readouterr()
    assert type_in(monkeypatch, "analyse", folder) == 0
    said = capsys.readouterr().out
    assert said.startswith("In the band without cues: 7") and "doi 10.1093" in said
    assert "8 of 8 randomised sessions" in said and "With only 2 values the interval" in said

    out, key = tmp_path / "set", tmp_path / "key"
    assert type_in(monkeypatch, "export", folder, out, "--pseudonyms", key) == 0
    tables = {path.stem: list(csv.DictReader(path.open())) for path in out.glob("*.csv")}
    assert len(tables["sessions"]) == 10 and len(tables["participants"]) == 2
    dictionary = {(row["table"], row["column"]) for row in tables.pop("data_dictionary")}
    assert dictionary == {(name, column) for name, rows in tables.items() for column in rows[0]}
    shares = [float(row["in_band"]) for row in tables["sessions"] if row["condition"] == CUES]
    assert min(shares) > 0.99
    for path in out.iterdir():
        assert "K-02" not in path.read_text() and path.stat().st_mode & 0o077 == 0
    facts = json.loads((out / "study.json").read_text())
    assert facts["participants"] == 2 and facts["counted_sessions"] == 8


def test_a_study_by_commands_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEANCUE_LIBRARY", str(tmp_path / "library"))
    with Library(tmp_path / "library") as library:
        library.patients.add("K-021")
        library.prescriptions.add("K-021", {"baseline_cdeg": 600}, "a test")
    folder, key, out = tmp_path / "study", tmp_path / "key", tmp_path / "p.toml"
    assert type_in(monkeypatch, "new", folder, "--sessions", "3") == 65
    assert type_in(monkeypatch, "new", folder, "--key", key, "--seed", "x") == 0
    assert key.stat().st_mode & 0o077 == 0 and not (folder / study_file.KEY_FILE).exists()
    assert type_in(monkeypatch, "enrol", folder, "K-021", "K-021") == 0
    assert "1 patient more, 1 in all" in capsys.readouterr().out
    assert type_in(monkeypatch, "enrol", folder, "K-099") == 61
    assert type_in(monkeypatch, "next", folder, "K-021") == 65  # the key is elsewhere
    assert type_in(monkeypatch, "next", folder, "K-021", "--key", key, "--out", out) == 0
    first = order(b"x", "K-021", Design(8))[0].condition
    assert f"session 1 of 8: 20 min, {first}." in capsys.readouterr().out
    assert f"feedback_shares = [{'1' if first == CUES else '0'}]" in out.read_text()
    assert type_in(monkeypatch, "skip", folder, "K-021", "1", "ill") == 0
    study: Study = study_file.load(folder)
    assert study.participants["K-021"].shown[0].skipped == "ill"


@pytest.mark.parametrize("data", ["", "[]", "{}", '{"version": 1', '{"version": 1}'])
def test_a_file_that_is_no_study_is_said_to_be_none(tmp_path: Path, data: str) -> None:
    (tmp_path / study_file.FILE).write_text(data)
    with pytest.raises(StudyError, match="the file contains something else") as caught:
        study_file.load(tmp_path)
    assert "leancue study new" in caught.value.way_out
