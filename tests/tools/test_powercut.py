"""The power cuts: nothing is lost, and the model would notice if something were."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tools import powercut
from tools.flashmodel import start, volumes, wear
from tools.flashmodel.chip import CHUNK_BYTES, SECTOR_BYTES, Operation, apply, tear
from tools.flashmodel.session import Clip, RewritingDrive, WatchedStore

CUTS = 2000
MOST_ERASES_A_MINUTE = 20
MOST_LOST_MS = 10_000


def wrong(tally: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in tally.items()
            if name.startswith((*powercut.WRONG, "failed", "wrong")) and count}  # fmt: skip


def test_no_cut_at_random_loses_a_committed_page_or_a_start() -> None:
    tally = powercut.random_cuts(CUTS, seed=7)
    assert tally["cuts"] == CUTS
    assert wrong(tally) == {}
    assert tally["configuration fell back"] > 50  # the cuts are felt
    assert tally["runs given up for others"]
    assert 0 < tally["most ms of a run lost"] <= MOST_LOST_MS


def test_no_cut_of_a_whole_session_loses_anything() -> None:
    tally = powercut.every_cut(seed=3, minutes=1)
    assert tally["cuts"] > 300
    assert wrong(tally) == {}


def test_files_that_are_written_anew_are_seen_to_cost_the_drive() -> None:
    tally = powercut.random_cuts(1000, seed=1, kind=RewritingDrive)
    assert tally["failed starts"] > 10


def test_a_page_written_over_its_only_copy_is_seen_to_be_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = WatchedStore._room

    def careless(self: WatchedStore, run_id: int, grows: bool) -> int:
        if grows:
            self.table.release(self.last_slot)
            return int(self.last_slot)
        return int(room(self, run_id, grows))

    monkeypatch.setattr(WatchedStore, "_room", careless)
    assert powercut.every_cut(seed=3, minutes=1)["wrong: page"] > 10


def test_pages_across_a_sector_s_border_are_seen_to_be_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "tools.flashmodel.session.sector_alignment.measure", lambda file, ticks_ms: 0
    )
    lost = sum(powercut.random_cuts(600, seed=seed)["wrong: page"] for seed in range(3))
    assert lost > 5


@pytest.mark.parametrize("shape", range(len(volumes.SHAPES)))
def test_the_pages_lie_where_the_sectors_do(shape: int) -> None:
    found = set()
    for seed in range(6):
        volume = volumes.made(random.Random(seed), 16, shape)
        clip = Clip(bytearray(volume.image))
        before = clip.operations
        clip.run(2.0, True)
        erased = [o.address for o in clip.chip.operations[before:] if not o.data]
        written = Clip(bytearray(clip.chip.image)).store
        assert written.find(1) is not None
        assert written.log.step_bytes == SECTOR_BYTES
        found.add(written.log.base % SECTOR_BYTES)
        assert len(erased) == len(set(erased))  # no sector twice: no page shares one
    assert len(found) > 1


def test_a_drive_that_tells_no_place_gets_every_other_page() -> None:
    volume = volumes.made(random.Random(2), 16)
    clip = Clip(bytearray(volume.image), writes_through=True)
    assert clip.store.log.step_bytes == 2 * SECTOR_BYTES
    assert clip.store.slots == 6
    assert Clip(bytearray(clip.chip.image)).store.slots == 6


def test_wear_and_room_are_as_promised() -> None:
    steps = wear.measured(raw=False, plan="short")
    assert 5 < steps["erases a minute"] <= MOST_ERASES_A_MINUTE
    assert 1.2 < steps["hours in a MB"] < 12  # what begins each run weighs most in a short one
    raw = wear.measured(raw=True, plan="short")
    assert 0.15 < raw["hours in a MB"] < 0.4
    assert raw["pulses"] == steps["pulses"] > 5


def test_a_start_reads_each_header_once_and_two_pages_a_run() -> None:
    found = start.measured()
    assert found["headers read"] == found["slots"] + 1  # and the anchor
    assert found["pages read"] == 2 * found["runs"] + 1
    assert found["operations"] < 300 * found["slots"]


def test_a_run_given_up_without_its_mark_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        WatchedStore, "_oldest_pulled",
        lambda store, but: next((run for run in store.runs if run.run_id != but), None),
    )  # fmt: skip
    tallies = [powercut.one_life(seed, 1) for seed in range(12)]
    assert powercut.added(tallies)["given up though not pulled"]


def test_records_that_wait_too_long_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leandevice.storage.run_recorder._PERIOD_MS", 9_500)
    assert powercut.one_life(1, 1)["most ms of a run lost"] > MOST_LOST_MS


def test_fsck_finds_fresh_volumes_clean_and_broken_ones_not() -> None:
    if volumes.program("fsck.vfat") is None:
        pytest.skip("dosfstools is not installed")
    for shape in range(len(volumes.SHAPES)):
        for seed in range(4):
            image = bytearray(volumes.made(random.Random(seed), 16, shape).image)
            assert volumes.fsck(image) == "clean"
    image[512 + 40 : 512 + 80] = random.Random(1).randbytes(40)
    assert volumes.fsck(image) != "clean"


def test_a_torn_operation_touches_its_own_place_only() -> None:
    chance = random.Random(4)
    for data in (b"", bytes(range(256))):
        size = CHUNK_BYTES if data else SECTOR_BYTES
        seen = set()
        for _ in range(60):
            image = bytearray(b"\x5a" * 3 * SECTOR_BYTES)
            if data:
                apply(image, Operation(SECTOR_BYTES, b""))
            tear(image, Operation(SECTOR_BYTES, data), chance)
            assert image[:SECTOR_BYTES] == b"\x5a" * SECTOR_BYTES
            assert set(image[2 * SECTOR_BYTES :]) == {0x5A}
            seen.add(bytes(image[SECTOR_BYTES : SECTOR_BYTES + size]))
        assert len(seen) > 20
