"""The drives' bench: its figures are the clip's own, and a drive that does not fit is seen."""

from __future__ import annotations

import pytest
from leancue.installer import budget, payload

from tools import bench_drives
from tools.flashmodel.image import missing

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"{', '.join(missing())} not here: `make system` as root installs them"
)


@pytest.fixture(scope="module")
def made() -> payload.Payload:
    return payload.build(bench_drives.BOARD)


def test_the_smallest_drive_holds_three_hours_of_steps(made: payload.Payload) -> None:
    found = bench_drives.measured(bench_drives.PICO, made)
    assert found["whole"] and found["steps_h"] >= bench_drives.GOAL_H
    assert 0 <= found["log_bytes"] // 4096 - found["pages"] - 6 <= 1
    assert bench_drives.largest_program_bytes(made) > sum(map(len, made.program.values()))


def test_a_drive_without_room_for_an_update_is_seen(
    made: payload.Payload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "kept_bytes", lambda disk, next_bytes: 0)
    assert not bench_drives.measured(bench_drives.PICO, made)["whole"]
