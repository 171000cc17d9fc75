"""The bench of looking for clips sees what a command does, and counts what is wrong."""

from __future__ import annotations

import sys

import pytest

from tools import bench_scan
from tools.bench_scan import ROOT, Case, plugged, typed
from tools.foreign_devices import FOREIGN_DEVICES


@pytest.mark.parametrize("name", ["endless noise", "older protocol"])
def test_a_foreign_device_is_no_clip(name: str) -> None:
    with plugged(Case(None, name)) as ports:
        got = typed("info", ports, ROOT)
    assert got.code == FOREIGN_DEVICES[name][1]
    assert 0 <= got.looked_s < got.took_s


def test_a_late_clip_is_found() -> None:
    with plugged(Case(0.6)) as ports:
        got = typed("devices", ports, ROOT)
    assert (got.code, got.said) == (0, "1 clip plugged in.")
    assert got.looked_s > 0.5


def test_a_wrong_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench_scan.py"])
    monkeypatch.setattr(bench_scan, "cases", lambda hello_s: [Case(None, "older protocol")])
    assert bench_scan.main() == 1
    assert capsys.readouterr().out.count("NO") == 2
