"""``leancue doctor --mend``: the rule for the ports, after a question."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_rig import Run, typed
from leancue import doctor
from leancue.basis import terminal
from leancue.desktop import port_rights


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """A computer whose udev runs and has no rule yet; what udev is told. We are root."""
    place = tmp_path / "etc" / "udev" / "rules.d" / "70-leancue.rules"
    by_package = tmp_path / "usr" / "70-leancue.rules"
    (tmp_path / "control").touch()
    said: list[Sequence[str]] = []
    monkeypatch.setattr(port_rights, "PLACE", place)
    monkeypatch.setattr(port_rights, "PLACES", (place, by_package))
    monkeypatch.setattr(port_rights, "_CONTROL", tmp_path / "control")
    monkeypatch.setattr(port_rights.shutil, "which", lambda name: f"/sbin/{name}")
    monkeypatch.setattr(port_rights.install, "__defaults__", (said.append,))
    monkeypatch.setattr(port_rights, "needed", lambda: True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(doctor, "ports_group", lambda: "dialout")
    monkeypatch.setenv("SUDO_USER", "anna")
    return said


@pytest.fixture
def leancue(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return typed(monkeypatch, capsys, "doctor")


def test_the_rule_is_written_and_udev_is_told(leancue: Run, told: list[Sequence[str]]) -> None:
    answer = leancue("--mend", "--yes")
    assert answer.code == 0
    assert port_rights.PLACE.read_bytes() == port_rights.RULE.read_bytes()
    assert port_rights.PLACE.stat().st_mode & 0o777 == 0o644
    assert [words[1] for words in told] == ["control", "trigger"]
    assert "Plug the clip in again" in answer.out
    assert "`sudo usermod -aG dialout anna`" in answer.out
    assert sorted(path.name for path in port_rights.PLACE.parent.iterdir()) == ["70-leancue.rules"]


def test_a_second_time_nothing_is_to_do(leancue: Run, told: list[Sequence[str]]) -> None:
    leancue("--mend", "--yes")
    told.clear()
    assert "already exists" in leancue("--mend").out and not told
    assert json.loads(leancue("--mend", "--json").out)["rule"] == str(port_rights.PLACE)


def test_the_rule_of_the_package_is_enough(leancue: Run, told: list[Sequence[str]]) -> None:
    by_package = port_rights.PLACES[1]
    by_package.parent.mkdir()
    by_package.write_bytes(port_rights.RULE.read_bytes())
    assert str(by_package) in leancue("--mend").out and not port_rights.PLACE.exists()


def test_a_rule_of_another_release_is_replaced(leancue: Run, told: list[Sequence[str]]) -> None:
    port_rights.PLACE.parent.mkdir(parents=True)
    port_rights.PLACE.write_text("# older\n")
    assert leancue("--mend", "--yes").code == 0 and len(told) == 2
    assert port_rights.PLACE.read_bytes() == port_rights.RULE.read_bytes()


def test_nothing_is_written_without_an_answer(
    leancue: Run, told: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = leancue("--mend")
    assert answer.code == 2 and "doctor --mend --yes" in answer.err
    monkeypatch.setattr(terminal, "agrees", lambda *_: False)
    answer = leancue("--mend")
    assert answer.code == 1 and "Nothing was changed" in answer.err
    assert not port_rights.PLACE.exists() and not told


def test_without_root_it_says_what_to_type(
    leancue: Run, told: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    answer = leancue("--mend", "--yes")
    assert answer.code == 66 and "`sudo leancue doctor --mend`" in answer.err
    monkeypatch.setattr(port_rights.program, "FROZEN", True)
    monkeypatch.setattr(sys, "executable", "/opt/lean cue/leancue")
    assert "`sudo '/opt/lean cue/leancue' doctor --mend`" in leancue("--mend").err
    assert not port_rights.PLACE.exists() and not told


def test_a_folder_that_cannot_be_written_is_told(
    leancue: Run, told: list[Sequence[str]], tmp_path: Path
) -> None:
    (tmp_path / "etc").write_text("")
    answer = leancue("--mend", "--yes")
    assert answer.code == 66 and str(port_rights.RULE) in " ".join(answer.err.split()) and not told


def test_where_udev_does_not_run_it_holds_later(leancue: Run, told: list[Sequence[str]]) -> None:
    port_rights._CONTROL.unlink()
    assert "after a restart" in leancue("--mend", "--yes").out and not told


def test_elsewhere_there_is_nothing_to_mend(
    leancue: Run, told: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port_rights, "needed", lambda: False)
    assert "nothing to repair" in leancue("--mend").out and not port_rights.PLACE.exists()


def test_the_rule_alone_makes_the_desk_fit(
    told: list[Sequence[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor, "_own_groups", set)
    monkeypatch.setattr(doctor, "_nodes", list)
    assert not doctor.may_open_ports()
    port_rights.install()
    assert doctor.may_open_ports()
