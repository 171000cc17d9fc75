"""The soak: one hour of it, and that its limits can be missed."""

from __future__ import annotations

from dataclasses import replace

from tools import soak


def test_an_hour_with_faults_loses_nothing() -> None:
    result = soak.soak_for(seed=5, hours=1)
    assert result.misses() == []
    assert result.faults >= 5 and result.runs >= soak.RUNS and result.pulses > 30


def test_every_limit_can_be_missed() -> None:
    good = soak.SoakResult(hours=6, blocks=[90, 95, 100, 101, 100, 101])
    assert good.misses() == []
    for bad in ({"late_ends": 1}, {"stuck": 1}, {"unnoticed": ["x"]}, {"unlogged": {3: 1}},
                {"blocks": [90, 95, 100, 200, 300, 400]}):  # fmt: skip
        assert len(replace(good, **bad).misses()) == 1  # type: ignore[arg-type]
